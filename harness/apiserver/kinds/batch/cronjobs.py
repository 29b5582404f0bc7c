"""CronJobs."""

import re
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.batch.jobspec import default_failure_policy, job_spec_errors
from harness.apiserver.kinds.batch.schedules import ScheduleError, check_schedule
from harness.apiserver.kinds.checks import hostname_warnings, non_negative, with_defaults
from harness.apiserver.kinds.templates import default_template, template_warnings
from harness.apiserver.label_selectors import printed_selector
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_LONGEST_NAME: Final = 52  # a job adds eleven characters to it, and has 63
_ZONE_PART: Final = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")
_POLICIES = ("Allow", "Forbid", "Replace")
_TEMPLATE = "spec.jobTemplate.spec.template"


class CronJobStrategy(Strategy):
    """Jobs by the clock."""

    def default(self, value: Object) -> Object:
        """Fill in the spec; that of the job is left to the job that will be made."""
        spec = with_defaults(
            value.get("spec") or {}, suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1
        )
        jobs = spec.get("jobTemplate") or {}
        job = default_failure_policy(default_template(jobs.get("spec") or {}))
        spec = {**spec, "schedule": spec.get("schedule") or "", "jobTemplate": {"metadata": {}, **jobs, "spec": job}}
        spec["concurrencyPolicy"] = spec.get("concurrencyPolicy") or "Allow"
        return {**value, "spec": spec, "status": value.get("status") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give an empty status."""
        del cluster, resource
        return {**value, "status": {}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check schedule, zone and job; nothing is asked of the status."""
        del cluster, resource
        if subresource == "status":
            return []
        found = list(_spec_errors(value["spec"], None if current is None else current["spec"]))
        name = value["metadata"].get("name", "")
        if current is None and len(name) > _LONGEST_NAME:
            found.append(invalid("metadata.name", name, f"must be no more than {_LONGEST_NAME} characters"))
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about its name, its template and its schedule."""
        template = value["spec"]["jobTemplate"]["spec"]["template"]
        if current is None:
            named = hostname_warnings(value["metadata"]["name"])
            return [*named, *template_warnings(template, None, _TEMPLATE)]
        found: list[str] = []
        if value["metadata"].get("generation") != current["metadata"].get("generation"):
            found += template_warnings(template, current["spec"]["jobTemplate"]["spec"]["template"], _TEMPLATE)
        if "TZ" in value["spec"]["schedule"]:
            found.append(
                "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see "
                "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
            )
        return found


def _spec_errors(spec: Object, before: Object | None) -> Iterator[FieldError]:
    zone = spec.get("timeZone")
    yield from _schedule_errors(spec["schedule"], zone, allowed="TZ" in (before or {}).get("schedule", ""))
    yield from non_negative(spec, "startingDeadlineSeconds", "spec")
    if zone is not None and (before is None or before.get("timeZone") != zone):
        yield from _zone_errors(zone, "spec.timeZone")
    if spec["concurrencyPolicy"] not in _POLICIES:
        yield not_supported("spec.concurrencyPolicy", spec["concurrencyPolicy"], _POLICIES)
    job = spec["jobTemplate"]["spec"]
    yield from job_spec_errors(job, "spec.jobTemplate.spec")
    if (selector := job.get("selector")) is not None:
        yield invalid("spec.jobTemplate.spec.selector", printed_selector(selector), "`selector` will be auto-generated")
    if job.get("manualSelector"):
        yield not_supported("spec.jobTemplate.spec.manualSelector", True, ("nil", "false"))  # noqa: FBT003  a bad value
    yield from non_negative(spec, "successfulJobsHistoryLimit failedJobsHistoryLimit", "spec")


def _schedule_errors(schedule: str, zone: str | None, *, allowed: bool) -> Iterator[FieldError]:
    if not schedule:
        yield required("spec.schedule")
        return
    try:
        check_schedule(schedule)
    except ScheduleError as problem:
        yield invalid("spec.schedule", schedule, str(problem))
    if "TZ" not in schedule:
        return
    if not allowed:
        yield invalid("spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    elif zone is not None:
        yield invalid("spec.schedule", schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")


def _zone_errors(zone: str, path: str) -> Iterator[FieldError]:
    if not zone:
        yield invalid(path, zone, "timeZone must be nil or non-empty string")
        return
    for part in zone.split("/"):
        if part in {".", ".."} or part.startswith("-") or not _ZONE_PART.fullmatch(part):
            yield invalid(path, zone, f"unknown time zone {zone}")
            return
    if zone.lower() == "local":
        detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield invalid(path, zone, detail)
    try:
        if zone not in {"UTC", "Local"}:  # those two are known without a database
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield invalid(path, zone, f"unknown time zone {zone}")
