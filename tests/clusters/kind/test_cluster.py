"""A real kind cluster of the node image of ours, from up to down: only where Docker answers, and the image is at hand."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clusters.kind.engine import Engine
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.image.pins import IMAGE
from harness.clusters.kind.nodes import nodes
from harness.clusters.kind.program import find
from harness.clusters.kind.record import Place

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "access"

SCENARIOS = """
from harness.scenario import scenario

GRANT = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "metadata": {"name": "x"}, "spec": {"user": "ada", "minutes": 5}}


@scenario()
async def test_one(cluster, tenant, history):
    \"\"\"A grant is honoured.\"\"\"
    await history.of(await cluster.create(GRANT, namespace=tenant)).reaches("Active")


@scenario()
async def test_another(cluster, tenant, history, operators):
    \"\"\"Nobody honours it while our operator is away, the neighbour's least of all.\"\"\"
    await operators["operator"].stop()
    grant = await cluster.create(GRANT, namespace=tenant)
    await history.of(grant).never("Active")
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Find Docker, kind and the image; without them there is nothing to test, and that is said once."""
    found, lack = Engine(), ""
    try:
        found.check()
        find()
        lack = "" if found.there("image", "inspect", IMAGE) else f"no {IMAGE}: make kind-node-image"
    except KindError as error:
        lack = str(error)
    if lack:
        pytest.skip(f"no kind cluster can be made here: {lack}")
    return found


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "harness.cli", *words]


def environ(name: str) -> dict[str, str]:
    return {**os.environ, "KIND_CLUSTER_NAME": name, "KIND_NODE_IMAGE": IMAGE}


def harness(*words: str, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=ROOT, env=environ(name), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def up(engine):
    """Bring a cluster of a name of its own up, and take it down, whatever happens in between."""
    name = f"rehearsal-test-{os.getpid()}"
    done = harness("cluster", "up", "kind", "--json", name=name)
    try:
        assert 0 == done.returncode, done.stderr
        yield name
    finally:
        harness("cluster", "down", "kind", name=name)
    assert () == nodes(engine, name)


def kubectl(engine: Engine, name: str, *words: str) -> str:
    return engine.run("exec", f"{name}-control-plane", "kubectl", *words)


def test_our_definitions_are_served_and_the_node_is_ready(engine, up):
    """What ``up`` promises when it returns."""
    kubectl(engine, up, "wait", "--for=condition=Ready", "node", "--all", "--timeout=60s")
    served = kubectl(engine, up, "api-resources", "--api-group=kubernaut.ai", "-o", "name").split()

    assert 6 == len(served)


def test_a_service_of_two_endpoints_answers_each_time(engine, up):
    """Iptables that cannot load its extensions' libraries loses every other connection, while all pods run."""
    kubectl(engine, up, "-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=120s")
    address = kubectl(engine, up, "-n", "kube-system", "get", "service", "kube-dns", "-o", "jsonpath={.spec.clusterIP}")
    connect = f'for i in $(seq 20); do timeout 3 bash -c "</dev/tcp/{address}/53" || exit 1; done; echo all'

    assert "all" == engine.run("exec", f"{up}-control-plane", "bash", "-c", connect)


def test_scenarios_run_on_it_side_by_side_and_leave_no_namespace(engine, up, tmp_path):
    """Somebody else's operator, on two workers, with tenants of their own."""
    (tmp_path / "test_grants.py").write_text(SCENARIOS)
    before = kubectl(engine, up, "get", "namespaces", "-o", "name")
    done = harness(
        *(
            "run",
            str(tmp_path / "test_grants.py"),
            "--operator",
            str(EXAMPLE / "operator.py"),
            "--crds",
            str(EXAMPLE / "crds"),
        ),
        *("--cluster", "kind", "-n", "2", "--json", str(tmp_path / "out.json")),
        name=up,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    outcomes = json.loads((tmp_path / "out.json").read_text())
    assert "kind" == outcomes["cluster"]
    assert ["passed", "passed"] == [one["outcome"] for one in outcomes["scenarios"]]
    assert before == kubectl(engine, up, "get", "namespaces", "-o", "name")


@pytest.mark.parametrize("step", ["preparing nodes", "starting control-plane", "waiting"])
def test_ctrl_c_leaves_no_container(engine, step):
    """Containers, volumes and processes of a half-made cluster, wherever it was."""
    name = f"rehearsal-test-{os.getpid()}-c"
    volumes = engine.run("volume", "ls", "--quiet")
    child = subprocess.Popen(
        command("cluster", "up", "kind"),
        cwd=ROOT,
        env=environ(name),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in child.stderr:
        if step in line:
            child.send_signal(signal.SIGINT)
            break
    child.communicate(timeout=60)

    assert 130 == child.returncode
    assert () == nodes(engine, name)
    assert None is Place(name).read()
    assert set(engine.run("volume", "ls", "--quiet").split()) <= set(volumes.split())
