"""``harness cluster up|down|status kind`` on a machine of doubles: what is reused, what is removed, what is refused, and in which words."""

import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from harness.cli.main import main
from harness.clusters.choice import VARIABLE, chosen
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.readiness import lacking
from harness.clusters.kind.venue import check
from tests.clusters.kind.doubles import TROUBLE, World, api_server

PATIENCE_S = 60.0


@pytest.fixture
def world(tmp_path, program):
    """Set the doubles up, with a project of its own around."""
    with api_server() as server:
        yield World(tmp_path, program, server)


@dataclass(frozen=True)
class Done:
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def harness(tmp_path, only, monkeypatch, capsys):
    """Run the command with nothing but the doubles on its PATH: in this process, or (``start``) as one that can be ended."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("[tool.harness]\n")
    monkeypatch.chdir(project)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def start(*words):
        command = [sys.executable, "-m", "harness.cli", "cluster", *words]
        return subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(*words, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["harness", "cluster", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code, *capsys.readouterr())

    run.start, run.project, run.folder = start, project, tmp_path / "cache/clusters/kind/controller-rehearsal"
    yield run
    for number, handler in handlers.items():  # a command is the last thing that its process does
        signal.signal(number, handler)


def test_up_tells_its_steps_and_down_leaves_nothing(harness, world):
    """The whole way, and that plain ``pytest`` follows it."""
    up = harness("up", "kind")
    status = json.loads(harness("status", "kind", "--json").stdout)
    while_up = chosen(harness.project)
    down = harness("down", "kind")
    after = harness("status", "kind")

    assert [0, 0, 1] == [up.returncode, down.returncode, after.returncode]
    told = [line.partition(" (")[0] for line in up.stderr.splitlines() if line.startswith("✓")]
    assert "✓ docker answers, kind is" == told[0].rpartition(" ")[0]
    assert "✓ node image: kind default" == told[1]
    assert "✓ controller-rehearsal created: Kubernetes 1.36.3 at" == told[2].rpartition(" ")[0]
    assert "controller-rehearsal is ready after" in up.stdout
    assert str(harness.folder / "kubeconfig") == status["kubeconfig"]
    assert "kind" == while_up
    assert "" == chosen(harness.project)
    assert world.clean
    assert {"lock", "kind.log"} == {one.name for one in harness.folder.iterdir()}
    assert "nothing is left" in down.stdout


def test_up_twice_is_one(harness, world):
    """Whoever types it again wants the cluster, not a second one."""
    first, second = (json.loads(harness("up", "kind", "--json").stdout) for _ in range(2))

    assert first == second
    assert 1 == len(world.calls("kind create"))


def test_a_persons_kubeconfig_is_never_touched(harness, world, tmp_path):
    """It may point to production; what is not ours is neither read nor written."""
    production = tmp_path / "production"
    production.write_text("current-context: production\n")
    harness("up", "kind", KUBECONFIG=str(production))
    told = [call for call in world.calls("kind create") if f"--kubeconfig {harness.folder / 'kubeconfig'}" in call]

    assert 1 == len(told)
    assert "current-context: production\n" == production.read_text()


def test_a_kubeconfig_of_ours_that_leads_elsewhere_is_refused(harness, world):
    """Somebody merged another cluster into it: scenarios must not go there."""
    harness("up", "kind")
    file = harness.folder / "kubeconfig"
    file.write_text(file.read_text().replace("127.0.0.1", "production.example"))
    done = harness("status", "kind")

    assert 1 == done.returncode
    assert "leads to http://production.example" in done.stdout
    assert "not to the cluster that we made" in done.stdout


@pytest.mark.slow
def test_plain_pytest_then_uses_it_and_says_so_and_after_down_it_does_not(harness, world, monkeypatch):
    """The line that it is all for: ``make kind-up && pytest harness/``. A run without scenarios asks no cluster."""
    monkeypatch.delenv(VARIABLE)
    (harness.project / "pyproject.toml").write_text('[tool.harness]\nscenarios = ["rehearsals"]\n')
    for folder in ("rehearsals", "tests"):
        (harness.project / folder).mkdir()
        (harness.project / folder / "test_none.py").write_text("def test_none():\n    pass\n")

    def header(*words):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return next(line for line in told.splitlines() if line.startswith("harness: "))

    harness("up", "kind")
    up, seeded, others = header("rehearsals"), header("rehearsals", "--seed=7"), header("tests")
    harness("down", "kind")
    down = header("rehearsals")

    assert up.startswith(
        "harness: kind cluster, real time, Kubernetes 1.36.3 (kind cluster controller-rehearsal); chosen here by"
    )
    assert "harness: embedded cluster, virtual time, seed 7" == seeded
    assert ["harness: embedded cluster, virtual time, seed 0"] * 2 == [others, down]


@pytest.mark.parametrize("command", ["up", "down"])
def test_a_cluster_of_that_name_that_is_not_ours_is_left_alone(harness, world, command):
    """It has no record, or other containers than those which we noted: somebody removed ours, and made one."""
    if command == "down":
        harness("up", "kind")
    (world.state / "containers").write_text("theirs")
    done = harness(command, "kind")

    assert 2 == done.returncode
    assert "harness: a kind cluster named controller-rehearsal is there, and it is not ours: left alone" in done.stderr
    assert "kind delete cluster --name controller-rehearsal" in done.stderr
    assert ["theirs"] == world.containers()


def test_one_that_does_not_answer_is_told_with_what_helps(harness, program, tmp_path):
    """The machine was started anew, say: scenarios are refused, not quietly played elsewhere."""
    with api_server() as server:
        World(tmp_path, program, server)
        harness("up", "kind")

    with pytest.raises(KindError, match=r"does not answer .*; make kind-up brings it back, make kind-down forgets it"):
        check()


def test_a_cluster_that_somebody_removed_is_made_again(harness, world):
    """Ours is gone, the record is not: no manual step."""
    harness("up", "kind")
    (world.state / "containers").unlink()
    done = harness("up", "kind")

    assert 0 == done.returncode
    assert 2 == len(world.calls("kind create"))


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        ("port taken", "a port that the configuration names cannot be had"),
        ("no registry", "make kind-node-image makes one"),
        ("no room", "no room left where docker keeps its data"),
        ("not privileged", "docs/kind.md says how, without CAP_SYS_RESOURCE"),
        (
            "bad configuration",
            "kind does not take the configuration: ERROR: failed to create cluster: unable to decode config",
        ),
    ],
)
def test_what_kind_fails_of_is_one_line_and_leaves_nothing(harness, world, trouble, advice):
    """With what to do next; kind's own words are kept in a file."""
    world.kind(then=f"echo '{TROUBLE[trouble]}' >&2; exit 1")
    done = harness("up", "kind")
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("harness:")]

    assert 2 == done.returncode
    assert advice in line
    assert world.clean
    assert "" == chosen(harness.project)
    assert not (harness.folder / "state.json").exists()


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [("daemon down", "sudo systemctl start docker"), ("no permission", "sudo usermod -aG docker")],
)
def test_what_docker_refuses_is_one_line(harness, world, trouble, advice):
    """Before anything is begun."""
    world.docker(first=f"echo '{TROUBLE[trouble]}' >&2; exit 1")
    done = harness("up", "kind")

    assert 2 == done.returncode
    assert advice in done.stderr
    assert not (harness.folder / "state.json").exists()


def test_what_is_missing_is_named_with_how_to_get_it(harness, world, only):
    """No Docker, no kind, one that is too old."""
    world.kind(version="0.20.0")
    old = harness("up", "kind")
    (only / "kind").unlink()
    none = harness("up", "kind")
    (only / "docker").unlink()
    nothing = harness("up", "kind")

    assert {2} == {one.returncode for one in (old, none, nothing)}
    assert "is too old: version 0.20.0, needs 0.32; run `make kind`" in old.stderr
    assert "harness: no kind: run `make kind`" in none.stderr
    assert "cannot run docker (No such file or directory): install Docker" in nothing.stderr


def test_ci_is_told_what_is_missing_and_nothing_else(world, only):
    """It says in one line why the scenarios were not run on kind."""
    without_image = lacking()
    (world.state / "image").touch()
    with_all = lacking()
    (only / "docker").unlink()

    assert "no node image at hand: make kind-node-image, or name one in KIND_NODE_IMAGE" == without_image
    assert "" == with_all
    assert lacking().startswith("cannot run docker")


def test_a_full_disk_is_told_before_anything_is_begun(harness, world):
    """A cluster that fails for lack of room after a minute is the worse answer. Where Docker's folder is somewhere else, nothing is said."""
    world.docker(root=Path("/proc"))  # there never is any room in it
    done = harness("up", "kind")

    assert 2 == done.returncode
    assert "harness: needs 2 GB free in /proc, found 0.0: make room (docker system df" in done.stderr
    assert not world.calls("kind create")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whatever_ends_it_nothing_half_made_is_left(harness, world, number):
    """The containers are there already, Kubernetes is not."""
    world.kind(then="exec sleep 60")
    child = harness.start("up", "kind")
    _when(child, "creating controller-rehearsal: preparing nodes", lambda: child.send_signal(number))
    _out, err = child.communicate(timeout=PATIENCE_S)

    assert 130 == child.returncode
    assert "harness: kind: stopped by Ctrl-C" in err
    assert world.clean
    assert not (harness.folder / "state.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["looking for docker and kind", "choosing a node image", "applying CRDs"])
def test_ctrl_c_at_any_other_step_leaves_a_whole_cluster_or_none(harness, world, step, tmp_path):
    """Before kind begins there is nothing; afterwards there is a cluster, which the next ``up`` takes as it is.

    The last step may be over when the signal arrives: then the command has done what it was asked for.
    """
    hang = {"looking": "info", "choosing": "image", "applying": ""}[step.partition(" ")[0]]
    if hang:
        world.docker(first=f'[ "$1" = {hang} ] && exec sleep 60\n')
    crds = tmp_path / "crds.yaml"
    crds.write_text("kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n")
    child = harness.start("up", "kind", "--crds", str(crds))
    _when(child, step, lambda: child.send_signal(signal.SIGINT))
    child.communicate(timeout=PATIENCE_S)

    done = child.returncode == 0
    assert done or child.returncode in {130, 2}
    assert world.clean if hang else (harness.folder / "state.json").exists()
    assert ("kind" if done else "") == chosen(harness.project)


def test_retain_keeps_what_is_half_made_and_down_removes_it(harness, world):
    """To see why."""
    world.kind(then="exit 1")
    failed = harness("up", "kind", "--retain")
    kept = world.containers()
    down = harness("down", "kind")

    assert [2, 0] == [failed.returncode, down.returncode]
    assert ["node-1"] == kept
    assert "kept for a look: docker logs controller-rehearsal-control-plane" in failed.stderr
    assert world.clean


@pytest.mark.slow
def test_what_a_killed_up_left_is_removed_by_the_next(harness, world):
    """SIGKILL, or a machine that lost power: no manual step."""
    world.kind(then="sleep 3; exit 1")
    child = harness.start("up", "kind")
    _when(child, "preparing nodes", child.kill)
    child.communicate(timeout=PATIENCE_S)
    world.kind(node="node-2")
    done = harness("up", "kind")

    assert 0 == done.returncode
    assert "✓ removed what was left of controller-rehearsal" in done.stderr
    assert ["node-2"] == world.containers()


def _when(child: subprocess.Popen[str], words: str, then) -> None:
    """Do something when a program says something."""
    give_up = threading.Timer(PATIENCE_S, child.kill)
    give_up.start()
    try:
        said = []
        for line in child.stderr:
            said.append(line)
            if words in line:
                then()
                return
    finally:
        give_up.cancel()
    pytest.fail(f"it never said {words!r}: {''.join(said)}")


def test_the_top_level_configuration_is_one_that_kind_takes():
    """``make kind-up`` uses it."""
    found = yaml.safe_load((Path(__file__).parents[3] / "kind-config.yaml").read_text())

    assert ("Cluster", "kind.x-k8s.io/v1alpha4") == (found["kind"], found["apiVersion"])
    assert ["control-plane"] == [one["role"] for one in found["nodes"]]
