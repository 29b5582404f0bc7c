"""The six CRDs as files: structural, described, and in step with what the operators speak."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from operators.api import (
    KINDS,
    REMEDIATION_REQUEST,
    SIGNAL_PROCESSING,
    AnalysisPhase,
    BlockReason,
    ExecutionPhase,
    FailurePhase,
    Kind,
    NotificationPhase,
    Outcome,
    RemediationPhase,
    Severity,
    SignalPhase,
)
from operators.runtime.outbox import MAX_ENTRIES

FOLDER = Path(__file__).parents[2] / "crds"
PHASES = {
    "RemediationRequest": RemediationPhase,
    "SignalProcessing": SignalPhase,
    "AIAnalysis": AnalysisPhase,
    "WorkflowExecution": ExecutionPhase,
    "NotificationRequest": NotificationPhase,
}


@cache
def definition(kind: Kind) -> dict[str, Any]:
    text = (FOLDER / f"{kind.group}_{kind.plural}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader


def schema(kind: Kind) -> dict[str, Any]:
    return definition(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def status(kind: Kind) -> dict[str, Any]:
    return schema(kind)["properties"]["status"]["properties"]


def nodes(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with its path."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for part in ("items", "additionalProperties"):
        if isinstance(node.get(part), dict):
            yield from nodes(node[part], f"{path}[]")


every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)


def test_there_is_one_file_per_kind_and_nothing_else():
    """``kubectl apply -f crds/`` is the whole installation."""
    expected = sorted(f"{kind.group}_{kind.plural}.yaml" for kind in KINDS)

    assert expected == sorted(path.name for path in FOLDER.iterdir())


@every_kind
def test_names_agree_with_the_code(kind):
    """The client builds its paths from these."""
    spec = definition(kind)["spec"]

    assert f"{kind.plural}.{kind.group}" == definition(kind)["metadata"]["name"]
    assert (kind.group, kind.plural, kind.kind) == (spec["group"], spec["names"]["plural"], spec["names"]["kind"])
    assert [(kind.version, True, True, {"status": {}})] == [
        (version["name"], version["served"], version["storage"], version["subresources"])
        for version in spec["versions"]
    ]
    assert spec["scope"] == "Namespaced"


@every_kind
def test_the_schema_is_structural(kind):
    """The API server refuses what is not: each node has a type, and no node is open and closed at once."""
    for path, node in nodes(schema(kind)):
        assert "type" in node, path
        assert not ("properties" in node and "additionalProperties" in node), path
        assert node["type"] != "array" or "items" in node, path
        assert set(node.get("required", ())) <= set(node.get("properties", {})), path


@every_kind
def test_every_field_is_described(kind):
    """``kubectl explain`` is the reference manual."""
    bare = [
        path
        for path, node in nodes(schema(kind))
        if path and path != ".metadata" and not path.endswith("[]") and not node.get("description", "").endswith(".")
    ]

    assert bare == []


@every_kind
def test_the_spec_never_changes(kind):
    """What was decided about must stay what it was (ADR-001); deciding anew means a new object."""
    rules = schema(kind)["properties"]["spec"]["x-kubernetes-validations"]

    assert "self == oldSelf" in [rule["rule"] for rule in rules]
    assert all(rule["message"] for rule in rules)


@every_kind
def test_every_status_counts_its_transitions_and_keys_its_conditions(kind):
    """The guarded write puts both there, whatever the kind."""
    fields = status(kind)

    assert (fields["transitionCount"]["type"], fields["transitionCount"]["format"]) == ("integer", "int64")
    assert (
        fields["conditions"]["x-kubernetes-list-type"],
        fields["conditions"]["x-kubernetes-list-map-keys"],
    ) == ("map", ["type"])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.phase_field], ids=lambda kind: kind.kind)
def test_phases_agree_with_the_code(kind):
    """One source of truth: a phase that the schema does not know could never be written."""
    expected = [phase.value for phase in PHASES[kind.kind] if phase]

    assert expected == status(kind)[kind.phase_field]["enum"]


def test_vocabularies_agree_with_the_code():
    """The same for reasons, outcomes and severities."""
    request, signal = status(REMEDIATION_REQUEST), status(SIGNAL_PROCESSING)

    assert list(BlockReason) == request["blockReason"]["enum"]
    assert list(FailurePhase) == request["failurePhase"]["enum"]
    assert list(Outcome) == request["outcome"]["enum"]
    assert list(Severity) == signal["severity"]["enum"]


@pytest.mark.parametrize("kind", [REMEDIATION_REQUEST, SIGNAL_PROCESSING], ids=lambda kind: kind.kind)
def test_the_outbox_has_room_for_what_the_runtime_puts_in(kind):
    """An entry too many would make the API server refuse the transition that carries it."""
    outbox = status(kind)["outbox"]

    assert outbox["maxItems"] == MAX_ENTRIES
    assert sorted(outbox["items"]["required"]) == ["id", "payload", "time", "type"]
    assert outbox["items"]["properties"]["payload"]["x-kubernetes-preserve-unknown-fields"]


def test_requests_can_be_selected_by_fingerprint():
    """The routing decision reads exactly these, from the API server, in one namespace."""
    versions = definition(REMEDIATION_REQUEST)["spec"]["versions"]

    assert versions[0]["selectableFields"] == [{"jsonPath": ".spec.signalFingerprint"}]


def test_short_names_are_what_people_type():
    """Kubectl get rr."""
    assert [name for kind in KINDS for name in definition(kind)["spec"]["names"]["shortNames"]] == [
        "rr",
        "sp",
        "aia",
        "wfe",
        "rar",
        "notif",
    ]
