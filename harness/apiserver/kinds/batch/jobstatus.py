"""The status of a job: the steps in which it may end, and that none of them is taken back."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import OMITTED, FieldError, duplicate, invalid, required
from harness.apiserver.kinds.batch.indexes import IndexesError, overlap, read_indexes
from harness.apiserver.kinds.checks import non_negative
from harness.apiserver.messages import Object

_COUNTS = "active succeeded failed ready terminating"
_TERMINAL: Final = ("Failed", "Complete", "FailureTarget")


def job_status_errors(job: Object, current: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the status of ``job``, which is to follow that of ``current``.

    As in the real server, what was wrong before and did not change is let pass.
    """
    status, before = job.get("status") or {}, current.get("status") or {}
    yield from non_negative(status, _COUNTS, "status")
    yield from _uncounted_errors(status)
    yield from _condition_errors(job["spec"], status, before)
    yield from _finish_errors(job, status, before)
    yield from _index_errors(job["spec"], status, before)
    yield from _order_errors(job, status, before)


def _true(status: Object, kind: str) -> bool:
    found: Any = status.get("conditions") or ()
    return any(one.get("type") == kind and one.get("status") == "True" for one in found)


def _finished(status: Object) -> bool:
    return _true(status, "Complete") or _true(status, "Failed")


def _uncounted_errors(status: Object) -> Iterator[FieldError]:
    seen: list[str] = []
    for name in ("succeeded", "failed"):
        for index, uid in enumerate((status.get("uncountedTerminatedPods") or {}).get(name) or ()):
            here = f"status.uncountedTerminatedPods.{name}[{index}]"
            if not uid:
                yield invalid(here, uid, "must not be empty")
            elif uid in seen:
                yield duplicate(here, uid)
            seen.append(uid)


def _condition_errors(spec: Object, status: Object, before: Object) -> Iterator[FieldError]:
    """Yield conditions that exclude each other, or that lack the one which announces them."""

    def changed(*kinds: str) -> bool:
        return any(_true(status, kind) != _true(before, kind) for kind in kinds)

    def wrong(detail: str) -> FieldError:
        return invalid("status.conditions", OMITTED, detail)

    complete, failed, target, met = (_true(status, kind) for kind in ("Complete", "Failed", "FailureTarget", _MET))
    if complete and failed and changed("Complete", "Failed"):
        yield wrong("cannot set Complete=True and Failed=true conditions")
    if complete and target and changed("Complete", "FailureTarget"):
        yield wrong("cannot set Complete=True and FailureTarget=true conditions")
    yield from _completion_errors(status, before)
    if failed and not target and (changed("Failed") or _differs(status, before, "failedIndexes")):
        yield wrong("cannot set Failed=True condition without the FailureTarget=true condition")
    if complete and not met and changed("Complete", _MET):
        yield wrong("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")
    if met and failed:
        yield wrong("cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if met and target:
        yield wrong("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")
    if complete and not met and spec.get("successPolicy") is not None:
        yield wrong("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True")


_MET: Final = "SuccessCriteriaMet"


def _completion_errors(status: Object, before: Object) -> Iterator[FieldError]:
    complete, ended, started = _true(status, "Complete"), status.get("completionTime"), status.get("startTime")
    later = _differs(status, before, "completionTime")
    if complete != _true(before, "Complete") or later:
        if ended and not complete:
            detail = "cannot set completionTime when there is no Complete=True condition"
            yield invalid("status.completionTime", ended, detail)
        if complete and not ended:
            yield required("status.completionTime", "completionTime is required for Complete jobs")
    if (later or _differs(status, before, "startTime")) and started and ended and ended < started:
        yield invalid("status.completionTime", ended, "must be equal to or after `startTime`")


def _finish_errors(job: Object, status: Object, before: Object) -> Iterator[FieldError]:
    """Yield what a finished job cannot have any more."""
    spec, finished = job["spec"], _finished(status)
    changed = finished != _finished(before)
    holds: Callable[[str], bool] = lambda name: finished and (changed or _differs(status, before, name))  # noqa: E731
    if holds("active") and (active := status.get("active") or 0) > 0:
        yield invalid("status.active", active, "active>0 is invalid for finished job")
    idle = spec.get("suspend") is True and spec.get("completions") == 0
    if holds("startTime") and not status.get("startTime") and not idle:
        yield required("status.startTime", "startTime is required for finished job")
    uncounted = status.get("uncountedTerminatedPods")
    if holds("uncountedTerminatedPods") and uncounted and any(uncounted.values()):
        yield invalid("status.uncountedTerminatedPods", uncounted, "must be empty for finished job")
    if holds("terminating") and (terminating := status.get("terminating") or 0) > 0:
        yield invalid("status.terminating", terminating, "terminating>0 is invalid for finished job")
    ready, active = status.get("ready"), status.get("active") or 0
    if ready is not None and ready > active and any(_differs(status, before, name) for name in ("ready", "active")):
        yield invalid("status.ready", ready, "cannot set more ready pods than active")


def _index_errors(spec: Object, status: Object, before: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the indexes that are said to be over."""
    completions, per_index = spec.get("completions"), spec.get("backoffLimitPerIndex")
    done, failed = status.get("completedIndexes") or "", status.get("failedIndexes")
    later, worse = (_differs(status, before, name) for name in ("completedIndexes", "failedIndexes"))
    if later and completions is not None:
        yield from _unreadable("completedIndexes", done, completions)
    if worse and completions is not None and per_index is not None and failed is not None:
        yield from _unreadable("failedIndexes", failed, completions)
    if later and done and spec.get("completionMode") != "Indexed":
        detail = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield invalid("status.completedIndexes", done, detail)
    if worse and failed is not None and per_index is None:
        detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        yield invalid("status.failedIndexes", failed, detail)
    if (later or worse) and completions is not None and failed is not None:
        shared = overlap(done, failed, completions)
        if shared is not None:
            detail = f"failedIndexes and completedIndexes overlap at index: {shared}"
            yield invalid("status.failedIndexes", failed, detail)


def _unreadable(name: str, text: str, completions: int) -> Iterator[FieldError]:
    try:
        read_indexes(text, completions)
    except IndexesError as problem:
        yield invalid(f"status.{name}", text, f"error parsing {name}: {problem}")


def _order_errors(job: Object, status: Object, before: Object) -> Iterator[FieldError]:
    """Yield what takes back what was said."""
    spec = job["spec"]
    for kind in _TERMINAL:
        if _true(before, kind) and not _true(status, kind):
            yield invalid("status.conditions", OMITTED, f"cannot disable the terminal {kind}=True condition")
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    for name in ("failed", *(() if elastic else ("succeeded",))):
        if (status.get(name) or 0) < (before.get(name) or 0):
            yield invalid(f"status.{name}", status.get(name) or 0, f"cannot decrease the {name} counter")
    ended, old = status.get("completionTime"), before.get("completionTime")
    if ended and old and ended != old:
        yield invalid("status.completionTime", ended, "field is immutable")
    started = before.get("startTime")
    resumes = _true(before, "Suspended") and not _true(status, "Suspended")
    if started and started != status.get("startTime") and not spec.get("suspend") and not resumes:
        detail = "field is immutable for unsuspended job once set"
        yield invalid("status.startTime", status.get("startTime"), detail)
    if _true(before, _MET) and not _true(status, _MET):
        yield invalid("status.conditions", OMITTED, "cannot disable the SuccessCriteriaMet=True condition")
    if _true(before, "Complete") and not _true(before, _MET) and _true(status, _MET):
        detail = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"
        yield invalid("status.conditions", OMITTED, detail)


def _differs(status: Object, before: Object, name: str) -> bool:
    return not same_json(status.get(name), before.get(name))
