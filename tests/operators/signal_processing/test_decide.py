"""The pure half: every edge, what it writes and what it tells the audit; and the laws that hold for all snapshots."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.api.conditions import set_condition
from operators.api.phases import LEGAL_SIGNAL_EDGES, TERMINAL_SIGNAL, SignalPhase
from operators.api.reasons import Severity
from operators.api.times import micro
from operators.runtime.audit import AuditEvent
from operators.signal_processing.classification import PRIORITIES, Classification
from operators.signal_processing.decide import Move, Rest, decide
from operators.signal_processing.enrichment import Enrichment, Unresolvable
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.snapshot import Snapshot

NOW = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(microseconds=1500)
FOUND = Enrichment(
    {
        "degradedMode": False,
        "namespace": {"name": "shop", "labels": {"kubernaut.ai/team": "payments"}, "annotations": {}},
        "pod": {"labels": {}, "annotations": {}},
        "ownerChain": [{"kind": "ReplicaSet", "name": "rs", "namespace": "shop"}],
    },
)
CLASSIFIED = Classification("production", "namespace-labels", "critical", "P0", "critical/production", "f" * 64)
MISSING = Unresolvable("ResourceNotFound", "namespace 'shop' of Pod 'checkout-0' does not exist")
BROKEN = PolicyError("answers 'urgent'", source="severity.rego", rule="data.signalprocessing.severity.result")


def walked(resource: dict[str, Any], move: Move) -> dict[str, Any]:
    """The object as it is after the move: what the guarded write makes of it."""
    before = dict(resource.get("status") or {})
    conditions = before.get("conditions", [])
    for one in move.conditions:
        conditions = set_condition(
            conditions, type=one.type, status=one.status, reason=one.reason, message=one.message, now=NOW
        )
    written = {"phase": str(move.entering), "transitionCount": before.get("transitionCount", 0) + 1}
    return {**resource, "status": {**before, **move.status, **written, "conditions": conditions}}


def step(
    resource: dict[str, Any], *, enrichment: Any = FOUND, classification: Any = CLASSIFIED, now: datetime = NOW
) -> Any:
    return decide(Snapshot(resource=resource, began=BEGAN, enrichment=enrichment, classification=classification), now)


def run(resource: dict[str, Any], **findings: Any) -> tuple[list[Move], dict[str, Any]]:
    """Every move until rest, and the object at its end."""
    moves: list[Move] = []
    while isinstance(decision := step(resource, **findings), Move):
        moves.append(decision)
        resource = walked(resource, decision)
    return moves, resource


def told(moves: list[Move]) -> list[str]:
    return [intent.type.removeprefix("signalprocessing.") for move in moves for intent in move.events]


def conditions(resource: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["type"]: (one["status"], one["reason"]) for one in resource["status"]["conditions"]}


def test_a_success_walks_five_edges(make):
    """Each phase once, in order, from the empty one."""
    moves, _ = run(make())

    assert [(move.leaving, move.entering) for move in moves] == [
        ("", "Pending"),
        ("Pending", "Enriching"),
        ("Enriching", "Classifying"),
        ("Classifying", "Categorizing"),
        ("Categorizing", "Completed"),
    ]


def test_a_success_tells_nine_events_in_order(make):
    """Five transitions and one event of each piece of work; upstream counted four, five or three, depending on its
    cache.
    """
    moves, _ = run(make())

    assert told(moves) == [
        "phase.transition",
        "phase.transition",
        "enrichment.completed",
        "phase.transition",
        "classification.decision",
        "phase.transition",
        "phase.transition",
        "signal.processed",
        "business.classified",
    ]


def test_transition_events_name_the_edge_and_the_tenant(make):
    """The chain key has the namespace in it, or equal names in two tenants would share one trail; the plain name is
    kept beside it.
    """
    moves, _ = run(make())
    transitions = [
        intent for move in moves for intent in move.events if intent.type == "signalprocessing.phase.transition"
    ]

    assert [(one.data["from_phase"], one.data["to_phase"], one.data["phase"]) for one in transitions] == [
        (str(move.leaving), str(move.entering), str(move.entering)) for move in moves
    ]
    assert {(one.correlation_id, one.data["rr_name"], one.action, one.outcome) for one in transitions} == {
        ("shop/rr-1", "rr-1", "phase_transition", "success"),
    }


def test_a_reference_into_another_namespace_correlates_there(make):
    """The request may live elsewhere than its processing; the trail is the request's."""
    resource = make()
    resource["spec"]["remediationRequestRef"]["namespace"] = "platform"

    assert step(resource).events[0].correlation_id == "platform/rr-1"


def test_a_success_leaves_four_true_conditions_and_the_whole_result(make):
    """What a person sees who looks at the object afterwards."""
    _, done = run(make(severity="Sev1"))
    status = {name: value for name, value in done["status"].items() if name not in {"conditions", "kubernetesContext"}}

    assert status == {
        "phase": "Completed",
        "transitionCount": 5,
        "startTime": micro(NOW),
        "completionTime": micro(NOW),
        "environmentClassification": {
            "environment": "production",
            "source": "namespace-labels",
            "classifiedAt": micro(NOW),
        },
        "priorityAssignment": {
            "priority": "P0",
            "source": "rego-policy",
            "policyName": "critical/production",
            "assignedAt": micro(NOW),
        },
        "severity": "critical",
        "policyHash": "f" * 64,
        "businessClassification": {
            "businessUnit": "payments",
            "serviceOwner": "",
            "criticality": "high",
            "slaRequirement": "gold",
        },
    }
    assert done["status"]["kubernetesContext"] == FOUND.context
    assert conditions(done) == {
        f"{step}Complete": ("True", f"{step}Succeeded")
        for step in ("Enrichment", "Classification", "Categorization", "Processing")
    }


def test_the_messages_of_conditions_say_what_was_found(make):
    """They are what `kubectl describe` shows; nobody should have to read the status beside them."""
    _, done = run(make())

    assert [one["message"] for one in done["status"]["conditions"]] == [
        "Pod shop/checkout-0 was read",
        (
            "environment=production (source=namespace-labels), "
            "priority=P0 (source=rego-policy), severity=critical (source=rego-policy)"
        ),
        "businessUnit=payments, criticality=high, sla=gold",
        "processed successfully in 0.00s: priority=P0, environment=production",
    ]


def test_a_degraded_enrichment_goes_on(make):
    """The condition is True, for the step is done; its reason tells that the target was gone."""
    _, done = run(make(), enrichment=Enrichment({**FOUND.context, "degradedMode": True}))

    assert conditions(done)["EnrichmentComplete"] == ("True", "DegradedMode")
    assert done["status"]["phase"] == "Completed"


@pytest.mark.parametrize(
    ("phase", "error", "expected"),
    [
        (
            "Enriching",
            "enrichment failed: namespace 'shop' of Pod 'checkout-0' does not exist",
            {"EnrichmentComplete": ("False", "ResourceNotFound"), "ProcessingComplete": ("False", "ProcessingFailed")},
        ),
        (
            "Classifying",
            "policy evaluation failed: severity.rego (data.signalprocessing.severity.result): answers 'urgent'",
            {
                "ClassificationComplete": ("False", "RegoEvaluationError"),
                "ProcessingComplete": ("False", "ProcessingFailed"),
            },
        ),
    ],
)
def test_a_permanent_error_ends_as_failed_and_says_so_once(make, phase, error, expected):
    """Upstream retried these for ever and told the audit each time; here it is one write, two events and an end."""
    moves, done = run(make(phase), enrichment=MISSING, classification=BROKEN)

    assert [(move.leaving, move.entering) for move in moves] == [(phase, "Failed")]
    assert told(moves) == ["phase.transition", "error.occurred"]
    assert [(intent.outcome, intent.data.get("error")) for intent in moves[0].events] == [
        ("failure", None),
        ("failure", error),
    ]
    assert conditions(done) == expected
    assert (done["status"]["error"], done["status"]["completionTime"]) == (error, micro(NOW))
    assert "severity" not in done["status"]


def test_the_decision_event_keeps_the_senders_word(make):
    """Whether a mapping was right can only be judged with both words."""
    moves, _ = run(make(severity="Sev1"))
    decision = next(intent for move in moves for intent in move.events if intent.action == "classification")

    assert {
        name: decision.data[name]
        for name in ("external_severity", "normalized_severity", "determination_source", "policy_hash")
    } == {
        "external_severity": "Sev1",
        "normalized_severity": "critical",
        "determination_source": "rego-policy",
        "policy_hash": "f" * 64,
    }


@pytest.mark.parametrize(("expected", "began"), [(2, BEGAN), (1, NOW)])
def test_work_never_takes_zero_milliseconds(make, expected, began):
    """Durations are told in whole milliseconds, rounded up: a step that was done took time, also where the clock stood
    still.
    """
    move = decide(Snapshot(resource=make("Enriching"), began=began, enrichment=FOUND), NOW)
    event = AuditEvent.of(move.events[0], uid=make()["metadata"]["uid"], ordinal=3, now=NOW)

    assert event.payload["duration_ms"] == expected


@pytest.mark.parametrize("phase", ["Enriching", "Classifying"])
def test_a_phase_is_not_decided_without_its_findings(make, phase):
    """A shell that forgot to read must be told, not walk on with nothing."""
    with pytest.raises(ValueError, match=f"is {phase}, but its snapshot holds no"):
        decide(Snapshot(resource=make(phase), began=NOW), NOW)


def test_an_unknown_phase_is_left_alone(make):
    """Upstream once walked back to Enriching from a phase it did not know (SP-BUG-005)."""
    assert step(make("Reprocessing")) == Rest("phase 'Reprocessing' is not one of ours")


def test_what_was_categorized_by_a_stranger_still_completes(make):
    """A status that lacks what Classifying writes (edited by hand) is of unknown environment, not an endless error."""
    _, done = run(make("Categorizing"))

    assert done["status"]["businessClassification"]["criticality"] == "medium"


@pytest.mark.parametrize("findings", [{}, {"enrichment": MISSING}, {"classification": BROKEN}])
def test_every_status_is_one_that_the_schema_keeps(make, complaints, findings):
    """A field that the CRD does not know is dropped without a word, one that it refuses fails the write for ever."""
    _, done = run(make(), **findings)

    assert complaints(done["status"]) == []


contexts = st.fixed_dictionaries(
    {"degradedMode": st.booleans()},
    optional={
        "namespace": st.fixed_dictionaries(
            {"name": st.just("shop"), "labels": st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)}
        ),
        "ownerChain": st.lists(st.just({"kind": "Job", "name": "x"}), max_size=5),
    },
)
enrichments = st.builds(Enrichment, contexts) | st.builds(
    Unresolvable, st.sampled_from(["ResourceNotFound", "EnrichmentFailed"]), st.text()
)
classifications = st.builds(
    Classification,
    environment=st.text(min_size=1, max_size=63),
    environment_source=st.text(),
    severity=st.sampled_from([str(word) for word in Severity]),
    priority=st.sampled_from(PRIORITIES),
    priority_policy=st.text(),
    policy_hash=st.just("f" * 64),
) | st.builds(PolicyError, st.text(), source=st.just("severity.rego"))
phases = st.sampled_from([*SignalPhase, "Reprocessing"])
moments = st.datetimes(min_value=datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@pytest.mark.slow
@given(phase=phases, enrichment=enrichments, classification=classifications, now=moments)
def test_every_move_is_an_edge_of_the_graph(make, phase, enrichment, classification, now):
    """Whatever was read, a terminal phase is never left and no phase is skipped."""
    decision = step(make(phase), enrichment=enrichment, classification=classification, now=now)

    if isinstance(decision, Move):
        assert decision.leaving == phase
        assert decision.entering in LEGAL_SIGNAL_EDGES[decision.leaving]
    else:
        assert phase in TERMINAL_SIGNAL or phase == "Reprocessing"


@pytest.mark.slow
@given(phase=phases, enrichment=enrichments, classification=classifications, severity=st.text())
def test_the_same_snapshot_decides_the_same(make, phase, enrichment, classification, severity):
    """After a crash before the write, the next process repeats the decision; its events must be those of the first."""
    again = [
        step(make(phase, severity=severity), enrichment=enrichment, classification=classification) for _ in range(2)
    ]

    assert again[0] == again[1]


@pytest.mark.slow
@given(enrichment=enrichments, classification=classifications)
def test_every_run_ends_in_a_terminal_phase_with_its_edges_told(make, enrichment, classification):
    """The audit is exactly the edges walked, once each; at most one event of a type on an edge, or two would share an
    id.
    """
    moves, done = run(make(), enrichment=enrichment, classification=classification)
    events = [[intent.type for intent in move.events] for move in moves]

    assert done["status"]["phase"] in TERMINAL_SIGNAL
    assert done["status"]["transitionCount"] == len(moves)
    assert [types.count("signalprocessing.phase.transition") for types in events] == [1] * len(moves)
    assert all(len(types) == len(set(types)) for types in events)
    assert "completionTime" in done["status"]
    assert (done["status"]["phase"] == "Failed") == ("error" in done["status"])


@pytest.mark.slow
@given(phase=phases, enrichment=enrichments, classification=classifications)
def test_a_decision_changes_nothing_that_it_was_given(make, phase, enrichment, classification):
    """Objects are shared with the queue and the log; a decision that edits them changes history."""
    resource, untouched = make(phase, status={"conditions": []}), make(phase, status={"conditions": []})
    step(resource, enrichment=enrichment, classification=classification)

    assert resource == untouched
