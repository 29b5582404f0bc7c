"""Operators inside a kind cluster: everything that can be done to them, what a failure shows, and that nothing is left."""

import asyncio
import shutil

import pytest

from harness.clusters.client import NAMESPACES, Client
from harness.clusters.kind import venue
from harness.deployment.manifests import PLURALS
from tests.deployment.conftest import ROOT

pytestmark = pytest.mark.slow

PLAYED = (
    "the-trail-holds-exactly-the-edges-walked",
    "tampering-is-found-and-named[reorder]",
    "an-operator-killed-under-way-loses-and-doubles-nothing",
    "what-was-submitted-while-no-operator-ran-is-taken-up",
)

FAILING = '''\
from harness.scenario import scenario

@scenario()
async def test_it_expects_what_does_not_come(tenant, remediation, history, operators):
    """The orchestrator is killed under way, which must not keep a request from completing."""
    request = await remediation(tenant).submit()
    await request.reaches("Processing")
    await operators["remediation-orchestrator"].kill()
    await request.reaches("Completed")
    await history.of(request).never("Completed")
'''


def test_scenarios_pass_with_operators_as_pods_and_nothing_is_left(run):
    """One operator and four, stopped, started, killed, and a vandal at the tables. The next session finds the cluster as this one did."""
    with venue.venue() as place:
        refused = asyncio.run(refusals(place.address))
    done = run(*(f"--scenario={one}" for one in PLAYED), "harness/scenarios")

    assert 0 == done.returncode, done.stdout
    assert "5 passed" in done.stdout
    with venue.venue() as place:
        assert [] == asyncio.run(left(place.address))
        assert refused == asyncio.run(refusals(place.address)), (
            "somebody was refused something: the API server counts it"
        )


async def refusals(address):
    """Count what the API server refused so far of the requests that operators make."""
    client = Client(address)
    try:
        counted = await client.text("/metrics", query={})
    finally:
        await client.close()
    lines = [
        line for line in counted.splitlines() if line.startswith("apiserver_request_total{") and 'code="403"' in line
    ]
    ours = [line for line in lines if any(f'group="{one}"' in line for one in ("kubernaut.ai", "coordination.k8s.io"))]
    reads = [line for line in lines if any(f'verb="{one}"' in line for one in ("GET", "LIST", "WATCH"))]
    return sum(int(line.rpartition(" ")[2]) for line in {*ours, *reads})


async def left(address):
    client = Client(address)
    try:
        found = [
            one["metadata"]["name"]
            for plural in (NAMESPACES, PLURALS["ClusterRole"], PLURALS["ClusterRoleBinding"])
            for one in await client.list(plural)
        ]
    finally:
        await client.close()
    return [name for name in found if name.startswith("kubernaut")]


def test_a_failure_shows_what_the_pods_said_and_what_they_said_before_their_restart(run, tmp_path):
    """The story of the object says what was written; the logs say what nobody wrote down."""
    (tmp_path / "test_failing.py").write_text(FAILING, "utf-8")
    shutil.copy(ROOT / "harness" / "scenarios" / "conftest.py", tmp_path)
    done = run("--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(tmp_path))

    assert 1 == done.returncode, done.stdout
    assert "remediation-orchestrator    crashed" in done.stdout
    assert "remediation-orchestrator    started again" in done.stdout
    assert "restarted once (Error, exit status 137)" in done.stdout
    assert 2 == done.stdout.count("'remediation-orchestrator/startup' succeeded"), "before the restart, and after"
