"""The private folder of a run."""

import os
import stat
import subprocess
import sys

import pytest

from harness.clusters.envtest.errors import ControlPlaneError
from harness.clusters.envtest.workspace import workspace

KILLED = """
import os, pathlib, signal, sys
from harness.clusters.envtest.workspace import workspace
with workspace(parent=pathlib.Path(sys.argv[1])) as folder:
    (folder / "key").write_text("secret")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_only_we_may_enter_it_and_it_goes_with_the_block(tmp_path):
    """Keys and an unguarded etcd lie in it."""
    with workspace(parent=tmp_path) as folder:
        mode = stat.S_IMODE(folder.stat().st_mode)
        beside = len(list(folder.parent.iterdir()))

    assert 0o700 == mode
    assert 2 == beside
    assert not list(folder.parent.iterdir())


@pytest.mark.slow
def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path):
    """A run that is killed cleans up nothing, and its keys must not stay; one that lives is left alone."""
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    (left,) = tmp_path.glob("*/run-*/key")
    with workspace(parent=tmp_path) as living:
        with workspace(parent=tmp_path):
            assert living.is_dir()
        assert not left.exists()


def test_a_folder_that_others_may_enter_is_refused(tmp_path):
    """Its name can be guessed, so somebody may have made it before us."""
    base = tmp_path / f"controller-rehearsal-envtest-{os.geteuid()}"
    base.mkdir()
    base.chmod(0o755)

    with pytest.raises(ControlPlaneError, match=r"is not a folder of ours alone"), workspace(parent=tmp_path):
        pass
