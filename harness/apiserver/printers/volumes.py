"""Rows of persistent volumes and of the claims on them."""

from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.reading import at, items, name, pairs, text
from harness.apiserver.printers.words import UNSET, quantity

_CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
_MODES: Final = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def volume_cells(volume: Object, now: datetime) -> list[Json]:
    """Return the cells of a persistent volume."""
    spec = pairs(volume, "spec")
    claim = at(spec, "claimRef")
    return [
        name(volume),
        quantity(at(spec, "capacity", "storage")),
        _modes(items(spec, "accessModes")),
        text(spec, "persistentVolumeReclaimPolicy"),
        _phase(volume),
        "" if claim is None else f"{text(claim, 'namespace')}/{text(claim, 'name')}",
        _storage_class(volume),
        _or_unset(spec, "volumeAttributesClassName"),
        text(volume, "status", "reason"),
        age(volume, now),
        _or_unset(spec, "volumeMode"),
    ]


def claim_cells(claim: Object, now: datetime) -> list[Json]:
    """Return the cells of a claim; it has a capacity and modes once it is bound."""
    spec = pairs(claim, "spec")
    bound = text(spec, "volumeName")
    return [
        name(claim),
        _phase(claim),
        bound,
        quantity(at(claim, "status", "capacity", "storage")) if bound else "",
        _modes(items(claim, "status", "accessModes")) if bound else "",
        _storage_class(claim),
        _or_unset(spec, "volumeAttributesClassName"),
        age(claim, now),
        _or_unset(spec, "volumeMode"),
    ]


def _phase(value: Object) -> str:
    return "Terminating" if "deletionTimestamp" in value["metadata"] else text(value, "status", "phase")


def _storage_class(value: Object) -> str:
    noted = pairs(value, "metadata", "annotations").get(_CLASS_ANNOTATION)
    return text(value, "spec", "storageClassName") if noted is None else str(noted)


def _modes(found: list[Json]) -> str:
    return ",".join(short for mode, short in _MODES.items() if mode in found)


def _or_unset(spec: Json, field: str) -> str:
    found = at(spec, field)
    return UNSET if found is None else str(found)
