"""Rows of the core group's kinds: the short ones here, the long ones in modules of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.events import event_cells
from harness.apiserver.printers.nodes import node_cells
from harness.apiserver.printers.pods import pod_cells
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, condition, count, name, pairs, text
from harness.apiserver.printers.services import endpoints_cells, service_cells
from harness.apiserver.printers.volumes import claim_cells, volume_cells
from harness.apiserver.printers.words import containers, labels, quantity


def _component_status(value: Object, now: datetime) -> list[Json]:
    del now
    found = condition(value, "Healthy", "conditions")
    if found is None:
        return [name(value), "Unknown", "", ""]
    healthy = "Healthy" if found.get("status") == "True" else "Unhealthy"
    return [name(value), healthy, text(found, "message"), text(found, "error")]


def _config_map(value: Object, now: datetime) -> list[Json]:
    return [name(value), len(pairs(value, "data")) + len(pairs(value, "binaryData")), age(value, now)]


def _namespace(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "status", "phase"), age(value, now)]


def _pod_template(value: Object, now: datetime) -> list[Json]:
    del now
    template = at(value, "template")
    return [name(value), *containers(template), labels(at(template, "metadata", "labels"))]


def _replication_controller(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        count(value, "spec", "replicas"),
        count(value, "status", "replicas"),
        count(value, "status", "readyReplicas"),
        age(value, now),
        *containers(at(value, "spec", "template")),
        labels(at(value, "spec", "selector")),
    ]


def _resource_quota(value: Object, now: datetime) -> list[Json]:
    used = pairs(value, "status", "used")
    requests: list[str] = []
    limits: list[str] = []
    for resource, hard in sorted(pairs(value, "status", "hard").items()):
        shown = f"{resource}: {quantity(used.get(resource))}/{quantity(hard)}"
        (limits if resource.startswith("limits.") else requests).append(shown)
    return [name(value), ", ".join(requests), ", ".join(limits), age(value, now)]


def _secret(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "type"), len(pairs(value, "data")), age(value, now)]


def named(value: Object, now: datetime) -> list[Json]:
    """Return the cells of a kind that has nothing to show but its name and age."""
    return [name(value), age(value, now)]


CELLS: Final[Mapping[str, Cells]] = {
    "componentstatuses": _component_status,
    "configmaps": _config_map,
    "endpoints": endpoints_cells,
    "events": event_cells,
    "namespaces": _namespace,
    "nodes": node_cells,
    "persistentvolumeclaims": claim_cells,
    "persistentvolumes": volume_cells,
    "pods": pod_cells,
    "podtemplates": _pod_template,
    "replicationcontrollers": _replication_controller,
    "resourcequotas": _resource_quota,
    "secrets": _secret,
    "serviceaccounts": named,
    "services": service_cells,
}
