"""Scenarios on a real control plane, by way of pytest and of ``harness run``. Skipped where there are no programs."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.errors import BinariesError

pytestmark = pytest.mark.slow

CRDS = Path(__file__).parents[2] / "examples" / "access" / "crds"

SCENARIOS = '''\
import os, pathlib, signal, sys
import pytest
from harness.scenario import scenario

GRANT = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "metadata": {"name": "x"}, "spec": {"user": "ada", "minutes": 5}}

@scenario()
async def test_a_grant_becomes_active(cluster, tenant, history):
    """Somebody activates it."""
    grant = await cluster.create(GRANT, namespace=tenant)
    await history.of(grant).reaches("Active")
    await history.of(grant).never("Expired")

@scenario(virtual_time="it takes a year")
async def test_a_year_passes(cluster):
    """Nobody waits that long."""

@scenario()
async def test_a_message_is_held(simulation):
    """Only a simulated network can be held up."""

@scenario()
async def test_it_waits_for_a_signal(cluster, venue):
    """A run that somebody loses patience with."""
    pathlib.Path("pids").write_text(" ".join(str(one.pid) for one in venue.check.__self__.daemons))
    pathlib.Path("ready").touch()
    signal.pause()
'''

OPERATOR = """\
import kopf

@kopf.on.event("example.org", "v1", "accessgrants")
async def activate(status, patch, **_):
    if "phase" not in status:
        patch.status["phase"] = "Active"
"""

CONFIGURATION = f"""\
[tool.harness]
scenarios = ["rehearsals"]
crds = ["{CRDS}"]

[tool.harness.operators]
granter = "granter.py"
"""


@pytest.fixture
def project(tmp_path):
    """Return the folder of a project with an operator of its own."""
    (tmp_path / "rehearsals").mkdir()
    (tmp_path / "rehearsals" / "test_grants.py").write_text(SCENARIOS)
    (tmp_path / "granter.py").write_text(OPERATOR)
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION)
    return tmp_path


@pytest.fixture
def programs():
    """Need the programs of a control plane."""
    try:
        find()
    except BinariesError as error:
        pytest.skip(str(error))


def run(folder, *command, **environ):
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_in(folder, *arguments, **environ):
    return run(folder, "pytest", "-p", "no:cacheprovider", "--cluster", "envtest", *arguments, **environ)


def without_programs(tmp_path):
    """Return an environment in which nothing is found."""
    return {
        "KUBEBUILDER_ASSETS": "",
        "HARNESS_CACHE": str(tmp_path / "empty"),
        "XDG_DATA_HOME": str(tmp_path / "empty"),
    }


@pytest.mark.usefixtures("programs")
def test_what_needs_virtual_time_is_skipped_and_counted(project) -> None:
    """A scenario that cannot be played is no failure; but nobody should believe that it passed."""
    done = pytest_in(project, "-k", "not waits", "rehearsals")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "harness: envtest cluster, real time, Kubernetes 1." in done.stdout
    assert "harness: 2 of 3 scenarios need virtual time and are skipped" in done.stdout
    assert "harness: 2 of 3 scenarios were skipped\n  1  not on envtest: it takes a year\n" in done.stdout
    assert "1 passed, 2 skipped, 1 deselected" in done.stdout


@pytest.mark.usefixtures("programs")
def test_harness_run_says_the_cluster_the_time_and_the_reasons(project) -> None:
    """For people on the terminal, for programs in the file."""
    command = ["harness.cli", "run", "-k", "not waits", "--cluster", "envtest", "--json", "out.json"]
    done = run(project, *command)

    found = json.loads((project / "out.json").read_text())
    rows = {row["id"]: row for row in found["scenarios"]}
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "3 scenarios on the envtest cluster, real time, Kubernetes 1." in done.stdout
    assert "1 skipped: not on envtest: it takes a year" in done.stdout
    assert "envtest" == found["cluster"]
    assert ("passed", None) == tuple(rows["a-grant-becomes-active"][name] for name in ("outcome", "virtual_s"))
    assert rows["a-grant-becomes-active"]["real_s"] > 0
    assert "not on envtest: it takes the simulated run" == rows["a-message-is-held"]["reason"]


def test_missing_programs_are_one_line_and_nothing_is_run(project, tmp_path) -> None:
    """The line says what to do."""
    asked = pytest_in(project, "rehearsals", **without_programs(tmp_path))
    ran = run(project, "harness.cli", "run", "--cluster", "envtest", **without_programs(tmp_path))

    assert (4, 2) == (asked.returncode, ran.returncode)
    assert "--cluster envtest: no kube-apiserver and etcd: run `make envtest`" in asked.stderr
    assert "--cluster envtest: no kube-apiserver and etcd: run `make envtest`" in ran.stderr
    assert "passed" not in asked.stdout + ran.stdout


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("option", ["--seed=7", "--seeds=2", "--tape=x"])
def test_what_only_a_simulation_has_is_refused(project, option) -> None:
    """A seed that decides nothing would promise a replay that there is not."""
    done = pytest_in(project, option, "rehearsals")

    assert 4 == done.returncode
    assert f"{option.partition('=')[0]}: only simulated runs have one" in done.stderr


def test_a_cluster_that_is_unknown_or_not_up_is_refused(project, tmp_path) -> None:
    """It says which there are, and how to get one."""
    unknown = run(project, "pytest", "--cluster", "minikube", "rehearsals")
    absent = run(project, "pytest", "--cluster", "kind", "rehearsals", HARNESS_CACHE=str(tmp_path))

    assert (4, 4) == (unknown.returncode, absent.returncode)
    assert "--cluster minikube: unknown; there are: embedded, envtest, kind" in unknown.stderr
    assert "--cluster kind: no kind cluster of ours is up (controller-rehearsal): make kind-up" in absent.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "SIGKILL"])
@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "workers"])
def test_nothing_survives_the_run(project, number, workers) -> None:
    """Neither an orderly end nor the disorderly one leaves a server behind."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--cluster", "envtest", "-k", "waits"]
    with subprocess.Popen(
        [*command, *workers, "rehearsals"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as pytest_process:
        wait_for(project / "ready", pytest_process)
        handles = [os.pidfd_open(int(pid)) for pid in (project / "pids").read_text().split()]
        pytest_process.send_signal(number)
        pytest_process.wait()

    assert 3 == len(handles)
    assert gone(handles)


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a file is there, as long as the process lives."""
    while not file.exists():
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"pytest ended with {process.returncode} before it was ready")


def gone(handles: list[int]) -> bool:
    """Wait until all of the processes have ended."""
    for handle in handles:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if not poll.poll(60_000):
            return False
        os.close(handle)
    return True
