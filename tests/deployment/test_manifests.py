"""The manifests of deploy/: accepted by the API server as they stand, and as careful as they claim to be."""

import pytest

from harness.clusters.embedded import EmbeddedCluster
from harness.config import Config
from harness.deployment.manifests import apply
from harness.references import module_named
from harness.simulation.world import Simulation

from .conftest import ROOT

WORKLOADS = {"Deployment", "StatefulSet"}


@pytest.fixture(scope="module")
def workloads(manifests):
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] in WORKLOADS}


@pytest.mark.virtual_time
async def test_the_api_server_takes_all_of_it(manifests):
    """With full validation and without a warning about a field that it does not know."""
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as cluster:
            stored = await apply(cluster.client, manifests)

    assert [(one["kind"], one["metadata"]["name"]) for one in manifests] == [
        (one["kind"], one["metadata"]["name"]) for one in stored
    ]


def test_every_operator_is_deployed_under_its_name(workloads):
    """That is how `--deploy` and `--roles` find it."""
    assert set(Config.read(ROOT).operators) <= set(workloads)


def test_each_operator_runs_its_own_module(workloads):
    """The module that [tool.harness.operators] names; a package that is meant is a package that can be imported."""
    for name, module in Config.read(ROOT).operators.items():
        (container,) = workloads[name]["spec"]["template"]["spec"]["containers"]

        assert module == container["args"][-1]
        assert module_named(module) is not None


def test_nobody_runs_as_root_or_writes_to_its_image(workloads):
    """What Pod Security calls restricted, and a read-only root file system on top."""
    for one in workloads.values():
        pod = one["spec"]["template"]["spec"]
        (container,) = pod["containers"]

        assert pod["securityContext"]["runAsNonRoot"]
        assert {"type": "RuntimeDefault"} == pod["securityContext"]["seccompProfile"]
        assert {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        } == container["securityContext"]


def test_everybody_has_a_memory_limit_and_asks_for_what_it_needs(workloads):
    """A leak ends one pod, not a node; no limit on CPU: it would slow down what could run."""
    for one in workloads.values():
        (container,) = one["spec"]["template"]["spec"]["containers"]

        assert {"cpu", "memory"} == set(container["resources"]["requests"])
        assert {"memory"} == set(container["resources"]["limits"])


def test_who_asks_the_api_server_nothing_has_no_token(workloads):
    """A token that nobody needs is one that can be stolen."""
    tokens = {
        name: one["spec"]["template"]["spec"].get("automountServiceAccountToken", True)
        for name, one in workloads.items()
    }

    assert {"datastorage", "postgresql"} == {name for name, mounted in tokens.items() if not mounted}
