"""What a signal means: environment, severity and priority, decided by policy and checked by us (BR-SP-051, -070, -105).

The policies see one small document, made here. Both severity and priority see the *external* severity, exactly as the
sender wrote it: the normalised word is a result, never an input, or a policy could not tell ``Sev1`` of one sender from
``critical`` of another. Labels of the signal are left out: whoever can raise an alert would otherwise choose its
environment (BR-SP-080).

There is no fallback behind the policies. A rule that is undefined, or answers outside its vocabulary, is an error of
the policy and ends the object as Failed, visibly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from operators.api.reasons import Severity
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.rego import SHIPPED_POLICIES, Policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEVERITIES = tuple(str(word) for word in Severity)
PRIORITIES = ("P0", "P1", "P2", "P3")

_LONGEST_ENVIRONMENT = 63  # what AIAnalysis accepts, and what a label value can hold

_LONGEST_QUOTE = 200

ENVIRONMENT_POLICY, SEVERITY_POLICY, PRIORITY_POLICY = "environment.rego", "severity.rego", "priority.rego"
RULES = {
    ENVIRONMENT_POLICY: "data.signalprocessing.environment.result",
    SEVERITY_POLICY: "data.signalprocessing.severity.result",
    PRIORITY_POLICY: "data.signalprocessing.priority.result",
}


@dataclass(frozen=True, slots=True)
class Classification:
    """The policies' answers for one signal, checked.

    :ivar policy_hash: digest of the bundle that gave them.
    """

    environment: str
    environment_source: str
    severity: str
    priority: str
    priority_policy: str
    policy_hash: str


def load_policies(directory: Path | None = None) -> Policies:
    """The policies of ``directory``, or those that ship with the operator.

    :raises PolicyError: they cannot be used; the operator must not start.
    """
    rehearsal = policy_input(
        {
            "severity": "critical",
            "type": "rehearsal",
            "source": "rehearsal",
            "targetResource": {"kind": "Pod", "name": "rehearsal"},
        },
        {"namespace": {"name": "rehearsal", "labels": {}}},
    )
    return Policies.load(
        SHIPPED_POLICIES if directory is None else directory,
        rules=RULES,
        rehearsal={**rehearsal, "environment": "unknown"},
    )


def policy_input(signal: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The document that policies see.

    :param signal: ``spec.signal`` of the SignalProcessing.
    :param context: its ``status.kubernetesContext``; what was not found is an empty object in the document, so that
        policies need no guards.
    :returns: ``{"signal": {"severity", "type", "source"}, "namespace": {"name", "labels"}, "target": {"kind", "name",
        "labels"}}``; the priority policy also gets ``environment``.
    """
    namespace = context.get("namespace") or {}
    target = signal.get("targetResource") or {}
    kind = str(target.get("kind", ""))
    block = (
        context.get(kind[:1].lower() + kind[1:]) or {}
    )  # the context names its blocks after the kinds: StatefulSet is under statefulSet
    return {
        "signal": {
            "severity": signal.get("severity", ""),
            "type": signal.get("type", ""),
            "source": signal.get("source", ""),
        },
        "namespace": {"name": namespace.get("name", ""), "labels": namespace.get("labels") or {}},
        "target": {"kind": kind, "name": target.get("name", ""), "labels": block.get("labels") or {}},
    }


def classify(policies: Policies, signal: Mapping[str, Any], context: Mapping[str, Any]) -> Classification:
    """Ask the three policies, in the order environment, severity, priority.

    :raises PolicyError: one of them fails, is undefined for this signal, or answers outside its vocabulary.
    """
    document = policy_input(signal, context)
    environment = _answer(policies, ENVIRONMENT_POLICY, document)
    name = _text(environment, "environment", source=ENVIRONMENT_POLICY)
    if len(name) > _LONGEST_ENVIRONMENT:
        raise _refuse(
            ENVIRONMENT_POLICY,
            f"answers an environment of {len(name)} characters; at most {_LONGEST_ENVIRONMENT} are allowed",
        )
    severity = _one_of(
        _answer(policies, SEVERITY_POLICY, document), SEVERITIES, source=SEVERITY_POLICY, noun="severity"
    )
    priority = _answer(policies, PRIORITY_POLICY, {**document, "environment": name})
    level = _one_of(
        _text(priority, "priority", source=PRIORITY_POLICY), PRIORITIES, source=PRIORITY_POLICY, noun="priority"
    )
    return Classification(
        environment=name,
        environment_source=_optional_text(environment, "source", otherwise="default"),
        severity=severity,
        priority=level,
        priority_policy=_optional_text(priority, "policy_name", otherwise=""),
        policy_hash=policies.digest,
    )


def _answer(policies: Policies, source: str, document: Mapping[str, Any]) -> Any:
    value = policies.ask(RULES[source], document, source=source)
    if value is None:
        sent = document["signal"]["severity"]
        raise _refuse(source, f"is undefined for severity {_short(sent)}; give it a last else-branch that always holds")
    return value


def _text(value: Any, key: str, *, source: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, str) or not found:
        raise _refuse(source, f"answers {_short(value)}; expected an object with a non-empty text under {key!r}")
    return found


def _optional_text(value: Any, key: str, *, otherwise: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) and found else otherwise


def _one_of(value: Any, allowed: tuple[str, ...], *, source: str, noun: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise _refuse(source, f"answers {_short(value)}; a {noun} is one of {', '.join(allowed)}")
    return value


def _refuse(source: str, problem: str) -> PolicyError:
    return PolicyError(problem, source=source, rule=RULES[source])


def _short(value: Any) -> str:
    """A value for an error text that ends up in a status: as it is, but not at any length."""
    text = repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}… ({len(text)} characters)"
