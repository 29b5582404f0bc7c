"""Which printer shows the objects of a resource, or of one of its subresources."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.components import described
from harness.apiserver.printers import (
    admissionregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    core,
    events,
    flowcontrol,
    networking,
    others,
    policy,
    rbac,
    resource,
    services,
    storage,
)
from harness.apiserver.printers.columns import age_text, builtin_columns, column, name_column
from harness.apiserver.printers.custom import custom_printer, custom_scale_printer
from harness.apiserver.printers.pods import pod_conditions
from harness.apiserver.printers.printer import Cells, Printer
from harness.apiserver.printers.reading import at, name
from harness.apiserver.resources.resource import Resource

_CELLS: Final[Mapping[str, Mapping[str, Cells]]] = {
    "": core.CELLS,
    "admissionregistration.k8s.io": admissionregistration.CELLS,
    "apiregistration.k8s.io": others.REGISTRATION,
    "apps": apps.CELLS,
    "autoscaling": autoscaling.CELLS,
    "batch": batch.CELLS,
    "certificates.k8s.io": certificates.CELLS,
    "coordination.k8s.io": others.COORDINATION,
    "discovery.k8s.io": {"endpointslices": services.slice_cells},
    "events.k8s.io": {"events": events.event_cells},
    "flowcontrol.apiserver.k8s.io": flowcontrol.CELLS,
    "networking.k8s.io": networking.CELLS,
    "node.k8s.io": others.NODE,
    "policy": policy.CELLS,
    "rbac.authorization.k8s.io": rbac.CELLS,
    "resource.k8s.io": resource.CELLS,
    "scheduling.k8s.io": others.SCHEDULING,
    "storage.k8s.io": storage.CELLS,
}


def printer(resource: Resource, subresource: str) -> Printer:
    """Return the printer of what a path answers with."""
    if subresource == "scale":
        return custom_scale_printer() if resource.custom else _scale()
    return custom_printer(resource) if resource.custom else _builtin(resource.group, resource.plural)


@cache
def _builtin(group: str, plural: str) -> Printer:
    cells = _CELLS.get(group, {}).get(plural, _created)
    return Printer(
        builtin_columns(group, plural),
        cells,
        conditions=pod_conditions if (group, plural) == ("", "pods") else None,
        order=flowcontrol.by_precedence if plural == "flowschemas" else None,
    )


def _created(value: Object, now: datetime) -> list[Json]:
    """Return the cells of a kind that has no printer."""
    del now
    return [name(value), at(value, "metadata", "creationTimestamp") or "0001-01-01T00:00:00Z"]


@cache
def _scale() -> Printer:
    def text(kind: str, field: str) -> str:
        found: str = described(f"io.k8s.api.autoscaling.v1.{kind}")["properties"][field]["description"]
        return found

    shown = (
        {**name_column(), "format": ""},
        column("Desired", "integer", text("ScaleSpec", "replicas")),
        column("Available", "integer", text("ScaleStatus", "replicas")),
        column("Age", "string", age_text()),
    )
    return Printer(shown, autoscaling.scale_cells)
