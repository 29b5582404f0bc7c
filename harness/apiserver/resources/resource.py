"""A resource: one kind in one group and version, with everything that the pipeline of verbs asks of it.

Built-in kinds come from a data file, custom ones from their definitions; the pipeline does not know which is which.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from harness.apiserver.jsontext import dumps, loads
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain
from harness.apiserver.resources.strategy import Conversion, Converter, Strategy
from harness.apiserver.schema import CompiledSchema
from harness.apiserver.store import Collection, Entry
from harness.apiserver.typed import TypeNode

ALL_VERBS: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""The verbs of custom resources, in the order in which discovery lists them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A printer column: its definition as a Table wants it, and the path of its value."""

    name: str
    type: str
    path: str
    format: str = ""
    description: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Subresource:
    """One part of a resource with a path of its own: its name, the kind that it speaks, what can be done with it."""

    name: str
    group: str
    version: str
    kind: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One served kind.

    ``model`` is the name of a built-in kind's type in `harness.apiserver.openapi.component`, "" for custom ones; ``parts``
    describes the ``subresources`` of built-in kinds, ``storage_hash`` stands for the version that they are stored in;
    ``storage_version`` is that of custom ones, ``published`` their schema as its author wrote it.
    ``schema`` is None where objects are taken as they come; ``stored_schema`` is that of the version which is stored, where
    another one is: it alone decides what is kept and defaulted; ``fields`` maps each selectable field beyond metadata to the
    path of its value in the stored object; ``renames`` maps top-level fields of this version to those that are stored, and
    ``conversion`` is for versions of built-in kinds that differ in more, ``converter`` the webhook between those of a custom one. ``exact`` tells that stored bytes are this version's as they are:
    same schema, no renames, no conversion. ``api_version`` is ``group/version``, or the version alone in the core group. ``types`` holds the type of every version of a custom kind, served or not.
    """

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    list_kind: str
    collection: Collection
    model: str = ""
    namespaced: bool = True
    custom: bool = False
    served: bool = True
    verbs: tuple[str, ...] = ALL_VERBS
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    parts: tuple[Subresource, ...] = ()
    storage_hash: str = ""
    storage_version: str = ""
    published: Mapping[str, Any] = field(default_factory=dict)
    schema: CompiledSchema | None = None
    stored_schema: CompiledSchema | None = None
    columns: tuple[Column, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    field_refusal: str = ""
    renames: Mapping[str, str] = field(default_factory=dict)
    exact: bool = True
    conversion: Conversion | None = None
    converter: Converter | None = None
    types: Mapping[str, TypeNode] = field(default_factory=dict)
    counts_generation: bool = False
    unconditional_update: bool = True
    create_on_update: bool = False
    returns_deleted: bool = False
    strategy: Strategy = field(default_factory=Strategy)
    check_name: Callable[[str], list[str]] = dns_subdomain
    deprecation: str = ""
    opening: bytes = b""
    api_version: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_version", f"{self.group}/{self.version}" if self.group else self.version)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields that a field selector may name."""
        metadata = ("metadata.name", "metadata.namespace") if self.namespaced else ("metadata.name",)
        return (*metadata, *self.fields)

    @property
    def keeps_objects(self) -> bool:
        """Whether there is something to list: reviews and bindings are only answered."""
        return "delete" in self.verbs

    @property
    def uncached(self) -> bool:
        """Whether kube-apiserver asks etcd about it each time: of events it keeps no cache."""
        return self.plural == "events" and not self.custom

    @property
    def has_status(self) -> bool:
        """Whether status is written through ``/status`` only."""
        return "status" in self.subresources

    def as_stored(self, entry: Entry) -> bool:
        """Tell whether what is stored is this version of the object as it is."""
        return self.exact and entry.epoch == self.collection.epoch

    def body(self, entry: Entry) -> bytes:
        """Return the JSON of a stored object in this version."""
        if self.as_stored(entry):
            return self.opening + entry.tail
        return dumps(self.load(entry))

    def load(self, entry: Entry) -> Object:
        """Return a stored object in this version, as a fresh dict that the caller may keep and share.

        :raises Wanted: a webhook has to be asked first; so it is wherever an object is read or stored.
        """
        found: Object = loads(self.opening + entry.tail)
        if self.converter is not None:
            stored_in = self.collection.stored_in.get(entry.written_in, self.storage_version)
            return self.converter.read({**found, "apiVersion": f"{self.group}/{stored_in}"}, wanted=self.api_version)
        if self.as_stored(entry):
            return found
        return self.from_stored(found)

    def from_stored(self, value: Object) -> Object:
        """Return an object as this version has it; ``value`` is as stored, but with this version's apiVersion and kind."""
        found = {**value}
        for mine, stored in self.renames.items():
            if stored in found:
                found[mine] = found.pop(stored)
        if self.conversion is not None:
            found = self.conversion.from_stored(found)
        if self.stored_schema is not None and self.schema is not None:
            return self.schema.prune(self.stored_schema.admit(found, []))
        return found if self.schema is None else self.schema.admit(found, [])

    def to_stored(self, value: Object) -> Object:
        """Return ``value`` as the stored version has it; it comes without apiVersion and kind.

        What the stored version does not know is dropped; what it would have by default is left to who reads it: see `as_read`.
        """
        if self.converter is not None:
            found = self.converter.write({"apiVersion": self.api_version, "kind": self.kind, **value})
            return {name: item for name, item in found.items() if name not in {"apiVersion", "kind"}}
        if self.conversion is not None:
            value = self.conversion.to_stored(value)
        if self.stored_schema is not None:
            value = self.stored_schema.prune(value)
        if not self.renames:
            return value
        return {self.renames.get(name, name): item for name, item in value.items()}

    def as_read(self, stored: Object) -> Object:
        """Return what will be read in the stored version of an object that another version has stored."""
        return stored if self.stored_schema is None else self.stored_schema.admit(stored, [])

    def seen(self, entry: Entry) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Return the labels and fields of a stored object that selectors of this version see."""
        if self.converter is None or self.as_stored(entry):
            return entry.labels, entry.fields
        value = self.converter.shown(self, entry)
        fields = {name: one for name, one in entry.fields.items() if name.startswith("metadata.")}
        return value["metadata"].get("labels") or {}, fields | self.collection.selectable(value, self.fields)

    def shown(self, entry: Entry) -> bytes:
        """Return the JSON of a stored object in this version, as lists and watches show it."""
        if self.converter is None or self.as_stored(entry):
            return self.body(entry)
        return dumps(self.converter.shown(self, entry))

    def prepare(self, entries: Iterable[Entry]) -> None:
        """See to it that all ``entries`` can be shown.

        :raises Wanted: a webhook has to be asked first.
        """
        if self.converter is not None:
            self.converter.prepare(self, [one for one in entries if not self.as_stored(one)])

    def selectable(self, stored: Object, metadata: Object) -> dict[str, str]:
        """Return the values of the fields that an object can be selected by; ``stored`` is its stored form."""
        found = self.collection.selectable(stored)
        found["metadata.name"] = metadata["name"]
        if self.namespaced:
            found["metadata.namespace"] = metadata["namespace"]
        return found


def opening(api_version: str, kind: str) -> bytes:
    """Return what stands before the stored tail of an object in this version."""
    return orjson.dumps({"apiVersion": api_version, "kind": kind})[:-1] + b","


def opening_of_struct(api_version: str, kind: str) -> bytes:
    """Return the same for a built-in kind: Go's types have their kind first."""
    return orjson.dumps({"kind": kind, "apiVersion": api_version})[:-1] + b","


def field_path(dotted: str) -> tuple[str, ...]:
    """Return the steps of a simple JSON path such as ``.spec.signalFingerprint``."""
    return tuple(filter(None, dotted.split(".")))
