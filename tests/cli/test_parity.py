"""``harness parity`` as people and programs use it: what it plays, what it prints, what it exits with."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.errors import BinariesError
from tests.cli.servers import HARNESS

pytestmark = pytest.mark.slow

ACCESS = Path(__file__).parents[2] / "examples" / "access"

SCENARIOS = '''\
import pathlib, signal
from harness.scenario import scenario

GRANT = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "metadata": {"name": "x"}, "spec": {"user": "ada", "minutes": 5}}

async def edited(cluster, tenant, times):
    """Make a grant, and edit it so many times, each time when nobody else is at work: how writes race depends on the clock."""
    grant = await cluster.create(GRANT, namespace=tenant)
    for edit in range(times):
        await cluster.settled()
        patch = {"metadata": {"labels": {"edit": str(edit)}}}
        await cluster.client.patch(grant.plural, "x", patch, namespace=tenant)
    return grant

@scenario()
async def test_it_is_the_same(cluster, tenant, history):
    """An operator grants access, everywhere."""
    await history.of(await edited(cluster, tenant, 2)).reaches("Active")

@scenario()
async def test_it_differs(cluster, tenant, seed):
    """Edits depend on the seed, which no interleaving excuses."""
    await edited(cluster, tenant, seed)

@scenario(differs={"writes": "edits depend on the seed"})
async def test_it_may_differ(cluster, tenant, seed):
    """The same, and says so."""
    await edited(cluster, tenant, seed)

@scenario(differs={"events": "once upon a time"})
async def test_it_is_stale(cluster, tenant):
    """It says so for nothing."""
    await edited(cluster, tenant, 1)

@scenario(differs={"wirtes": "a slip"})
async def test_it_misspells(cluster, tenant):
    """It declares something that nobody compares."""

@scenario()
async def test_it_waits_for_a_signal(cluster):
    """A run that somebody loses patience with."""
    pathlib.Path("ready").touch()
    signal.pause()
'''

OPERATOR = """\
import kopf

@kopf.on.create("example.org", "v1", "accessgrants")
async def grant(body, patch, **_):
    patch.status["phase"] = "Active"
    kopf.info(body, reason="Granted", message="come in")
"""


@pytest.fixture
def project(tmp_path):
    """Return the folder of a project with an operator that posts Kubernetes Events."""
    (tmp_path / "rehearsals").mkdir()
    (tmp_path / "rehearsals" / "test_grants.py").write_text(SCENARIOS)
    (tmp_path / "granter.py").write_text(OPERATOR)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.harness]\nscenarios = ["rehearsals"]\ncrds = ["{ACCESS / "crds"}"]\n'
        '[tool.harness.operators]\ngranter = "granter.py"\n'
    )
    return tmp_path


def found_in(project):
    """Return what was written for programs, by scenario."""
    return {one["id"]: one for one in json.loads((project / "parity.json").read_text())["scenarios"]}


def test_two_interleavings_agree(harness, project) -> None:
    """Phases, writes and by whom, Events: of one object each, told for a program, too."""
    done = harness(
        "parity", "it-is-the-same", "--clusters", "embedded,embedded@7", "--json", "parity.json", folder=project
    )
    (part,) = found_in(project)["it-is-the-same"]["runs"]["embedded"]["record"]["parts"]
    writes = part["accounts"]["writes"]["seen"]

    assert (0, "") == (done.returncode, done.stderr)
    assert "1 equal on embedded, embedded@7" in done.stdout
    assert "accessgrants in tenant" == part["role"]
    assert ["Active"] == part["accounts"]["phases"]["seen"]
    assert ("created by scenario", 2) == (writes[0], writes.count("changed by scenario"))
    assert "Normal Granted" in part["accounts"]["events"]["seen"]


def test_what_differs_is_a_failure_unless_it_was_declared(harness, project) -> None:
    """Found, excused and stale in one table that is no wider than a page; the page has it as well."""
    done = harness(
        "parity",
        *("it-differs", "it-may-differ", "it-is-stale", "--clusters", "embedded,embedded@2"),
        *("--json", "parity.json", "--markdown", "parity.md", "--seeds", "1"),
        folder=project,
    )
    judged = {name: row["judged"]["embedded@2"]["verdict"] for name, row in found_in(project).items()}

    assert (1, "") == (done.returncode, done.stderr)
    assert {"it-differs": "differs", "it-may-differ": "excused", "it-is-stale": "equal"} == judged
    assert "writes of accessgrants in tenant differs\n" in done.stdout
    assert "writes of accessgrants in tenant may differ (edits depend on the seed)\n" in done.stdout
    assert "stale: events may differ, it says (once upon a time), and is equal everywhere" in done.stdout
    assert "1 equal, 1 with declared differences, 1 different, 1 stale declarations" in done.stdout
    assert "embedded, 1 seeds" in done.stdout
    assert 120 >= max(len(line) for line in done.stdout.splitlines() if line.startswith(("scenario", "it-")))
    assert "| it-differs | " in (project / "parity.md").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--clusters", "embedded"], "--clusters embedded: name two or more that differ"),
        (["--clusters", "embedded,moon"], "--clusters moon: unknown; there are: embedded"),
        (["--clusters", "embedded,envtest@7"], "--clusters envtest@7: only embedded has seeds"),
        (["--clusters", "embedded,embedded+deploy"], "--clusters embedded+deploy: nothing is deployed on embedded"),
        (["it-was", "--clusters", "embedded,embedded@1"], "no scenario 'it-was'."),
        (
            ["it-misspells", "--clusters", "embedded,embedded@1"],
            "differs: nothing is compared by the name of 'wirtes'; there are: phases, writes, events",
        ),
        (["--clusters", "embedded,envtest", "--context", "mine"], "--context mine: kind is not among"),
        (["--json", "no/where.json"], "--json no/where.json: there is no folder no\n"),
    ],
    ids=["one", "unknown", "seeds", "inside", "scenario", "aspect", "context", "folder"],
)
def test_wrong_usage_is_one_message(harness, project, words, says) -> None:
    """It says what is wrong and what there is; nothing is compared."""
    done = harness("parity", *words, folder=project)

    assert 2 == done.returncode
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "scenario " not in done.stdout


def test_what_is_not_at_hand_is_said_with_how_to_get_it(harness, project) -> None:
    """Without an own choice everything that can be had is compared; here that is nothing but the embedded cluster."""
    nothing = {"KUBEBUILDER_ASSETS": "/nowhere", "PATH": "/nowhere", "HARNESS_CACHE": str(project)}
    done = harness("parity", "it-is-the-same", folder=project, **nothing)

    assert 2 == done.returncode
    assert "there is nothing to compare embedded with: envtest: " in done.stderr
    assert "; kind: " in done.stderr


def test_ctrl_c_ends_the_run_below_and_says_nothing_false(project) -> None:
    """The run of a cluster is a process: it is ended, too, in good order."""
    words = ["parity", "it-waits-for-a-signal", "--clusters", "embedded,embedded@1"]
    with subprocess.Popen([*HARNESS, *words], cwd=project, stdout=subprocess.PIPE, text=True) as process:
        while not (project / "ready").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()

    assert 130 == process.returncode
    assert "equal" not in rest


def test_a_real_control_plane_agrees(harness, project) -> None:
    """The point of it all, with an operator of Kopf's own ways: annotations, finalizers, Events."""
    try:
        find()
    except BinariesError as error:
        pytest.skip(str(error))
    done = harness("parity", "it-is-the-same", "--clusters", "embedded,envtest", folder=project)

    assert (0, "") == (done.returncode, done.stderr)
    assert "1 equal on embedded, envtest" in done.stdout
