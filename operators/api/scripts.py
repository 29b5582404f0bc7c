"""Scripts: how a scenario tells a stand-in what to do, in annotations of the RemediationRequest.

The annotations are read through the owner reference by the stand-ins (``operators/standins``), on every cluster alike, and
nobody else reads them. The grammar of a value::

    succeed | fail | fail:<n> | hang   [after=<duration>] [outcome=workflow|not-needed|human-review] [reason=<word>]

``fail:<n>``: the first n requests of this (namespace, fingerprint) fail, later ones succeed. ``hang`` never ends by itself.
``after`` is the time the step takes (Go duration text such as ``5s``, ``1m30s``). ``outcome`` is for ``ai-analysis`` only
and says what the analysis finds; ``reason`` is put into the child's status when it fails. An absent annotation means
``succeed after=1s``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from operators.api.times import parse_duration

__all__ = [
    "AI_ANALYSIS_SCRIPT",
    "DEFAULT_SCRIPT",
    "SIGNAL_PROCESSING_SCRIPT",
    "WORKFLOW_EXECUTION_SCRIPT",
    "Action",
    "AnalysisOutcome",
    "Script",
    "ScriptError",
]

SIGNAL_PROCESSING_SCRIPT = "rehearsal.kubernaut.ai/signal-processing"
AI_ANALYSIS_SCRIPT = "rehearsal.kubernaut.ai/ai-analysis"
WORKFLOW_EXECUTION_SCRIPT = "rehearsal.kubernaut.ai/workflow-execution"

_DEFAULT_AFTER = timedelta(seconds=1)
_GRAMMAR = "succeed | fail | fail:<n> | hang, then optionally after=<duration>, reason=<word>"
_ANALYSIS_GRAMMAR = f"{_GRAMMAR}, outcome=workflow|not-needed|human-review"


class ScriptError(ValueError):
    """An annotation that is no script; the text names the annotation, its value and the grammar."""


class Action(StrEnum):
    """What a scripted step does in the end."""

    SUCCEED = "succeed"
    FAIL = "fail"
    HANG = "hang"


class AnalysisOutcome(StrEnum):
    """What a scripted AIAnalysis finds."""

    WORKFLOW = "workflow"
    NOT_NEEDED = "not-needed"
    HUMAN_REVIEW = "human-review"


@dataclass(frozen=True, slots=True)
class Script:
    """One step's script."""

    action: Action = Action.SUCCEED
    first: int | None = None
    """With ``fail:<n>``: how many fail before the others succeed; None means all."""
    after: timedelta = _DEFAULT_AFTER
    outcome: AnalysisOutcome = AnalysisOutcome.WORKFLOW
    reason: str = ""

    def fails(self, earlier_failures: int) -> bool:
        """Whether this run fails, given how many of the same (namespace, fingerprint) failed in this step before."""
        return self.action is Action.FAIL and (self.first is None or earlier_failures < self.first)

    @classmethod
    def of(cls, annotations: Mapping[str, str], annotation: str) -> "Script":
        """The script under ``annotation``, or the default when there is none.

        :raises ScriptError: the value is not in the grammar.
        """
        value = annotations.get(annotation)
        if value is None:
            return DEFAULT_SCRIPT
        return _parse(annotation, value)


DEFAULT_SCRIPT = Script()


def _parse(annotation: str, value: str) -> Script:
    words = value.split()
    if not words:
        raise _refused(annotation, value, "it is empty")
    action, first = _action(annotation, value, words[0])
    options: dict[str, str] = {}
    for word in words[1:]:
        name, equals, text = word.partition("=")
        if not equals or not text or name not in {"after", "outcome", "reason"}:
            raise _refused(annotation, value, f"{word!r} is no option")
        if name in options:
            raise _refused(annotation, value, f"{name!r} is given twice")
        options[name] = text
    return Script(
        action=action,
        first=first,
        after=_after(annotation, value, options.get("after")),
        outcome=_outcome(annotation, value, options.get("outcome")),
        reason=options.get("reason", ""),
    )


def _action(annotation: str, value: str, word: str) -> tuple[Action, int | None]:
    verb, colon, count = word.partition(":")
    if verb not in set(Action):
        raise _refused(annotation, value, f"{word!r} is no action")
    if not colon:
        return Action(verb), None
    if verb != Action.FAIL or not (count.isascii() and count.isdigit()) or int(count) == 0:
        raise _refused(annotation, value, f"{word!r} is no action: only fail takes a count, of 1 or more")
    return Action.FAIL, int(count)


def _after(annotation: str, value: str, text: str | None) -> timedelta:
    if text is None:
        return _DEFAULT_AFTER
    try:
        span = parse_duration(text)
    except ValueError as error:
        raise _refused(annotation, value, str(error)) from None
    if span < timedelta(0):
        raise _refused(annotation, value, f"after={text} is negative")
    return span


def _outcome(annotation: str, value: str, text: str | None) -> AnalysisOutcome:
    if text is None:
        return AnalysisOutcome.WORKFLOW
    if annotation != AI_ANALYSIS_SCRIPT:
        raise _refused(annotation, value, f"outcome= belongs to {AI_ANALYSIS_SCRIPT}")
    if text not in set(AnalysisOutcome):
        raise _refused(annotation, value, f"{text!r} is no outcome")
    return AnalysisOutcome(text)


def _refused(annotation: str, value: str, problem: str) -> ScriptError:
    grammar = _ANALYSIS_GRAMMAR if annotation == AI_ANALYSIS_SCRIPT else _GRAMMAR
    return ScriptError(f"annotation {annotation}: {value!r} is no script: {problem}; expected: {grammar}")
