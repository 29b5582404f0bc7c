"""The roles of deploy/ give each operator what it needs, and nothing that it does not.

That they are enough is shown by the scenarios (``harness run --roles``), and here by scenes that use every right. That they are
not too much is shown by taking one verb away at a time: the scene then fails, for want of just that verb.
"""

import asyncio
import copy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.clusters.client import Plural
from harness.deployment.kustomization import render
from harness.remediation.requests import Remediations
from harness.tenants import Tenants
from operators.api.names import lease_name

from .conftest import OVERLAY, ROOT

RO, SP, SCRIPTED = "remediation-orchestrator", "signal-processing", "scripted-signal-processing"
AI, WE = "ai-analysis", "workflow-execution"
PLATFORM = (RO, SCRIPTED, AI, WE)
FP = "9f2c" * 16
EVENTS = Plural("", "v1", "events")
LEASES = Plural("coordination.k8s.io", "v1", "leases")
SPEECHLESS = Path(__file__).parent / "speechless"
"""Policies of which one has no answer to any severity."""
GRANTED_S = 600
"""Virtual seconds for a scene; with all rights each of them takes five."""


async def settled(stage):
    await asyncio.wait_for(stage.cluster.settled(), GRANTED_S)


async def remediate(stage, **scripts):
    """A request ends Failed, the next one of its fingerprint Completed; an abandoned claim is taken over before."""
    (tenant,) = await Tenants(stage.cluster)("tenant")
    remediation = Remediations(stage.cluster)
    await abandon_a_claim(stage, tenant)
    for end in ("Failed", "Completed"):
        request = await remediation(tenant, fingerprint=FP, **scripts).submit()
        await asyncio.wait_for(request.reaches(end), GRANTED_S)
    await settled(stage)


async def abandon_a_claim(stage, tenant):
    """Leave a Lease behind whose holder is gone."""
    body = {"metadata": {"name": lease_name(FP)}, "spec": {"holderIdentity": "nobody"}}
    await stage.cluster.client.create(LEASES, body, namespace=tenant)


def scripted(part):
    async def scene(stage):
        await remediate(stage, **{part: "fail:1"})

    return scene


def process(kind, *, namespaced=True):
    """A signal about something of this kind that is gone."""

    async def scene(stage):
        (tenant,) = await Tenants(stage.cluster)("tenant")
        target = {"kind": kind, "name": "gone", "namespace": tenant if namespaced else ""}
        await processed(stage, tenant, target)

    return scene


async def process_a_pod(stage):
    """A signal about a pod of a job of a cron job, on a node."""
    (tenant,) = await Tenants(stage.cluster)("tenant")
    create = stage.cluster.client.create
    container = {"name": "main", "image": "payments:1"}
    template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
    cron = await create(
        Plural("batch", "v1", "cronjobs"),
        {
            "metadata": {"name": "nightly"},
            "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": template}}},
        },
        namespace=tenant,
    )
    job = await create(
        Plural("batch", "v1", "jobs"),
        {"metadata": {"name": "nightly-1", **owned_by("CronJob", cron)}, "spec": {"template": template}},
        namespace=tenant,
    )
    pod = {"metadata": {"name": "nightly-1-x", **owned_by("Job", job)}, "spec": {"containers": [container]}}
    await create(Plural("", "v1", "pods"), pod, namespace=tenant)
    await processed(stage, tenant, {"kind": "Pod", "name": "nightly-1-x", "namespace": tenant})


def owned_by(kind, owner):
    reference = {"apiVersion": "batch/v1", "kind": kind, "name": owner["metadata"]["name"], "controller": True}
    return {"ownerReferences": [{**reference, "uid": owner["metadata"]["uid"]}]}


async def fail_a_policy(stage):
    """A signal whose severity the policy has no answer for: a person is told."""
    (tenant,) = await Tenants(stage.cluster)("tenant")
    subject = await submitted(stage, tenant, {"kind": "Namespace", "name": tenant, "namespace": ""})
    await asyncio.wait_for(stage.cluster.history.of(subject).reaches("Failed"), GRANTED_S)
    await settled(stage)
    assert await stage.cluster.client.list(EVENTS, namespace=tenant)


async def processed(stage, tenant, target):
    subject = await submitted(stage, tenant, target)
    await asyncio.wait_for(stage.cluster.history.of(subject).reaches("Completed"), GRANTED_S)
    await settled(stage)


async def submitted(stage, tenant, target):
    body = {
        "metadata": {"name": "sp-1"},
        "spec": {
            "remediationRequestRef": {"name": "one", "namespace": tenant},
            "signal": {
                "fingerprint": FP,
                "name": "PodCrashLooping",
                "severity": "critical",
                "type": "prometheus-alert",
                "source": "prometheus",
                "targetType": "kubernetes",
                "targetResource": target,
                "receivedTime": "2026-01-24T15:16:20Z",
            },
        },
    }
    manifest = {"apiVersion": "kubernaut.ai/v1alpha1", "kind": "SignalProcessing", **body}
    return await stage.cluster.create(manifest, namespace=tenant)


PODS_AND_OWNERS = {"pods", "jobs", "cronjobs", "namespaces", "signalprocessings", "signalprocessings/status"}
KINDS = {
    "deployments": "Deployment",
    "statefulsets": "StatefulSet",
    "daemonsets": "DaemonSet",
    "replicasets": "ReplicaSet",
    "services": "Service",
}


@dataclass(frozen=True)
class Right:
    """One verb on one resource, as a role grants it to an operator, and the scene that needs it."""

    operator: str
    group: str
    resource: str
    verb: str

    def __str__(self):
        return f"{self.operator} {self.verb} {self.resource}"

    @property
    def scene(self):
        """Who plays, and what; with which settings, where others than by default are needed."""
        if self.operator == SP:
            if self.resource in PODS_AND_OWNERS:
                return (SP,), process_a_pod
            if self.resource == "events":
                return (SP,), fail_a_policy, {SP: {"KUBERNAUT_POLICIES": str(SPEECHLESS)}}
            if self.resource == "nodes":
                return (SP,), process("Node", namespaced=False)
            return (SP,), process(KINDS[self.resource])
        part = "workflow_execution" if self.operator == RO else PARTS[self.operator]
        return PLATFORM, scripted(part)


PARTS = {SCRIPTED: "signal_processing", AI: "ai_analysis", WE: "workflow_execution"}


def rights():
    return [
        Right(role["metadata"]["name"].partition(":")[2], group, resource, verb)
        for role in render(OVERLAY)
        if role["kind"] == "ClusterRole"
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


def without(manifests, right):
    """Return the manifests with one verb less, on one resource."""
    changed = copy.deepcopy(manifests)
    for role in changed:
        if role["kind"] == "ClusterRole" and role["metadata"]["name"] == f"kubernaut:{right.operator}":
            role["rules"] = [
                {"apiGroups": [group], "resources": [resource], "verbs": verbs}
                for rule in role["rules"]
                for group in rule["apiGroups"]
                for resource in rule["resources"]
                if (verbs := [one for one in rule["verbs"] if Right(right.operator, group, resource, one) != right])
            ]
    return changed


SCENES = {
    f"{right.operator} {right.resource if right.operator == SP else ''}".strip(): right.scene
    for right in rights()
    if right.operator != SP or right.resource in {"pods", "nodes", "events", *KINDS}
}


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_with_its_role_an_operator_is_refused_nothing(config_with, manifests, rehearse, scene):
    """The scenes that miss a verb below miss nothing when it is there."""
    refused, error = rehearse(config_with(manifests), *scene)

    assert ([], None) == (refused, error)


@pytest.mark.slow
@pytest.mark.parametrize("right", rights(), ids=str)
def test_without_one_verb_a_scene_fails(config_with, manifests, rehearse, right):
    """A right that nothing needs is one too many: each verb of each role is missed when it is taken away."""
    refused, error = rehearse(config_with(without(manifests, right)), *right.scene)

    assert error is not None
    assert {(right.operator, right.verb, right.resource)} == {tuple(one.split(" ")[:3]) for one in refused}


@pytest.mark.slow
def test_no_scenario_is_refused_anything():
    """Every scenario, each operator with its own service account: what they do under crashes and conflicts, too."""
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", "--roles"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout


@pytest.mark.slow
def test_a_scenario_that_is_refused_something_fails_and_says_what(config_with, manifests, tmp_path):
    """Also one that would have passed in the end: a refusal is told by who, verb, resource and object."""
    config_with(without(manifests, Right(AI, "kubernaut.ai", "remediationrequests", "get")))
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(
        pyproject.replace('deploy = "deploy/overlays/kind"', 'deploy = "."').replace('"crds"', f'"{ROOT / "crds"}"'),
        "utf-8",
    )
    words = [
        "--roles",
        "-k",
        "test_what_was_submitted",
        "--rootdir",
        str(tmp_path),
        "-c",
        str(tmp_path / "pyproject.toml"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(ROOT / "harness/scenarios/test_restarts.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode, done.stdout
    assert "ai-analysis get remediationrequests tenant/remediation-1" in done.stdout


def test_no_role_names_everything(manifests):
    """A star would grant what nobody has thought of yet, and what is not there yet."""
    rules = [rule for role in manifests if role["kind"] in {"ClusterRole", "Role"} for rule in role["rules"]]

    assert not [rule for rule in rules if "*" in {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}]
