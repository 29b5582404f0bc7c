"""From a validated object to a stored version and a reply: the last steps that all writing verbs share."""

from collections.abc import Iterable, Sequence

import orjson

from harness.apiserver import depth
from harness.apiserver.bodies import Incoming, wrong_version
from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.builtin import beyond_empty, complete, decode
from harness.apiserver.codec.metadata import read_metadata, without_empty
from harness.apiserver.codec.reading import DecodeError, Mode
from harness.apiserver.codec.strictness import builtin_faults, custom_faults, strict_error
from harness.apiserver.codec.table import model_of
from harness.apiserver.compare import same_json
from harness.apiserver.errors import BadRequest, PlainError, warning_headers
from harness.apiserver.jsontext import Writer, dumps, shallow, too_deep
from harness.apiserver.managed import owners_of_revised
from harness.apiserver.messages import JSON_HEADERS, Object, Reply
from harness.apiserver.metadata import ordered
from harness.apiserver.quota import Charge
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.options import WriteOptions

_TYPE_META = ("apiVersion", "kind")
_ALWAYS = frozenset({"apiVersion", "kind", "metadata"})
_UNTOLD = Incoming({})


def key_of(resource: Resource, metadata: Object) -> Key:
    """Return where an object is stored."""
    return Key(metadata.get("namespace", "") if resource.namespaced else "", metadata["name"])


def entry_of(resource: Resource, value: Object, revision: int) -> Entry:
    """Return the stored form of ``value``, whose metadata is complete but for the version, at ``revision``.

    :raises PlainError: nested too deeply to be read again.
    :raises Wanted: the webhook that converts it has to be asked first.
    """
    stored = _at(resource.to_stored(_parts(value)), revision)
    metadata: Object = stored["metadata"]
    tail = _tail(resource, stored)
    found = resource.as_read(stored)
    entry = Entry(
        key=key_of(resource, metadata),
        uid=metadata["uid"],
        revision=revision,
        tail=tail,
        labels=metadata.get("labels") or {},
        fields=resource.selectable(found, metadata),
        owners=tuple(reference["uid"] for reference in metadata.get("ownerReferences") or ()),
        epoch=resource.collection.epoch if found is stored or same_json(found, stored) else ~resource.collection.epoch,
    )
    if resource.converter is not None:
        resource.load(entry)  # asks the webhook what the reply will need, as nothing can be asked after the write
    return entry


def _parts(value: Object) -> Object:
    return {name: item for name, item in value.items() if name not in _TYPE_META}


def _at(parts: Object, revision: int) -> Object:
    """Return the parts of an object, with the version that it gets."""
    metadata: Object = {**parts["metadata"], "resourceVersion": str(revision)}
    parts["metadata"] = metadata if "resourceVersion" in parts["metadata"] else ordered(metadata)
    return parts


def _tail(resource: Resource, parts: Object) -> bytes:
    tail_of = _tail_of_map if resource.custom else _tail_of_struct
    try:
        return tail_of(parts, shallow)
    except orjson.JSONEncodeError:
        _check_depth(parts)
        return tail_of(parts, dumps)


def _check_depth(stored: Object) -> None:
    """Look at an object that is nested deeply, before it is stored. Who hears of its write will walk it, and must not fail then.

    :raises PlainError: nested too deeply to be read again.
    """
    depth.require()
    if bracket := too_deep(stored):
        raise PlainError(f"invalid character '{bracket}' exceeded max depth")


def _tail_of_struct(stored: Object, write: Writer) -> bytes:
    """Return the JSON of an object of a built-in kind without the brace that opens it: fields as their types have them.

    Metadata stands first: readers look at the bytes, too.
    """
    first = next(iter(stored)) == "metadata"
    return write(stored if first else {"metadata": stored["metadata"], **stored})[1:]


def _tail_of_map(stored: Object, write: Writer) -> bytes:
    """Return the same of a custom kind: a Go map in the real server, which is written in the order of names.

    Clients that keep texts of what they read, as Kopf does, keep the same ones. Metadata stands first here, too.
    """
    begun = b'"metadata":' + write(stored["metadata"], sort_keys=True)
    if len(stored) == 1:
        return begun + b"}"
    return begun + b"," + write({name: stored[name] for name in stored if name != "metadata"}, sort_keys=True)[1:]


def settle(cluster: Cluster, due: Iterable[Charge]) -> None:
    """Store the quotas that a write is counted in, just before the write."""
    for one in due:
        before = one.quotas.load(one.entry)
        managed = owners_of_revised(
            cluster, one.quotas, before, one.quota, subresource="status", manager="kube-apiserver"
        )
        value = {**one.quota, "metadata": ordered({**one.quota["metadata"], "managedFields": managed})}
        cluster.store.commit(one.quotas.collection, entry_of(one.quotas, value, cluster.store.revision + 1), one.entry)


def admit(
    resource: Resource,
    value: Object,
    options: WriteOptions,
    trusted: Object | None = None,
    incoming: Incoming | None = None,
) -> Object:
    """Return ``value`` as the decoder of its kind leaves it; unknown and repeated fields are warned of, or refused.

    What it shares with ``trusted``, the stored object, is not looked at again. ``incoming`` is the body it came in, if it came
    in one.

    :raises UndecodableError: a value of a wrong type.
    :raises UnknownFieldsError: unknown or repeated fields under ``fieldValidation=Strict``.
    :raises BadRequest: another API version than the resource's.
    """
    told = incoming or _UNTOLD
    try:
        value, faults = (_admit_custom if resource.custom else _admit_builtin)(resource, value, trusted, told)
    except DecodeError as problem:
        raise UndecodableError(resource, str(problem), value) from None
    faults = [*told.faults, *faults] if told.faults else faults
    if (faults or told.repeated) and options.validation != "Ignore":
        if options.strict:
            raise UnknownFieldsError(resource, strict_error(told.repeated, faults), value)
        for text in (*told.repeated, *faults):
            options.warn(text)
    if value["apiVersion"] != resource.api_version:
        raise wrong_version(value["apiVersion"], resource)
    return resource.strategy.default(value)


def _admit_builtin(
    resource: Resource, value: Object, trusted: Object | None, told: Incoming
) -> tuple[Object, list[str]]:
    model = model_of(resource.api_version, resource.kind)
    if not model:
        return {**value, "metadata": read_metadata(value.get("metadata"), [])}, []
    known: Object = {}
    if trusted is not None:
        known = {name: item for name, item in value.items() if item is trusted.get(name, known)}
        if known:
            value = {name: item for name, item in value.items() if name not in known}
    decoded, unknown = decode(value, model)
    decoded = {**known, **decoded}
    decoded["metadata"] = known.get("metadata") or without_empty(decoded.get("metadata") or {})
    return decoded, builtin_faults(unknown, told.again, told.every)


def _admit_custom(
    resource: Resource, value: Object, trusted: Object | None, told: Incoming
) -> tuple[Object, list[str]]:
    unknown: list[str] = []
    metadata = read_metadata(value.get("metadata"), unknown, trusted=None if trusted is None else trusted["metadata"])
    version = value.get("apiVersion") or ""
    pruned: list[str] = []
    if version != resource.api_version:
        value = {"apiVersion": version, **value}
        if version.rpartition("/")[0] == resource.group and value["kind"] == resource.kind:
            pruned = [name for name in value if name not in _ALWAYS]  # a version that is not there has no fields
    elif resource.schema is not None and value["kind"] == resource.kind:
        # What is stored in another version has been looked at by that version's schema, not by this one's.
        value = resource.schema.admit(value, pruned, trusted if resource.exact else None)
    faults = custom_faults([*unknown, *sorted(pruned)], told.again) if unknown or pruned or told.again else []
    return {**value, "metadata": metadata}, faults


def finished(resource: Resource, value: Object, current: Object | None = None) -> Object:
    """Return an object that is about to be stored with everything that Go writes although it is empty.

    What it shares with ``current``, the stored object, has it already.
    """
    model = "" if resource.custom else model_of(resource.api_version, resource.kind)
    return complete(value, model, current) if model else value


def as_posted(resource: Resource, value: Object, current: Object | None = None) -> Object:
    """Return an object as those see it who ask whose fields are whose: as Go writes it.

    A new object is compared with an empty one there: what that one has, too, is nobody's.
    """
    model = "" if resource.custom else model_of(resource.api_version, resource.kind)
    if not model:
        return value
    written = complete(value, model, current, Mode.WRITTEN)
    return written if current is not None else beyond_empty(written, model)


class UndecodableError(BadRequest):
    """A value of a type that the kind does not take; ``summary`` is what the decoder says."""

    def __init__(self, resource: Resource, summary: str, value: Object) -> None:
        self.summary = summary
        kind, version = value["kind"], value["apiVersion"].rpartition("/")[2]
        super().__init__(f'{kind} in version "{version}" cannot be handled as a {resource.kind}: {summary}')


class UnknownFieldsError(UndecodableError):
    """Fields that the schema does not have, or that came twice, where the client asked to be told."""


def reply(status: int, body: bytes, warnings: Sequence[str] = ()) -> Reply:
    """Return a reply in JSON, with its warnings. A newline ends it, as Go's encoder writes it, and as clients print it."""
    return whole_reply(status, body + b"\n", warnings)


def whole_reply(status: int, body: bytes, warnings: Sequence[str] = ()) -> Reply:
    """Return a reply in JSON whose body ends with a newline already: those of lists are large."""
    return Reply(status, warning_headers(JSON_HEADERS, warnings) if warnings else JSON_HEADERS, body)


def deprecations(resource: Resource) -> tuple[str, ...]:
    """Return what every answer about a resource begins its warnings with."""
    return (resource.deprecation,) if resource.deprecation else ()


def unstored(resource: Resource, value: Object, revision: int, options: WriteOptions) -> Reply:
    """Return the reply to a write after which nothing is stored: ``value`` as it would have been, defaults of its version included."""
    warnings = [*deprecations(resource), *options.warnings]
    return reply(200, resource.opening + _tail(resource, _at(_parts(value), revision)), warnings)


def written(resource: Resource, entry: Entry, options: WriteOptions, *, status: int) -> Reply:
    """Return the reply to a write that made ``entry``."""
    return reply(status, resource.body(entry), [*deprecations(resource), *options.warnings])
