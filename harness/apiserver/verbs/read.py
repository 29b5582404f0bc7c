"""GET of one object and of a list: concatenations of stored bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, Expired, FutureVersion, NotFound, Timeout
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.selectors import FieldSelector
from harness.apiserver.store import Entry, Key, Snapshot, as_of, path_in
from harness.apiserver.verbs.listing import EXACT, ListOptions, list_options
from harness.apiserver.verbs.objects import reply, whole_reply
from harness.apiserver.verbs.pages import PageExpired, read_token, token_after
from harness.apiserver.verbs.parameters import UnreadableVersionError, version_number


def get(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Return one object."""
    entry = resource.collection.get(key)
    if version := request.query.get("resourceVersion"):
        check_revision(cluster, resource, version_number(version))
    if entry is None:
        raise NotFound(resource, key.name)
    warnings = (resource.deprecation,) if resource.deprecation else ()
    return reply(200, resource.body(entry), warnings)


def check_revision(cluster: Cluster, resource: Resource, revision: int) -> None:
    """Refuse a version that lies in the future.

    :raises FutureVersion: it does, and may come to be: a cache could be behind. Whoever answers waits for it.
    :raises Timeout: it does, and events are asked for, of which the real server keeps no cache.
    """
    if revision > cluster.store.revision:
        message = f"Too large resource version: {revision}, current: {cluster.store.revision}"
        details: Object = {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}
        if resource.uncached:
            raise Timeout(message, details)
        raise FutureVersion(message, {**details, "retryAfterSeconds": 1})


@dataclass(frozen=True, slots=True)
class Page:
    """What a list shows: entries, as of ``revision``; ``last`` is the path of the last one where more may follow.

    ``remaining`` is how many follow, where that is known.
    """

    entries: Sequence[Entry]
    revision: int
    last: str = ""
    remaining: int | None = None


def page(cluster: Cluster, resource: Resource, namespace: str | None, options: ListOptions) -> Page:
    """Return what is selected in a namespace, or (None) in all, in etcd's order, at the version that is asked for.

    :raises BadRequest: a token or a version that cannot be read.
    :raises Expired: a version that the log does not reach.
    :raises Timeout: a version from the future.
    """
    start, revision = "", None
    name = options.fields.exact("metadata.name")
    single = name is not None and (namespace is not None or not resource.namespaced)
    if options.token and not single:
        start, revision = _resumed(cluster, resource, options)
    elif options.version:
        revision = _wanted(cluster, resource, options)
    limit = 0 if options.version == "0" and not start else options.limit
    past = None if revision is None else as_of(resource.collection, revision, namespace)
    if past is not None:
        return _in_past(resource, past, revision or 0, namespace, options=options, start=start, limit=limit)
    revision = cluster.store.revision if revision is None else revision
    if limit <= 0 or single:
        return Page(list(_selected(resource, namespace, options, start)), revision)
    found = list(islice(_selected(resource, namespace, options, start), limit))
    if len(found) < limit:
        return Page(found, revision)
    last = path_in(namespace, found[-1].key)
    remaining = resource.collection.count(namespace, last + "\0")
    return Page(found, revision, last if remaining else "", None if options.selective else remaining)


def _resumed(cluster: Cluster, resource: Resource, options: ListOptions) -> tuple[str, int | None]:
    position = read_token(options.token)
    if options.version not in {"", "0"}:
        raise BadRequest("specifying resource version is not allowed when using continue")
    if position.revision < 0:
        return position.start, None
    if position.revision < _oldest(cluster, resource):
        raise PageExpired(position)
    check_revision(cluster, resource, position.revision)
    return position.start, position.revision


def _wanted(cluster: Cluster, resource: Resource, options: ListOptions) -> int | None:
    """Return the version that a list must be of, or None where the newest will do."""
    try:
        revision = version_number(options.version)
    except UnreadableVersionError as problem:
        raise BadRequest(f"invalid resource version: {problem.message}") from None
    exact = options.match == EXACT or (not options.match and options.limit > 0 and revision > 0)
    if exact and revision < _oldest(cluster, resource):
        raise Expired("The resourceVersion for the provided list is too old.")
    check_revision(cluster, resource, revision)
    return revision if exact else None


def _oldest(cluster: Cluster, resource: Resource) -> int:
    """Return the oldest version of which a list can be."""
    return max(resource.collection.log.floor, cluster.store.compacted)


def _in_past(
    resource: Resource,
    past: Snapshot,
    revision: int,
    namespace: str | None,
    *,
    options: ListOptions,
    start: str,
    limit: int,
) -> Page:
    entries = past.after(start)
    if options.selective:
        resource.prepare(entries)
    found: list[Entry] = []
    for index, entry in enumerate(entries):
        if matches(resource, options, entry):
            found.append(entry)
            if 0 < limit <= len(found):
                remaining = len(entries) - index - 1
                last = path_in(namespace, entry.key) if remaining else ""
                return Page(found, revision, last, None if options.selective or not remaining else remaining)
    return Page(found, revision)


def matches(resource: Resource, options: ListOptions, entry: Entry) -> bool:
    """Tell whether an object is one of those that are asked for."""
    labels, fields = resource.seen(entry)
    return options.labels.matches(labels) and options.fields.matches(fields)


def _selected(resource: Resource, namespace: str | None, options: ListOptions, start: str) -> Iterable[Entry]:
    labels = options.labels
    if resource.converter is not None and options.selective:
        everything = list(resource.collection.scan(namespace, start))
        resource.prepare(everything)
        return (entry for entry in everything if matches(resource, options, entry))
    found, fields = _candidates(resource, namespace, options.fields, start)
    if fields.terms:
        found = (entry for entry in found if fields.matches(entry.fields))
    if labels.requirements:
        found = (entry for entry in found if labels.matches(entry.labels))
    return found


def _candidates(
    resource: Resource, namespace: str | None, fields: FieldSelector, start: str
) -> tuple[Iterable[Entry], FieldSelector]:
    """Return at least what ``fields`` match, and the terms that are left to check.

    By an index where one fits, so that what does not match costs nothing.
    """
    collection, scope = resource.collection, namespace
    if (only := fields.exact("metadata.namespace")) is not None and namespace is None:
        namespace = only
    name = fields.exact("metadata.name")
    if name is not None and (namespace is not None or not resource.namespaced):
        entry = collection.get(Key(namespace or "", name))
        return (() if entry is None else (entry,)), fields
    for term in fields.terms:
        field, value, equal = term
        if equal and collection.indexed(field):
            rest = FieldSelector(tuple(one for one in fields.terms if one != term))
            indexed = collection.by_field(field, value, namespace)
            return _from(indexed, scope, start), rest
    if namespace != scope:
        return _from(collection.scan(namespace), scope, start), fields
    return collection.scan(scope, start), fields


def _from(entries: Iterable[Entry], scope: str | None, start: str) -> Iterable[Entry]:
    return (entry for entry in entries if path_in(scope, entry.key) >= start) if start else entries


def list_objects(cluster: Cluster, resource: Resource, namespace: str | None, request: Request) -> Reply:
    """Return the list that the query selects, in pages when it has a limit."""
    options = list_options(resource, request.query)
    found = page(cluster, resource, namespace, options)
    metadata = list_metadata(resource, found)
    warnings = (resource.deprecation,) if resource.deprecation else ()
    body = list_body(resource, found.entries, metadata)
    return whole_reply(200, body, warnings)


def list_metadata(resource: Resource, found: Page) -> Object:
    """Return the metadata of a list. Go leaves an empty token out of the typed lists of built-in kinds only."""
    metadata: Object = {"resourceVersion": str(found.revision)}
    if found.last:
        metadata["continue"] = token_after(found.last, found.revision)
    elif resource.custom:
        metadata = {"continue": "", **metadata}
    if found.remaining:
        metadata["remainingItemCount"] = found.remaining
    return metadata


def list_body(resource: Resource, entries: Sequence[Entry], metadata: Object) -> bytes:
    """Return the JSON of a list, with the newline that ends it. The order of its fields is that of a struct, or of a map."""
    kind, version = (orjson.dumps(one) for one in (resource.list_kind, resource.api_version))
    items, about = items_of(resource, entries), orjson.dumps(metadata)
    if resource.custom:
        parts = (b'{"apiVersion":', version, b',"items":[', items, b'],"kind":', kind, b',"metadata":', about, b"}\n")
    else:
        parts = (b'{"kind":', kind, b',"apiVersion":', version, b',"metadata":', about, b',"items":[', items, b"]}\n")
    return b"".join(parts)


def items_of(resource: Resource, entries: Sequence[Entry]) -> bytes:
    """Return the items of a list, joined: custom ones whole, built-in ones without kind and apiVersion.

    Where all are stored as they are served, it is one join of their bytes, whatever their number.
    """
    epoch = resource.collection.epoch
    if entries and resource.exact and all(entry.epoch == epoch for entry in entries):
        start = resource.opening if resource.custom else b"{"
        return start + (b"," + start).join([entry.tail for entry in entries])
    if resource.custom:
        resource.prepare(entries)
        return b",".join(map(resource.shown, entries))
    dropped = {"apiVersion", "kind"}
    loaded = map(resource.load, entries)
    return b",".join(dumps({name: item for name, item in one.items() if name not in dropped}) for one in loaded)
