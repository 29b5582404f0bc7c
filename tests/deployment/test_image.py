"""The image of the deployment. What needs Docker and a built image is skipped without; `make images` makes one."""

import dataclasses
import subprocess

import pytest

from harness.clusters.cluster import ClusterError
from harness.clusters.kind.engine import Engine
from harness.config import Config
from harness.deployment.image.build import tag

from .conftest import ROOT

IMAGE = "controller-rehearsal:dev"


def there():
    try:
        return bool(Engine.chosen().image(IMAGE))
    except ClusterError:
        return False


@pytest.fixture
def image(tmp_path):
    """A small image's sources, and what it would be built of."""
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    (package / "module.py").write_text("print('it runs')\n", "utf-8")
    for name in ("Dockerfile", "requirements.txt"):
        (tmp_path / name).write_text("# nothing\n", "utf-8")
    return dataclasses.replace(
        Config.read(ROOT).built(),
        dockerfile=tmp_path / "Dockerfile",
        requirements=tmp_path / "requirements.txt",
        packages=(package,),
    )


@pytest.mark.parametrize("name", ["Dockerfile", "requirements.txt", "package/module.py", "package/policy.rego"])
def test_whatever_goes_into_it_changes_its_tag(image, name):
    """An old image under a new code base would be rehearsed by nobody's wish."""
    before = tag(image, base="one")
    (image.dockerfile.parent / name).write_text("# something else\n", "utf-8")

    assert before != tag(image, base="one")


def test_another_base_is_another_image(image):
    """The same packages on another Python are not the same."""
    assert tag(image, base="one") != tag(image, base="another")


def test_what_running_leaves_behind_does_not_change_it(image):
    """Caches are not content: a build after a test run is the same build."""
    before = tag(image, base="one")
    (image.packages[0] / "__pycache__" / "module.cpython-311.pyc").write_bytes(b"compiled")
    (image.packages[0] / "module.py.swp").write_bytes(b"an editor's")

    assert before == tag(image, base="one")


def test_a_package_that_is_missing_is_named(image, tmp_path):
    """With the place where it is configured."""
    with pytest.raises(ClusterError, match=r"gone: no such package; \[tool\.harness\.image\] packages names"):
        tag(dataclasses.replace(image, packages=(tmp_path / "gone",)), base="one")


@pytest.mark.slow
@pytest.mark.skipif(not there(), reason="Docker does not answer, or has no controller-rehearsal:dev (make images)")
class TestTheImage:
    """As it will run: no rights, a read-only root file system, no network."""

    def run(self, *words, entrypoint=""):
        confined = ["--rm", "--read-only", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
        chosen = [f"--entrypoint={entrypoint}"] if entrypoint else []
        return subprocess.run(
            ["docker", "run", *confined, *chosen, IMAGE, *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )

    def test_it_runs_as_a_user_without_rights(self):
        """Whoever forgets to say so in a manifest is safe all the same."""
        assert "65532" == self.run("-c", "import os; print(os.getuid())", entrypoint="python3").stdout.strip()

    @pytest.mark.parametrize("module", Config.read(ROOT).operators.values())
    def test_every_operator_can_be_imported(self, module):
        """Its packages are all in the lock of the image; a lazy import is none."""
        assert "" == self.run("-c", f"import {module}", entrypoint="python3").stderr

    def test_an_operator_without_a_cluster_says_so_in_one_line(self):
        """What the log of a pod shows that is not one."""
        done = self.run("kopf", "run", "--standalone", "-A", "-m", "operators.signal_processing")

        assert 0 != done.returncode
        assert "Error: no API server is known: this is no pod" in done.stderr.strip().splitlines()[-1]

    @pytest.mark.parametrize("module", ["services.datastorage", "services.postgresql"])
    def test_the_services_are_in_it(self, module):
        """DataStorage, and the PostgreSQL of a rehearsal."""
        assert 0 == self.run(module, "--help").returncode

    def test_nothing_is_left_to_compile(self):
        """The file system is read-only: what is not compiled now is compiled at every start."""
        code = "import kopf, operators.signal_processing as m; print(m.__cached__, __import__('os').path.exists(m.__cached__))"

        assert self.run("-c", code, entrypoint="python3").stdout.strip().endswith("True")
