"""From a validated object to a stored version and a reply: the last steps that all writing verbs share."""

from collections.abc import Mapping, Sequence

import orjson

from harness.apiserver.errors import BadRequest
from harness.apiserver.fields import quote
from harness.apiserver.messages import JSON_HEADERS, Object, Reply
from harness.apiserver.metadata import MalformedError, read_metadata
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.options import WriteOptions

_TYPE_META = ("apiVersion", "kind")


def key_of(resource: Resource, metadata: Object) -> Key:
    """Return where an object is stored."""
    return Key(metadata.get("namespace", "") if resource.namespaced else "", metadata["name"])


def entry_of(resource: Resource, value: Object, revision: int) -> Entry:
    """Return the stored form of ``value``, whose metadata is complete but for the version, at ``revision``.

    :raises BadRequest: nested too deeply to be written.
    """
    stored = resource.to_stored({name: item for name, item in value.items() if name not in _TYPE_META})
    metadata: Object = {**stored["metadata"], "resourceVersion": str(revision)}
    stored["metadata"] = metadata
    if next(iter(stored)) != "metadata":  # readers look at the bytes too: metadata first, as everywhere
        stored = {"metadata": metadata, **stored}
    try:
        tail = orjson.dumps(stored)[1:]
    except orjson.JSONEncodeError as problem:
        raise BadRequest(f"the object cannot be stored: {problem}") from None
    return Entry(
        key=key_of(resource, metadata),
        uid=metadata["uid"],
        revision=revision,
        tail=tail,
        labels=metadata.get("labels") or {},
        fields=resource.selectable(stored, metadata),
        owners=tuple(reference["uid"] for reference in metadata.get("ownerReferences") or ()),
        epoch=resource.collection.epoch,
    )


def admit(resource: Resource, value: Object, options: WriteOptions, trusted: Object | None = None) -> Object:
    """Return ``value`` as the schema leaves it, its metadata read; unknown fields are warned of, or refused.

    What it shares with ``trusted``, the stored object, is not looked at again.

    :raises BadRequest: unknown fields under ``fieldValidation=Strict``, or unreadable metadata.
    """
    unknown: list[str] = []
    try:
        metadata = value.get("metadata")
        if trusted is None or metadata is not trusted["metadata"]:
            metadata = read_metadata(metadata, unknown)
    except MalformedError as problem:
        raise BadRequest(
            f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: {problem}'
        ) from None
    if resource.schema is not None:
        value = resource.schema.admit(value, unknown, trusted)
    if unknown and options.validation != "Ignore":
        texts = [f"unknown field {quote(path)}" for path in sorted(unknown)]
        if options.strict:
            raise UnknownFieldsError(resource, texts)
        for text in texts:
            options.warn(text)
    return resource.strategy.default({**value, "metadata": metadata})


class UnknownFieldsError(BadRequest):
    """Fields that the schema does not have, where the client asked to be told."""

    def __init__(self, resource: Resource, texts: Sequence[str]) -> None:
        self.summary = f"strict decoding error: {', '.join(texts)}"
        kind = resource.kind
        super().__init__(f'{kind} in version "{resource.version}" cannot be handled as a {kind}: {self.summary}')


def reply(status: int, body: bytes, warnings: Sequence[str] = ()) -> Reply:
    """Return a reply in JSON, with its warnings in one header (RFC 7234: agent 299)."""
    headers: Mapping[str, str] = JSON_HEADERS
    if warnings:
        listed = ", ".join(f"299 - {quote(text)}" for text in warnings)
        headers = {**JSON_HEADERS, "warning": listed}
    return Reply(status, headers, body)


def written(resource: Resource, entry: Entry, options: WriteOptions, *, status: int) -> Reply:
    """Return the reply to a write that made ``entry``."""
    if resource.deprecation:
        options.warn(resource.deprecation)
    return reply(status, resource.body(entry), options.warnings)
