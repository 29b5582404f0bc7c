"""GET of one object and of a list: concatenations of stored bytes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, Expired, Invalid, NotFound, Timeout
from harness.apiserver.fields import forbidden, not_supported
from harness.apiserver.messages import JSON_HEADERS, Object, Reply, Request
from harness.apiserver.presentation import presenter
from harness.apiserver.resources import Resource
from harness.apiserver.selectors import FieldSelector, LabelSelector, parse_fields, parse_labels
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.objects import reply
from harness.apiserver.verbs.pages import Pages


def get(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Return one object."""
    entry = resource.collection.get(key)
    if (version := request.query.get("resourceVersion")) not in {None, "", "0"}:
        _check_revision(cluster, version or "")
    if entry is None:
        raise NotFound(resource, key.name)
    warnings = (resource.deprecation,) if resource.deprecation else ()
    present = presenter(resource, request.headers, cluster.clock)
    if present is not None:
        return reply(200, orjson.dumps(present.single(entry)), warnings)
    return reply(200, resource.body(entry), warnings)


def selectors(resource: Resource, query: Mapping[str, str]) -> tuple[LabelSelector, FieldSelector]:
    """Return the two selectors of a query.

    :raises BadRequest: one of them cannot be read.
    """
    labels = parse_labels(query.get("labelSelector", ""))
    return labels, parse_fields(query.get("fieldSelector", ""), known=resource.field_names, custom=resource.custom)


def selection(resource: Resource, namespace: str | None, query: Mapping[str, str]) -> list[Entry]:
    """Return the objects that a query selects in a namespace, or (None) in all, in etcd's order."""
    labels, fields = selectors(resource, query)
    found, fields = _candidates(resource, namespace, fields)
    if fields.terms:
        found = (entry for entry in found if fields.matches(entry.fields))
    if labels.requirements:
        found = (entry for entry in found if labels.matches(entry.labels))
    return list(found)


def _candidates(
    resource: Resource, namespace: str | None, fields: FieldSelector
) -> tuple[Iterable[Entry], FieldSelector]:
    """Return at least what ``fields`` match, and the terms that are left to check.

    By an index where one fits, so that what does not match costs nothing.
    """
    collection = resource.collection
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
            return collection.by_field(field, value, namespace), rest
    return collection.scan(namespace), fields


def list_objects(
    cluster: Cluster, resource: Resource, namespace: str | None, request: Request, *, pages: Pages
) -> Reply:
    """Return the list that the query selects, in pages when it has a limit."""
    query = request.query
    _check_list_options(cluster, query)
    metadata: Object = {"resourceVersion": str(cluster.store.revision)}
    if resource.custom:
        metadata = {"continue": "", **metadata}  # Go leaves it out of the typed lists of built-in kinds only
    limit = _number(query, "limit")
    if token := query.get("continue"):
        revision, entries = pages.resume(token)
        metadata["resourceVersion"] = str(revision)
    else:
        entries = selection(resource, namespace, query)
    if limit and len(entries) > limit:
        rest = entries[limit:]
        entries = list(islice(entries, limit))
        metadata["continue"] = pages.keep(int(metadata["resourceVersion"]), rest)
        if not query.get("labelSelector") and not query.get("fieldSelector"):
            metadata["remainingItemCount"] = len(rest)
    warnings = (resource.deprecation,) if resource.deprecation else ()
    present = presenter(resource, request.headers, cluster.clock)
    if present is not None:
        return reply(200, orjson.dumps(present.listed(entries, metadata)), warnings)
    opening: Object = {"apiVersion": resource.api_version, "kind": resource.list_kind, "metadata": metadata}
    body = b"".join((orjson.dumps(opening)[:-1], b',"items":[', items_of(resource, entries), b"]}"))
    return reply(200, body, warnings) if warnings else Reply(200, JSON_HEADERS, body)


def items_of(resource: Resource, entries: Sequence[Entry]) -> bytes:
    """Return the items of a list, joined: custom ones whole, built-in ones without kind and apiVersion.

    Where all are stored as they are served, it is one join of their bytes, whatever their number.
    """
    epoch = resource.collection.epoch
    if entries and resource.exact and all(entry.epoch == epoch for entry in entries):
        start = resource.opening if resource.custom else b"{"
        return start + (b"," + start).join([entry.tail for entry in entries])
    if resource.custom:
        return b",".join(map(resource.body, entries))
    dropped = {"apiVersion", "kind"}
    loaded = map(resource.load, entries)
    return b",".join(orjson.dumps({name: item for name, item in one.items() if name not in dropped}) for one in loaded)


def _check_list_options(cluster: Cluster, query: Mapping[str, str]) -> None:
    version, match = query.get("resourceVersion", ""), query.get("resourceVersionMatch", "")
    wrong = []
    if match and not version:
        wrong.append(
            forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
        )
    if match and query.get("continue"):
        wrong.append(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
    if match not in {"", "Exact", "NotOlderThan"}:
        wrong.append(not_supported("resourceVersionMatch", match, ("Exact", "NotOlderThan", "")))
    if match == "Exact" and version == "0":
        detail = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        wrong.append(forbidden("resourceVersionMatch", detail))
    if "sendInitialEvents" in query:
        wrong.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if wrong:
        raise Invalid(group="meta.k8s.io", kind="ListOptions", name="", errors=wrong)
    if version not in {"", "0"}:
        asked = _check_revision(cluster, version)
        if match == "Exact" and asked != cluster.store.revision:
            raise Expired("The resourceVersion for the provided list is too old.")


def _check_revision(cluster: Cluster, version: str) -> int:
    """Return a version as a number, refused when it lies in the future."""
    if not version.isascii() or not version.isdigit():
        raise BadRequest(
            f'invalid resource version: resourceVersion: Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax'
        )
    if int(version) > cluster.store.revision:
        message = f"Too large resource version: {version}, current: {cluster.store.revision}"
        cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
        raise Timeout(message, {"causes": [cause], "retryAfterSeconds": 1})
    return int(version)


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    try:
        return int(text or 0)
    except ValueError:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
