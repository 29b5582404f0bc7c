"""The bodies of the children."""

from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from operators.remediation_orchestrator import children
from operators.remediation_orchestrator.errors import UnbuildableChildError
from operators.remediation_orchestrator.stages import ANALYZING, EXECUTING, PROCESSING

CRDS = Path(__file__).parents[3] / "crds"
STAGE_LIST = [PROCESSING, ANALYZING, EXECUTING]
CLASSIFIED = {
    "severity": "critical",
    "environmentClassification": {"environment": "production", "source": "namespace-labels"},
    "priorityAssignment": {"priority": "P0", "source": "rego"},
    "kubernetesContext": {
        "namespace": {"name": "shop", "labels": {"kubernaut.ai/environment": "production"}},
        "ownerChain": [{"namespace": "shop", "kind": "ReplicaSet", "name": "checkout-7d"}],
    },
}
SELECTED = {
    "selectedWorkflow": {
        "workflowId": "restart-pod",
        "version": "1.2.0",
        "containerImage": "registry.example/restart:1.2.0",
        "confidence": 0.9,
        "rationale": "it helped before",
        "parameters": {"GRACE": "30"},
    }
}


@pytest.fixture(scope="session")
def schema_of():
    """A factory of validators for the kind of a stage, out of crds/."""

    def build(stage):
        crd = yaml.safe_load((CRDS / f"kubernaut.ai_{stage.kind.plural}.yaml").read_text(encoding="utf-8"))
        return jsonschema_rs.validator_for(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])

    return build


@pytest.fixture(scope="session")
def body_of(a_request, a_child):
    """A factory of bodies, made from what the stage before found."""

    def build(stage, **kwargs):
        request = a_request("rr", stage.phase, **kwargs)
        found = {ANALYZING.phase: CLASSIFIED, EXECUTING.phase: SELECTED}.get(stage.phase)
        source = None if found is None else a_child(request, "Completed", **found)
        return children.body(stage, request, source)

    return build


@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
@pytest.mark.parametrize("target", [None, {"kind": "Node", "name": "worker-1"}], ids=["namespaced", "cluster-scoped"])
def test_every_body_satisfies_its_schema(body_of, schema_of, stage, target):
    """What the API server refuses would fail the request; nothing is sent as null."""
    assert [] == [str(e) for e in schema_of(stage).iter_errors(body_of(stage, target=target))]


@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
def test_the_request_controls_its_children(body_of, a_request, stage):
    """Garbage collection follows this reference; blockOwnerDeletion keeps a foreground deletion in order."""
    request = a_request("rr", stage.phase)

    assert [
        {
            "apiVersion": "kubernaut.ai/v1alpha1",
            "kind": "RemediationRequest",
            "name": "rr",
            "uid": request.uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ] == body_of(stage)["metadata"]["ownerReferences"]


@pytest.mark.parametrize(
    ("stage", "name", "component"),
    [
        (PROCESSING, "sp-rr", "signal-processing"),
        (ANALYZING, "ai-rr", "ai-analysis"),
        (EXECUTING, "we-rr", "workflow-execution"),
    ],
    ids=lambda v: getattr(v, "phase", None),
)
def test_names_and_labels_are_derived(body_of, stage, name, component):
    """Whoever knows the request finds the child."""
    metadata = body_of(stage)["metadata"]

    assert (name, "tenant-a") == (metadata["name"], metadata["namespace"])
    assert {
        "kubernaut.ai/remediation-request": "rr",
        "kubernaut.ai/component": component,
    } == metadata["labels"]


def test_the_signal_is_handed_on_as_it_came(body_of):
    """SignalProcessing's policies see the external severity; nobody normalises it before (DD-SEVERITY-001)."""
    signal = body_of(PROCESSING)["spec"]["signal"]

    assert ("Sev1", "prometheus", "alertmanager") == (signal["severity"], signal["type"], signal["source"])
    assert "providerData" not in signal


def test_the_analysis_gets_the_classification_not_the_external_severity(body_of):
    """Its schema knows five severities; 'Sev1' is none of them."""
    context = body_of(ANALYZING)["spec"]["analysisRequest"]["signalContext"]

    assert ("critical", "production", "P0") == (
        context["severity"],
        context["environment"],
        context["businessPriority"],
    )
    assert {
        "kubernetesContext": {"namespace": "shop", "namespaceLabels": {"kubernaut.ai/environment": "production"}},
        "ownerChain": [{"kind": "ReplicaSet", "name": "checkout-7d"}],
    } == context["enrichmentResults"]


def test_an_unclassified_signal_is_analysed_with_the_defaults(a_request, a_child):
    """Rather than refused by the schema until the limit."""
    request = a_request("rr", "Analyzing")
    body = children.body(ANALYZING, request, a_child(request, "Completed"))
    context = body["spec"]["analysisRequest"]["signalContext"]

    assert ("unknown", "unknown", "P2") == (context["severity"], context["environment"], context["businessPriority"])


def test_the_target_of_an_execution_keeps_the_case_of_its_kind(body_of):
    """One function for writer and readers: upstream's reader lower-cased it and never found anything."""
    assert "shop/Deployment/checkout" == body_of(EXECUTING)["spec"]["targetResource"]
    assert "Node/worker-1" == body_of(EXECUTING, target={"kind": "Node", "name": "worker-1"})["spec"]["targetResource"]


def test_an_execution_gets_the_workflow_and_the_limit_of_its_request(body_of):
    """The limit as it is now, not as it was configured."""
    spec = body_of(EXECUTING, timeoutConfig={"executing": "7m0s"})["spec"]

    assert {
        "workflowId": "restart-pod",
        "version": "1.2.0",
        "containerImage": "registry.example/restart:1.2.0",
    } == spec["workflowRef"]
    assert ({"GRACE": "30"}, {"timeout": "7m0s"}) == (spec["parameters"], spec["executionConfig"])


@pytest.mark.parametrize("stage", [ANALYZING, EXECUTING], ids=lambda s: s.phase)
def test_a_child_whose_source_is_gone_cannot_be_made(a_request, stage):
    """The text names both, for the request that fails with it."""
    with pytest.raises(UnbuildableChildError, match=r"(ai|we)-rr cannot be made: .* (sp|ai)-rr, whose result it needs"):
        children.body(stage, a_request("rr", stage.phase), None)


def test_a_long_name_still_makes_valid_labels(a_request):
    """A label takes 63 characters, a name 253: upstream could not create children of long names."""
    metadata = children.body(PROCESSING, a_request("r" * 200, "Processing"), None)["metadata"]

    assert 203 == len(metadata["name"])
    assert 63 == len(metadata["labels"]["kubernaut.ai/remediation-request"])
