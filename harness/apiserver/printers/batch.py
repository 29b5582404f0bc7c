"""Rows of jobs and of what starts them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age, human_duration, moment, since
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, condition, count, items, name, text
from harness.apiserver.printers.words import NONE, UNSET, containers, selector

_ENDED: Final = ("Complete", "Failed")
_UNDERWAY: Final = ("Suspended", "FailureTarget", "SuccessCriteriaMet")


def _job(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        _status(value),
        _completions(value),
        _duration(value, now),
        age(value, now),
        *containers(at(value, "spec", "template")),
        selector(at(value, "spec", "selector")),
    ]


def _completions(job: Object) -> str:
    done, wanted = count(job, "status", "succeeded"), at(job, "spec", "completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallelism = count(job, "spec", "parallelism")
    return f"{done}/1 of {parallelism}" if parallelism > 1 else f"{done}/1"


def _duration(job: Object, now: datetime) -> str:
    started = at(job, "status", "startTime")
    if started is None:
        return ""
    ended = moment(at(job, "status", "completionTime")) or now
    begun = moment(started)
    return human_duration((ended - begun).total_seconds()) if begun else human_duration(float("inf"))


def _status(job: Object) -> str:
    def holds(kind: str) -> bool:
        found = condition(job, kind)
        return found is not None and found.get("status") == "True"

    for kind in _ENDED:
        if holds(kind):
            return kind
    if "deletionTimestamp" in job["metadata"]:
        return "Terminating"
    return next((kind for kind in _UNDERWAY if holds(kind)), "Running")


def _cron_job(value: Object, now: datetime) -> list[Json]:
    last, zone, suspend = (
        at(value, "status", "lastScheduleTime"),
        at(value, "spec", "timeZone"),
        at(value, "spec", "suspend"),
    )
    job = at(value, "spec", "jobTemplate", "spec")
    return [
        name(value),
        text(value, "spec", "schedule"),
        NONE if zone is None else zone,
        UNSET if suspend is None else str(suspend),
        len(items(value, "status", "active")),
        NONE if last is None else since(last, now),
        age(value, now),
        *containers(at(job, "template")),
        selector(at(job, "selector")),
    ]


CELLS: Final[Mapping[str, Cells]] = {"cronjobs": _cron_job, "jobs": _job}
