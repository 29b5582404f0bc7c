"""Other forms of what a verb answers with: Tables for ``kubectl get``, and metadata alone. The Accept header asks for them.

Verbs and watches answer with plain JSON. What asks for another form is converted here, on its way out, whatever verb it comes
from: the answer to a create or a delete has the same forms as that to a get.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

from harness.apiserver.codec.accept import PLAIN, Form, of_objects, wanted
from harness.apiserver.errors import ApiError, BadRequest
from harness.apiserver.jsontext import dumps, loads
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.printers import Printer, printer
from harness.apiserver.resources import OBJECT_PARTS, Resource
from harness.apiserver.subscription import Subscription

_META: Final = "meta.k8s.io"
_WITH_TABLES: Final = frozenset({"", "scale"}) | OBJECT_PARTS
_INITIAL_END: Final = "k8s.io/initial-events-end"
_PACKAGES: Final = {"": "core", "events.k8s.io": "core"}
"""Where Go keeps the types of a group, if not in a package of its first word."""


class Conversion(Protocol):
    """Turns what a verb answers with into another form."""

    def __call__(self, value: Object) -> Object:
        """Return an object, or a list of objects, in another form.

        :raises NotConvertibleError: the form is for the other one of the two.
        """
        ...


class NotConvertibleError(ApiError):
    """406: an object is asked for as a list, or a list as an object."""

    code, reason = 406, "NotAcceptable"


class NoListError(NotConvertibleError):
    """500: a custom object is asked for as a list, which the real server does not foresee."""

    code = 500

    def __init__(self) -> None:
        super().__init__("content is not a list")

    def status(self) -> Object:
        """Return the ``Status``, which has no reason."""
        return {name: value for name, value in super().status().items() if name != "reason"}


def has_tables(resource: Resource, subresource: str) -> bool:
    """Tell whether what a path answers with can be had as a Table: reviews, bindings and tokens cannot."""
    return subresource in _WITH_TABLES and (resource.keeps_objects or "get" in resource.verbs)


def converted(
    answer: Reply | Subscription,
    request: Request,
    resource: Resource,
    *,
    subresource: str,
    clock: Callable[[], datetime],
) -> Reply | Subscription:
    """Return an answer in the form that the client prefers. Ages are as of ``clock``, in a watch at each event.

    :raises BadRequest: the ``includeObject`` of a Table is none.
    :raises NotConvertibleError: the form does not fit.
    """
    accept = request.headers.get("accept", "")
    if accept in PLAIN:
        return answer
    tables = has_tables(resource, subresource)
    form = wanted(accept, of_objects(resource.api_version, resource.kind, tables=tables))
    if form is None or not form.converts:
        return answer
    if isinstance(answer, Reply):
        if answer.status >= 400:
            return answer
        value = loads(answer.body)
        if value.get("kind") == "Status":
            return answer
        conversion = _conversion(form, request.query, resource, subresource=subresource, clock=clock)
        return answer._replace(body=dumps(conversion(value)) + b"\n")
    conversion = _conversion(form, request.query, resource, subresource=subresource, clock=clock)
    answer.translate = _events(conversion, answer.end)
    return answer


def _conversion(
    form: Form, query: Mapping[str, str], resource: Resource, *, subresource: str, clock: Callable[[], datetime]
) -> Conversion:
    version = f"{_META}/{form.version}"
    if form.kind == "Table":
        include = query.get("includeObject", "")
        if include not in {"", "None", "Metadata", "Object"}:
            raise BadRequest(
                f'Unable to convert to Table as requested: includeObject: Invalid value: "{include}": '
                "must be 'Metadata', 'Object', 'None', or empty"
            )
        return Table(version, resource, printer(resource, subresource), include=include, clock=clock)
    if form.kind == "PartialObjectMetadata":
        return MetadataOfObject(version, resource)
    return MetadataOfList(version, resource)


def _events(conversion: Conversion, end: Callable[[], None]) -> Callable[[bytes], bytes]:
    """Return what converts the lines of a watch. Errors stay as they are; a form that no event has ends the watch."""

    def translate(line: bytes) -> bytes:
        event = loads(line)
        if event["type"] == "ERROR":
            return line
        try:
            shown = conversion(event["object"])
        except NotConvertibleError:
            end()
            return b""
        return dumps({"type": event["type"], "object": shown}) + b"\n"

    return translate


def _is_list(value: Object) -> bool:
    return "items" in value and value.get("kind", "").endswith("List")


def _go_type(resource: Resource, *, of_list: bool) -> str:
    if resource.custom:
        return "*unstructured.UnstructuredList"
    package = _PACKAGES.get(resource.group, resource.group.partition(".")[0])
    return f"*{package}.{resource.list_kind if of_list else resource.kind}"


def _partial(version: str, stored: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": version, "metadata": stored["metadata"]}


def _stored(resource: Resource, value: Object) -> Object:
    """Return an object in the version that printers know, which is not that of a request; a bookmark has but one."""
    if resource.custom:
        return value
    stored = value if resource.exact or "name" not in value["metadata"] else resource.to_stored(value)
    annotations = stored["metadata"].get("annotations") or {}
    hidden = resource.strategy.versioned_annotations
    if hidden.isdisjoint(annotations):
        return stored
    kept = {name: text for name, text in annotations.items() if name not in hidden}
    metadata = {name: item for name, item in stored["metadata"].items() if name != "annotations"}
    return {**stored, "metadata": metadata | ({"annotations": kept} if kept else {})}


def _list_metadata(value: Object) -> Object:
    """Return the metadata of a list, or of a list of one object, without what is empty."""
    names = ("resourceVersion", "continue", "remainingItemCount") if _is_list(value) else ("resourceVersion",)
    return {name: value["metadata"][name] for name in names if value["metadata"].get(name)}


class MetadataOfObject:
    """An object without spec and status: what metadata clients get one of."""

    def __init__(self, version: str, resource: Resource) -> None:
        self._version, self._resource = version, resource

    def __call__(self, value: Object) -> Object:
        """Return the metadata of an object."""
        if _is_list(value):
            shown = _go_type(self._resource, of_list=True)
            raise NotConvertibleError(
                f"you requested PartialObjectMetadata, but the requested object is a list ({shown})"
            )
        return _partial(self._version, _stored(self._resource, value))


class MetadataOfList:
    """Objects without spec and status: what garbage collectors and metadata informers list."""

    def __init__(self, version: str, resource: Resource) -> None:
        self._version, self._resource = version, resource

    def __call__(self, value: Object) -> Object:
        """Return the metadata of each object of a list."""
        if not _is_list(value):
            if self._resource.custom:
                raise NoListError
            shown = _go_type(self._resource, of_list=False)
            raise NotConvertibleError(
                f"you requested PartialObjectMetadataList, but the requested object is not a list ({shown})"
            )
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": self._version,
            "metadata": _list_metadata(value),
            "items": [_partial(self._version, _stored(self._resource, one)) for one in value["items"]] or None,
        }


class Table:
    """Rows of cells, one for each object; in a watch only the first event defines the columns."""

    def __init__(
        self,
        version: str,
        resource: Resource,
        shown_by: Printer,
        *,
        include: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._version, self._resource, self._printer = version, resource, shown_by
        self._include, self._clock = include, clock
        self._defined = False

    def __call__(self, value: Object) -> Object:
        """Return a Table of an object, or of those of a list."""
        objects = value["items"] if _is_list(value) else [value]
        stored = [_stored(self._resource, one) for one in objects]
        rows = list(zip(stored, objects, strict=True))
        if (order := self._printer.order) is not None:
            rows.sort(key=lambda row: order(row[0]))
        defined, self._defined = self._defined, True
        now = self._clock()
        return {
            "kind": "Table",
            "apiVersion": self._version,
            "metadata": _list_metadata(value),
            "columnDefinitions": None if defined else self._printer.columns,
            "rows": [self._row(of_storage, one, now) for of_storage, one in rows],
        }

    def _row(self, stored: Object, value: Object, now: datetime) -> Object:
        row: Object = {"cells": self._printer.cells(stored, now)}
        if (conditions := self._printer.conditions) is not None and (found := conditions(stored)) is not None:
            row["conditions"] = found
        row["object"] = self._included(stored, value)
        return row

    def _included(self, stored: Object, value: Object) -> Object | None:
        if self._include == "Object":
            return {"kind": self._resource.kind, "apiVersion": self._resource.api_version, **value}
        marked = _INITIAL_END in (value["metadata"].get("annotations") or {})
        return None if self._include == "None" and not marked else _partial(self._version, stored)
