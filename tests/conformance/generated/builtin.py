"""Strategies for objects of built-in kinds: sound ones, with values grafted on wherever the served OpenAPI document has a place.

What is grafted is of the type that the document names, and mostly nothing that the kind allows: so rules of validation meet.
"""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from harness.apiserver.openapi import component

from .bodies import CLUSTER, NAMESPACED, ONLY_TRIED
from .schemas import JUNK
from .steps import LAST, NAMESPACE, Script, Step

Path = tuple[Any, ...]
"""The way to a place in an object: names of fields, and numbers of items."""

_WORDS = (
    "a", "one", "A b", "", "10.0.0.1", "2001:db8::1", "TCP", "1", "100m", "1Gi", "50%", "http", "/p", "a/b", "x" * 64,
    "RollingUpdate", "Never", "Always", "None", "ClusterIP", "web", "ex.dev/x", "key",
)  # fmt: skip
_NUMBERS = (0, 1, 2, 80, -1, 65536, 2**31)
_TIMES = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000001Z", "yesterday")


_BODIES = NAMESPACED | CLUSTER | ONLY_TRIED
_METADATA: dict[str, tuple[Any, ...]] = {
    "labels": ({"app": "web"}, {"A b": "x y"}, {"a": None}),
    "annotations": ({"note": "x"}, {"a/b/c": ""}),
    "finalizers": (["ex.dev/hold"], ["hold"], ["a b", "ex.dev/hold", "ex.dev/hold"], []),
    "ownerReferences": (
        [{"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "0b7e7f04-9d15-4a6c-8d7a-3a1d1e9affff"}],
        [{"apiVersion": "", "kind": "X", "name": "", "uid": ""}],
        [{"apiVersion": "v1", "kind": "Event", "name": "o", "uid": "u", "controller": True}] * 2,
    ),
    "generateName": ("gen-", "A b"),
    "namespace": ("other", ""),
    "deletionTimestamp": ("2020-01-01T00:00:00Z",),
    "managedFields": ([], [{}], [{"manager": "me", "operation": "Apply", "apiVersion": "v1"}]),
}


_LEFT_OUT = {"schedulingGroup", "stopSignal"}
"""Of features that are off; docs/limitations.md names what differs."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in schema:
        return _resolved(schema["allOf"][0])
    if "$ref" in schema:
        return dict(component(schema["$ref"].rpartition("/")[2]))
    return schema


def _model(body: dict[str, Any]) -> dict[str, Any]:
    group, _, version = body["apiVersion"].rpartition("/")
    name = {"": "core"}.get(group, group.removesuffix(".k8s.io").partition(".")[0])
    return dict(component(f"io.k8s.api.{name}.{version}.{body['kind']}"))


@st.composite
def _value(draw: st.DrawFn, schema: dict[str, Any], depth: int = 3) -> Any:  # noqa: PLR0911  one line for each type
    """Return something of the type of a schema; one in twelve is junk."""
    if draw(st.integers(0, 11)) == 11:
        return draw(st.sampled_from(JUNK))
    schema = _resolved(schema)
    if schema.get("enum"):
        return draw(st.sampled_from(schema["enum"]))
    kind, form = schema.get("type"), schema.get("format")
    if form == "int-or-string" or "oneOf" in schema:
        return draw(st.sampled_from((*_NUMBERS, "50%", "http", "1Gi", "x")))
    if kind == "array":
        return draw(st.lists(_value(schema["items"], depth - 1), max_size=2))
    if kind == "object" or "properties" in schema:
        return draw(_object(schema, depth))
    if kind == "boolean":
        return draw(st.booleans())
    if kind in {"integer", "number"}:
        return draw(st.sampled_from(_NUMBERS))
    if form == "date-time":
        return draw(st.sampled_from(_TIMES))
    return draw(st.sampled_from(("YQ==", "é") if form == "byte" else _WORDS))


@st.composite
def _object(draw: st.DrawFn, schema: dict[str, Any], depth: int) -> Any:
    properties = {name: one for name, one in (schema.get("properties") or {}).items() if name not in _LEFT_OUT}
    if not properties:
        inner = schema.get("additionalProperties")
        keys = st.sampled_from(("a", "cpu", "memory", "app", "A b"))
        return draw(st.dictionaries(keys, _value(inner, depth - 1), max_size=2)) if isinstance(inner, dict) else {}
    names = list(schema.get("required", []))
    if depth > 0:
        names += draw(st.lists(st.sampled_from(sorted(properties)), max_size=2, unique=True))
    return {name: draw(_value(properties[name], depth - 1)) for name in dict.fromkeys(names)}


def _places(value: Any, schema: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each place where something can be grafted on, with its schema: fields of what is there, set or not."""
    schema = _resolved(schema)
    if isinstance(value, dict):
        for name, one in (schema.get("properties") or {}).items():
            if name in _LEFT_OUT or (not path and name in {"apiVersion", "kind", "metadata"}):
                continue
            yield (*path, name), one
            if name in value:
                yield from _places(value[name], one, (*path, name))
    elif isinstance(value, list) and "items" in schema:
        for index, one in enumerate(value):
            yield from _places(one, schema["items"], (*path, index))


def _set(value: Any, path: Path, item: Any) -> Any:
    key, *rest = path
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[key] = _set(value[key], tuple(rest), item) if rest else item
    return copied


@st.composite
def _grafted(draw: st.DrawFn, body: Any, *, part: str = "") -> tuple[Any, Path]:
    """Return an object with a value grafted on, below ``part`` or anywhere but in the status, and the place."""
    if not part and draw(st.integers(0, 9)) == 9:
        name = draw(st.sampled_from(sorted(_METADATA)))
        return _set(body, ("metadata", name), draw(st.sampled_from(_METADATA[name]))), ("metadata", name)
    places = [place for place in _places(body, _model(body), ()) if (place[0][0] == "status") == (part == "status")]
    if not places:
        return body, ()
    path, schema = draw(st.sampled_from(places))
    return _set(body, path, draw(_value(schema))), path


@st.composite
def objects(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Return an object of a built-in kind with one to three values grafted on."""
    body: dict[str, Any] = _BODIES[kind]
    for _ in range(draw(st.integers(1, 3))):
        body, _ = draw(_grafted(body))
    return body


def _collection(kind: str, body: dict[str, Any]) -> str:
    start = f"/apis/{body['apiVersion']}" if "/" in body["apiVersion"] else f"/api/{body['apiVersion']}"
    return f"{start}/namespaces/{NAMESPACE}/{kind}" if kind in NAMESPACED else f"{start}/{kind}"


@st.composite
def built_in(draw: st.DrawFn) -> Script:
    """Return an attempt to create an object of a built-in kind, which leaves nothing behind."""
    kind = draw(st.sampled_from(sorted(_BODIES)))
    body = draw(objects(kind))
    query = {"dryRun": "All"} | draw(st.sampled_from([{}, {}, {"fieldValidation": "Strict"}]))
    return Script((Step("POST", _collection(kind, body), body, query=query),))


@st.composite
def lives(draw: st.DrawFn) -> Script:
    """Return what happens to an object of a built-in kind: it is made, changed in whatever way, looked at, and deleted."""
    kind = draw(st.sampled_from(sorted(NAMESPACED | CLUSTER)))
    name = "one" if kind in NAMESPACED else NAMESPACE
    body = _BODIES[kind] | {"metadata": _BODIES[kind]["metadata"] | {"name": name}}
    collection = _collection(kind, body)
    found = [Step("POST", collection, body)]
    for _ in range(draw(st.integers(1, 4))):
        step, body = draw(_changes(f"{collection}/{name}", body))
        found.append(step)
    found.append(Step("GET", collection if kind in NAMESPACED else f"{collection}/{name}", accept=draw(_FORMS)))
    found.append(Step("DELETE", f"{collection}/{name}", query={"gracePeriodSeconds": "0"}))
    return Script(tuple(found))


_FORMS = st.sampled_from(
    [
        "",
        "application/json;as=Table;v=v1;g=meta.k8s.io",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    ]
)


@st.composite
def _changes(draw: st.DrawFn, at: str, body: dict[str, Any]) -> tuple[Step, dict[str, Any]]:
    """Return one change of an object, and the object as it is meant to be afterwards."""
    status = "properties" in _resolved(_model(body)["properties"].get("status", {})) and draw(st.integers(0, 3)) == 3
    changed, path = draw(_grafted(body, part="status" if status else ""))
    changed = _without_empty(changed)
    at += "/status" if status else ""
    query: dict[str, str] = {}
    for option, choices in {
        "fieldValidation": ["Strict", "Ignore"],
        "dryRun": ["All"],
        "fieldManager": ["ann"],
    }.items():
        if draw(st.integers(0, 5)) == 5:
            query[option] = draw(st.sampled_from(choices))
    match draw(st.sampled_from(["PUT", "merge", "strategic", "json", "apply"])):
        case "PUT":
            version = draw(st.sampled_from([{}, {"resourceVersion": LAST}]))
            return Step("PUT", at, changed | {"metadata": changed["metadata"] | version}, query=query), changed
        case "json":
            place = "/" + "/".join(str(one).replace("~", "~0").replace("/", "~1") for one in path)
            operation = draw(st.sampled_from(["add", "replace", "remove", "test"]))
            value = {} if operation == "remove" else {"value": _at(changed, path)}
            return Step("PATCH", at, [{"op": operation, "path": place} | value], _JSON, query), changed
        case "apply":
            query |= {"fieldManager": draw(st.sampled_from(["ann", "bob"]))} | draw(
                st.sampled_from([{}, {"force": "true"}])
            )
            return Step("PATCH", at, changed, "application/apply-patch+yaml", query), changed
        case how:
            return Step(
                "PATCH", at, _patch(changed, path), f"application/{how}-patch+json".replace(*_FULL), query
            ), changed


_JSON, _FULL = "application/json-patch+json", ("strategic-", "strategic-merge-")


def _without_empty(value: Any, *, inside: bool = False) -> Any:
    """Return an object without empty lists inside of lists, which docs/limitations.md names."""
    if isinstance(value, list):
        return [_without_empty(one, inside=True) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: one for name, one in value.items() if not (inside and one == [])}
    return {name: _without_empty(one, inside=inside) for name, one in kept.items()}


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value


def _patch(value: Any, path: Path) -> Any:
    """Return what of an object leads to a place, and what is there; a list as a whole."""
    if not path or not isinstance(value, dict):
        return value
    return {path[0]: _patch(value.get(path[0]), path[1:])}
