"""Rows of the storage group's kinds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, pairs, text
from harness.apiserver.printers.words import NONE, UNSET

_DEFAULT_CLASS: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def _driver(value: Object, now: datetime) -> list[Json]:
    spec = pairs(value, "spec")
    audiences = at(spec, "tokenRequests")
    return [
        name(value),
        at(spec, "attachRequired") is not False,
        bool(at(spec, "podInfoOnMount")),
        bool(at(spec, "storageCapacity")),
        UNSET if audiences is None else ",".join(text(one, "audience") for one in audiences),
        bool(at(spec, "requiresRepublish")),
        ",".join(items(spec, "volumeLifecycleModes")) or NONE,
        age(value, now),
    ]


def _node(value: Object, now: datetime) -> list[Json]:
    return [name(value), len(items(value, "spec", "drivers")), age(value, now)]


def _class(value: Object, now: datetime) -> list[Json]:
    notes = pairs(value, "metadata", "annotations")
    default = any(notes.get(one) == "true" for one in _DEFAULT_CLASS)
    return [
        name(value) + (" (default)" if default else ""),
        text(value, "provisioner"),
        text(value, "reclaimPolicy") or "Delete",
        text(value, "volumeBindingMode") or "Immediate",
        bool(at(value, "allowVolumeExpansion")),
        age(value, now),
    ]


def _attachment(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        text(value, "spec", "attacher"),
        text(value, "spec", "source", "persistentVolumeName"),
        text(value, "spec", "nodeName"),
        bool(at(value, "status", "attached")),
        age(value, now),
    ]


def _attributes_class(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "driverName"), age(value, now)]


CELLS: Final[Mapping[str, Cells]] = {
    "csidrivers": _driver,
    "csinodes": _node,
    "storageclasses": _class,
    "volumeattachments": _attachment,
    "volumeattributesclasses": _attributes_class,
}
