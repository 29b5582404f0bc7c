"""Rows of the kinds of groups that have but one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, condition, count, name, text


def _api_service(value: Object, now: datetime) -> list[Json]:
    service, available = at(value, "spec", "service"), condition(value, "Available")
    return [
        name(value),
        "Local" if service is None else f"{text(service, 'namespace')}/{text(service, 'name')}",
        "Unknown" if available is None else _availability(available),
        age(value, now),
    ]


def _availability(available: Object) -> str:
    status, reason = text(available, "status"), text(available, "reason")
    return f"{status} ({reason})" if status != "True" and reason else status


def _lease(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "spec", "holderIdentity"), age(value, now)]


def _priority_class(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        count(value, "value"),
        bool(at(value, "globalDefault")),
        age(value, now),
        text(value, "preemptionPolicy"),
    ]


def _runtime_class(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "handler"), age(value, now)]


COORDINATION: Final[Mapping[str, Cells]] = {"leases": _lease}
NODE: Final[Mapping[str, Cells]] = {"runtimeclasses": _runtime_class}
REGISTRATION: Final[Mapping[str, Cells]] = {"apiservices": _api_service}
SCHEDULING: Final[Mapping[str, Cells]] = {"priorityclasses": _priority_class}
