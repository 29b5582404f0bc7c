"""Strategies for structural schemas, sound and unsound, and for definitions around them."""

from typing import Any

from hypothesis import strategies as st

from .steps import GROUP

NAMES = ("a", "b", "name", "fooBar", "x-y")
"""Few, so that rules, defaults and columns meet the properties that are there."""

_RULES = (
    "self.a == self.b",
    "has(self.a)",
    "self == oldSelf",
    "self.size() < 3",
    "true",
    "self.a >",
    "self.nothing",
    "1",
)
_FORMATS = ("date-time", "date", "byte", "int32", "int64", "uuid", "ipv4", "email", "hostname", "duration", "nonsense")


def schemas(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Return schemas of any type whose parts nest at most ``depth`` levels below them."""
    leaves = st.one_of(_strings(), _numbers(), _booleans(), _int_or_strings(), _free())
    return leaves if depth == 0 else st.one_of(leaves, objects(depth), _maps(depth), _lists(depth))


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """Return an object of named properties."""
    properties = draw(st.dictionaries(st.sampled_from(NAMES), schemas(depth - 1), max_size=3))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if properties and draw(st.booleans()):
        schema["required"] = [draw(st.sampled_from(sorted(properties)))]
    return schema | draw(
        _sometimes({"x-kubernetes-preserve-unknown-fields": True, "nullable": True, "maxProperties": 2})
    )


@st.composite
def _maps(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": draw(schemas(depth - 1))} | draw(_sometimes({"maxProperties": 2}))


@st.composite
def _lists(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array"}
    if draw(st.booleans()):
        item = {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "a": draw(schemas(0))},
        }
        schema |= {"items": item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    else:
        schema["items"] = draw(schemas(depth - 1))
        schema |= draw(st.sampled_from([{}, {"x-kubernetes-list-type": "set"}, {"x-kubernetes-list-type": "atomic"}]))
    return schema | draw(_sometimes({"maxItems": 2, "minItems": 1, "uniqueItems": False}))


@st.composite
def _strings(draw: st.DrawFn) -> dict[str, Any]:
    more = {
        "minLength": 1,
        "maxLength": 3,
        "pattern": "^[a-f]+$",
        "enum": ["a", "b"],
        "default": "ab",
        "nullable": True,
        "format": draw(st.sampled_from(_FORMATS)),
    }
    found = draw(_sometimes(more))
    if "default" in found:  # or it would have to fit what else is said
        found = {name: one for name, one in found.items() if name not in {"enum", "format"}}
    return {"type": "string"} | found


@st.composite
def _numbers(draw: st.DrawFn) -> dict[str, Any]:
    more = {"minimum": 1, "maximum": 9, "multipleOf": 2, "exclusiveMinimum": True, "default": 4, "enum": [2, 4]}
    more |= {"format": draw(st.sampled_from(["int32", "int64", "float", "double"])), "nullable": True}
    return {"type": draw(st.sampled_from(["integer", "number"]))} | draw(_sometimes(more))


def _booleans() -> st.SearchStrategy[dict[str, Any]]:
    return _sometimes({"default": True, "nullable": True}).map(lambda more: {"type": "boolean"} | more)


def _int_or_strings() -> st.SearchStrategy[dict[str, Any]]:
    return _sometimes({"default": "50%", "nullable": True}).map(
        lambda more: {"x-kubernetes-int-or-string": True} | more
    )


def _free() -> st.SearchStrategy[dict[str, Any]]:
    embedded = {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}
    return st.sampled_from([{"x-kubernetes-preserve-unknown-fields": True}, embedded, {"type": "object"}])


@st.composite
def _sometimes(draw: st.DrawFn, more: dict[str, Any]) -> dict[str, Any]:
    """Return at most three of some keywords."""
    names = draw(st.lists(st.sampled_from(sorted(more)), max_size=3, unique=True))
    return {name: more[name] for name in names}


@st.composite
def definitions(draw: st.DrawFn, *, sound: bool) -> dict[str, Any]:
    """Return a definition; one that need not be ``sound`` has rules and breaks that many a server refuses."""
    spec, status = draw(objects()), draw(objects(1))
    if not sound and draw(st.booleans()):
        spec["x-kubernetes-validations"] = [{"rule": draw(st.sampled_from(_RULES))} | draw(_rule_words())]
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": status}}},
    }
    version |= draw(_sometimes(_FEATURES if not sound else {"subresources": {"status": {}}}))
    made = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [version],
        },
    }
    return made if sound else draw(broken(made))


_FEATURES: dict[str, Any] = {
    "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.a", "statusReplicasPath": ".status.a"}},
    "selectableFields": [{"jsonPath": ".spec.a"}],
    "additionalPrinterColumns": [{"name": "A", "type": "string", "jsonPath": ".spec.a"}],
    "deprecated": True,
}


def _rule_words() -> st.SearchStrategy[dict[str, Any]]:
    more = {"message": "no", "messageExpression": "'no ' + string(self)", "reason": "FieldValueForbidden"}
    return _sometimes(more | {"fieldPath": ".a", "optionalOldSelf": True})


JUNK: tuple[Any, ...] = (None, "", "x", "A b", 0, -1, 1.5, True, [], {}, ["x"], {"a": 1}, "10Gi", "2020-01-01", 2**40)


@st.composite
def broken(draw: st.DrawFn, value: Any, *, most: int = 2) -> Any:
    """Return a body with up to ``most`` places removed, replaced or added to."""
    for _ in range(draw(st.integers(0, most))):
        places = list(_places(value, ()))
        value = _changed(draw, value, draw(st.sampled_from(places)))
    return value


def _places(value: Any, path: tuple[Any, ...]) -> Any:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*path, key)
        yield from _places(one, (*path, key))


def _changed(draw: st.DrawFn, value: Any, path: tuple[Any, ...]) -> Any:
    key, *rest = path
    copied = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copied[key] = _changed(draw, value[key], tuple(rest))
        return copied
    match draw(st.sampled_from(["junk", "remove", "add"])):
        case "junk":
            copied[key] = draw(st.sampled_from(JUNK))
        case "remove":
            del copied[key]
        case _ if isinstance(copied, dict):
            copied["unknown"] = draw(st.sampled_from(JUNK))
        case _:
            copied.append(copied[key])
    return copied
