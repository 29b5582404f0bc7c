"""What is declared: stages, and which of them a server plays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

Act = Literal["schedule", "run", "succeed", "fail", "make ready"]
"""What needs more than a patch: put a pod onto a node, start it, end it well or badly; make a node ready."""

ACTS: Final = ("schedule", "run", "succeed", "fail", "make ready")

OUTCOME: Final = "stage.harness/outcome"
"""Annotation of a pod: ``succeed``, ``fail`` or ``hang`` (it never starts)."""

AFTER: Final = "stage.harness/after"
"""Annotation of a pod: after how many seconds of running its outcome comes, such as ``3`` or ``0.5``."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition on one field: the steps of its path, ``In``, ``NotIn``, ``Exists`` or ``DoesNotExist``, and values as text."""

    path: tuple[str, ...]
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, value: Any) -> bool:
        """Tell whether an object satisfies it; empty lists, maps and texts count as absent."""
        for step in self.path:
            value = value.get(step) if isinstance(value, dict) else None
        absent = value is None or value in ("", [], {})
        match self.operator:
            case "Exists":
                return not absent
            case "DoesNotExist":
                return absent
            case "In":
                return not absent and _text(value) in self.values
        return absent or _text(value) not in self.values


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Delay:
    """From the moment at which an object enters a stage until the stage acts. ``annotation`` names one with seconds."""

    span: timedelta = timedelta(0)
    annotation: str = ""

    def of(self, value: Mapping[str, Any]) -> timedelta:
        """Return the delay for an object; what its annotation says goes before, where it is a number."""
        text = (value["metadata"].get("annotations") or {}).get(self.annotation, "")
        try:
            return timedelta(seconds=max(float(text), 0)) if text else self.span
        except (ValueError, OverflowError):
            return self.span


@dataclass(frozen=True, slots=True)
class Next:
    """What is so afterwards: an act, a patch of the status (RFC 7396; ``$now`` stands for the time), or nothing left of it."""

    act: Act | None = None
    status: Mapping[str, Any] | None = None
    delete: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One step in the life of objects of a kind; of several that match, the first in the list is entered."""

    name: str
    kind: str
    group: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    expressions: tuple[Expression, ...] = ()
    delay: Delay = Delay()
    next: Next = Next()

    def matches(self, value: Mapping[str, Any]) -> bool:
        """Tell whether an object is in this stage."""
        metadata = value["metadata"]
        labels, notes = metadata.get("labels") or {}, metadata.get("annotations") or {}
        return (
            all(labels.get(name) == wanted for name, wanted in self.labels.items())
            and all(notes.get(name) == wanted for name, wanted in self.annotations.items())
            and all(one.matches(value) for one in self.expressions)
        )


@dataclass(frozen=True, slots=True)
class Stages:
    """What a server plays."""

    stages: tuple[Stage, ...] = ()
    """Stages of one's own; they go before the ready-made ones."""

    ready_made: bool = True
    """Whether pods are scheduled, run, end and go, and nodes become ready, without being told."""

    controllers: bool = True
    """Whether deployments, replica sets, stateful sets, daemon sets and jobs make and end pods."""

    nodes: tuple[str, ...] = ("node-1",)
    """Nodes that are there from the start."""

    reaction: timedelta = timedelta(milliseconds=50)
    """From a change to the look of a controller at it; several changes meanwhile are looked at once."""

    retry: timedelta = timedelta(seconds=5)
    """From a refused write (a quota, a policy) to the next try."""
