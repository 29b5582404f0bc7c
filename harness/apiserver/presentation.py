"""Other forms of a reply: Tables for ``kubectl get``, and metadata alone. Asked for by the Accept header."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol

from harness.apiserver.codec.accept import PLAIN, of_objects, wanted
from harness.apiserver.codec.media import ACCEPTED
from harness.apiserver.errors import NotAcceptable
from harness.apiserver.fields import go_value
from harness.apiserver.jsonpath import find
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Column, Resource
from harness.apiserver.store import Entry

_META: Final = "meta.k8s.io/v1"


class Presenter(Protocol):
    """Another form for the objects of a resource."""

    def listed(self, entries: Iterable[Entry], metadata: Object) -> Object:
        """Return the form of a list (or of one object) whose list metadata is ``metadata``."""

    def single(self, entry: Entry) -> Object:
        """Return the form of one object that was asked for."""

    def event(self, entry: Entry) -> Object:
        """Return the form of the object of a watch event."""


def presenter(resource: Resource, headers: Mapping[str, str], clock: Callable[[], datetime]) -> Presenter | None:
    """Return the form that the Accept header prefers, or None for the plain one. Ages are as of ``clock``.

    :raises NotAcceptable: nothing in the header can be served.
    """
    accept = headers.get("accept", "")
    if accept in PLAIN:
        return None
    form = wanted(accept, of_objects(resource.api_version, resource.kind))
    if form is None or form.version == "v1beta1":
        raise NotAcceptable(ACCEPTED)
    if not form.converts:
        return None
    return Table(resource, clock) if form.kind == "Table" else MetadataOnly(resource)


class MetadataOnly:
    """Objects without spec and status: what garbage collectors and metadata informers ask for."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def listed(self, entries: Iterable[Entry], metadata: Object) -> Object:
        """Return a PartialObjectMetadataList."""
        items = [self.event(entry) for entry in entries]
        return {"kind": "PartialObjectMetadataList", "apiVersion": _META, "metadata": metadata, "items": items}

    def single(self, entry: Entry) -> Object:
        """Return the metadata of one object."""
        return self.event(entry)

    def event(self, entry: Entry) -> Object:
        """Return the metadata of one object."""
        metadata = self._resource.load(entry)["metadata"]
        return {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": metadata}


_NAME_TEXT: Final = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a "
    "client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated. More info: "
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
_NAME: Final = Column("Name", "string", ".metadata.name", "name", _NAME_TEXT)
_CREATED: Final = Column("Created At", "date", ".metadata.creationTimestamp")
_BUILTIN: Final[Mapping[str, tuple[Column, ...]]] = {
    "Namespace": (Column("Status", "string", ".status.phase"), Column("Age", "string", ".metadata.creationTimestamp")),
    "Lease": (
        Column("Holder", "string", ".spec.holderIdentity"),
        Column("Age", "string", ".metadata.creationTimestamp"),
    ),
    "Event": (
        Column("Last Seen", "string", ".lastTimestamp"),
        Column("Type", "string", ".type"),
        Column("Reason", "string", ".reason"),
        Column("Object", "string", ".involvedObject.name"),
        Column("Message", "string", ".message"),
    ),
}


class Table:
    """Rows of cells, one column per printer column."""

    def __init__(self, resource: Resource, clock: Callable[[], datetime]) -> None:
        self._resource, self._clock = resource, clock
        columns = resource.columns or _BUILTIN.get(resource.kind, (_CREATED,))
        self._columns = (_NAME, *columns)
        self._defined = False

    def listed(self, entries: Iterable[Entry], metadata: Object) -> Object:
        """Return a Table of the entries."""
        return {
            "kind": "Table",
            "apiVersion": _META,
            "metadata": metadata,
            "columnDefinitions": self._definitions(),
            "rows": [self._row(entry) for entry in entries],
        }

    def single(self, entry: Entry) -> Object:
        """Return a Table of one row."""
        return self.listed([entry], {"resourceVersion": str(entry.revision)})

    def event(self, entry: Entry) -> Object:
        """Return a Table of one row; only the first of a watch carries the columns."""
        definitions = None if self._defined else self._definitions()
        self._defined = True
        metadata = {"resourceVersion": str(entry.revision)}
        return {
            "kind": "Table",
            "apiVersion": _META,
            "metadata": metadata,
            "columnDefinitions": definitions,
            "rows": [self._row(entry)],
        }

    def _definitions(self) -> list[Object]:
        return [
            {
                "name": column.name,
                "type": column.type,
                "format": column.format,
                "description": column.description,
                "priority": column.priority,
            }
            for column in self._columns
        ]

    def _row(self, entry: Entry) -> Object:
        value = self._resource.load(entry)
        partial = {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": value["metadata"]}
        return {"cells": [_cell(column, value, self._clock()) for column in self._columns], "object": partial}


def _cell(column: Column, value: Object, now: datetime) -> Json:
    found = find(column.path, value)
    if not found or found[0] is None:
        return "" if column.path.startswith(".metadata.name") else None
    first = found[0]
    if column.type == "string" and column.path != ".metadata.creationTimestamp":
        if len(found) > 1:
            return ",".join(one if isinstance(one, str) else go_value(one) for one in found)
        return first if isinstance(first, str) else go_value(first)
    if column is _CREATED:
        return first
    if column.type == "date" or column.path == ".metadata.creationTimestamp":
        return _age(first, now)
    return first


def _age(text: Json, now: datetime) -> str:
    try:
        since = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return "<invalid>"
    return human_duration((now - since).total_seconds())


_STEPS: Final = (
    # below so many seconds: unit, and the finer unit that is shown beside it (duration.HumanDuration)
    (120, 1, "s", 0, ""),
    (600, 60, "m", 1, "s"),
    (3 * 3600, 60, "m", 0, ""),
    (8 * 3600, 3600, "h", 60, "m"),
    (48 * 3600, 3600, "h", 0, ""),
    (8 * 86400, 86400, "d", 3600, "h"),
    (2 * 365 * 86400, 86400, "d", 0, ""),
    (8 * 365 * 86400, 365 * 86400, "y", 86400, "d"),
)


def human_duration(seconds: float) -> str:
    """Return a span as kubectl prints ages: ``5s``, ``2m10s``, ``3h``, ``4d``."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    for limit, size, unit, fine_size, fine_unit in _STEPS:
        if whole < limit:
            rest = whole % size // fine_size if fine_size else 0
            return f"{whole // size}{unit}{rest}{fine_unit}" if rest else f"{whole // size}{unit}"
    return f"{whole // (365 * 86400)}y"
