"""Rows of the kinds that keep pods running."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.label_selectors import as_selector, selector_text
from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, count, items, name, text
from harness.apiserver.printers.words import NONE, containers, labels, selector


def _controller_revision(value: Object, now: datetime) -> list[Json]:
    owner = next((one for one in items(value, "metadata", "ownerReferences") if one.get("controller")), None)
    return [name(value), NONE if owner is None else _owner(owner), count(value, "revision"), age(value, now)]


def _owner(reference: Json) -> str:
    group, _, _ = text(reference, "apiVersion").rpartition("/")
    kind = text(reference, "kind")
    return f"{f'{kind}.{group}' if group else kind}/".lower() + text(reference, "name")


def _daemon_set(value: Object, now: datetime) -> list[Json]:
    counts = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    template = at(value, "spec", "template")
    return [
        name(value),
        *(count(value, "status", one) for one in counts),
        labels(at(template, "spec", "nodeSelector")),
        age(value, now),
        *containers(template),
        selector(at(value, "spec", "selector")),
    ]


def _deployment(value: Object, now: datetime) -> list[Json]:
    wanted = at(value, "spec", "selector")
    return [
        name(value),
        f"{count(value, 'status', 'readyReplicas')}/{count(value, 'spec', 'replicas')}",
        count(value, "status", "updatedReplicas"),
        count(value, "status", "availableReplicas"),
        age(value, now),
        *containers(at(value, "spec", "template")),
        "<invalid>" if as_selector(wanted) is None else selector_text(wanted),
    ]


def _replica_set(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        count(value, "spec", "replicas"),
        count(value, "status", "replicas"),
        count(value, "status", "readyReplicas"),
        age(value, now),
        *containers(at(value, "spec", "template")),
        selector(at(value, "spec", "selector")),
    ]


def _stateful_set(value: Object, now: datetime) -> list[Json]:
    ready = f"{count(value, 'status', 'readyReplicas')}/{count(value, 'spec', 'replicas')}"
    return [name(value), ready, age(value, now), *containers(at(value, "spec", "template"))]


CELLS: Final[Mapping[str, Cells]] = {
    "controllerrevisions": _controller_revision,
    "daemonsets": _daemon_set,
    "deployments": _deployment,
    "replicasets": _replica_set,
    "statefulsets": _stateful_set,
}
