"""Deadlines of a request: absolute times, computed from its status and nothing else (BR-ORCH-027, BR-ORCH-028).

The limits live in ``status.timeoutConfig`` as Go duration text. The orchestrator writes its own settings there with the
first edge and from then on reads only the status, so a person may change the limits of one request, and a restart with
other settings changes nothing for the requests under way. A limit of zero, or none, means no limit. A timer is never
the truth: a deadline is reached when the time has come, whoever woke the reconcile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from operators.api.phases import RemediationPhase
from operators.api.times import format_duration, parse_duration
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.snapshot import Request
from operators.remediation_orchestrator.stages import STAGES

GLOBAL = "global"
"""The key in ``status.timeoutConfig`` of the limit of the whole remediation; the others are named by their stages."""

_LIMITS = (GLOBAL, *(stage.limit for stage in STAGES.values()))


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit is reached, and which one it is.

    :ivar limit: its key in ``status.timeoutConfig``.
    """

    at: datetime
    limit: str
    span: timedelta


def configuration(settings: Settings) -> dict[str, str]:
    """``status.timeoutConfig`` as the first edge writes it, when the request carries none yet."""
    return {
        GLOBAL: format_duration(settings.global_timeout),
        "processing": format_duration(settings.processing_timeout),
        "analyzing": format_duration(settings.analyzing_timeout),
        "executing": format_duration(settings.executing_timeout),
    }


def problem(request: Request) -> str | None:
    """What is wrong with the request's own limits, in words; None when they can be used."""
    for limit in _LIMITS:
        text = request.timeout_config.get(limit)
        if text is None:
            continue
        try:
            span = parse_duration(text)
        except (ValueError, OverflowError) as error:
            return f"timeoutConfig.{limit}: {error}"
        if span < timedelta(0):
            return f"timeoutConfig.{limit} is {text}: a limit cannot be negative"
    return None


def global_deadline(request: Request) -> Deadline | None:
    """The end of the whole remediation; None without a limit or a start, and while Blocked, when it stands still."""
    if request.phase is RemediationPhase.BLOCKED:
        return None
    return _deadline(request, GLOBAL, request.started)


def stage_deadline(request: Request) -> Deadline | None:
    """The end of the stage that the request is in; None outside a stage or without a limit."""
    stage = STAGES.get(request.phase)
    if stage is None:
        return None
    return _deadline(request, stage.limit, request.phase_started.get(stage.started_field))


def earliest(request: Request) -> datetime | None:
    """The next moment at which time alone changes something for a request that is not Blocked."""
    deadlines = [d.at for d in (global_deadline(request), stage_deadline(request)) if d is not None]
    return min(deadlines, default=None)


def _deadline(request: Request, limit: str, start: datetime | None) -> Deadline | None:
    text = request.timeout_config.get(limit)
    if start is None or text is None:
        return None
    span = parse_duration(text)
    if not span:
        return None
    try:
        return Deadline(at=start + span, limit=limit, span=span)
    except OverflowError:  # beyond the year 9999 there is no limit worth the name
        return None
