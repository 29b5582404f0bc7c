"""Custom objects against every keyword that a schema may hold."""

from typing import Any

from ..kinds import define, kind_of, objects_of, path_of, spec_of, widget
from ..script import behaviour
from ..side import Side

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


YES = True


def tried(api: Side, field: Any, *values: Any, **more: Any) -> None:
    """Define a kind whose spec has one field ``f``, and try values of it."""
    path = define(api, kind_of(api, spec_of({"f": field}, **more)))
    for value in values:
        api.post(path, widget(api, {"f": value}), dryRun="All")


@behaviour
def numbers_and_their_bounds(api: Side) -> None:
    tried(
        api,
        WHOLE | {"minimum": 2, "maximum": 8, "exclusiveMaximum": True, "multipleOf": 3},
        1,
        3,
        6,
        8,
        9,
        2.5,
        "x",
        YES,
    )


@behaviour
def fractions_and_their_bounds(api: Side) -> None:
    field = {"type": "number", "minimum": 0.5, "exclusiveMinimum": True, "maximum": 10, "multipleOf": 0.5}
    tried(api, field, 0.5, 1, 1.25, 10.5, 11, -3, "x", 1e21)


@behaviour
def sizes_of_numbers(api: Side) -> None:
    tried(api, WHOLE | {"format": "int32"}, 2147483647, 2147483648, -2147483649, 1.0, "1")


@behaviour
def bounds_that_are_no_integers(api: Side) -> None:
    tried(api, WHOLE | {"maximum": 2.5}, 1, 3)


@behaviour
def lengths_and_patterns(api: Side) -> None:
    tried(
        api,
        TEXT | {"minLength": 2, "maxLength": 4, "pattern": "^[a-z\u00e4]+$"},
        "a",
        "ab",
        "\u00e4\u00e4\u00e4\u00e4",
        "abcde",
        "AB",
        1,
    )


@behaviour
def sizes_of_lists(api: Side) -> None:
    tried(api, {"type": "array", "minItems": 1, "maxItems": 2, "items": TEXT}, [], ["a"], ["a", "b", "c"], [1], {}, "a")


@behaviour
def sizes_of_maps(api: Side) -> None:
    field = {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": WHOLE}
    tried(api, field, {}, {"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": "x"}, [], {"a.b/c": "x"})


@behaviour
def maps_of_anything(api: Side) -> None:
    tried(api, {"type": "object", "additionalProperties": True}, {"a": 1, "b": {"c": 2}, "d": [{"e": 1}]})


@behaviour
def required_fields(api: Side) -> None:
    field = {"type": "object", "required": ["a", "b"], "properties": {"a": TEXT, "b": TEXT}}
    tried(api, field, {}, {"a": "x"}, {"a": None, "b": "x"}, {"a": "x", "b": "y"})


@behaviour
def enumerations(api: Side) -> None:
    tried(api, TEXT | {"enum": ["a", "b"]}, "a", "c", 1)


@behaviour
def enumerations_of_numbers_and_null(api: Side) -> None:
    tried(api, WHOLE | {"enum": [1, 2], "nullable": True}, 1, 3, None)


@behaviour
def any_of(api: Side) -> None:
    tried(api, TEXT | {"anyOf": [{"minLength": 3}, {"pattern": "^a"}, {"enum": ["b"]}]}, "abc", "a", "b", "c")


@behaviour
def one_of(api: Side) -> None:
    tried(api, TEXT | {"oneOf": [{"minLength": 3}, {"pattern": "^a"}]}, "bcd", "a", "abc", "b")


@behaviour
def all_of_and_not(api: Side) -> None:
    field = TEXT | {"allOf": [{"minLength": 3}, {"pattern": "^a"}], "not": {"enum": ["abcd"]}}
    tried(api, field, "abc", "a", "bcd", "b", "abcd")


@behaviour
def one_of_several_fields(api: Side) -> None:
    field = {
        "type": "object",
        "properties": {"a": TEXT, "b": WHOLE},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "anyOf": [{"properties": {"a": {"maxLength": 2}}}, {"properties": {"b": {"minimum": 5}}}],
    }
    tried(api, field, {"a": "x"}, {}, {"a": "xyz", "b": 1}, {"b": 9}, {"a": "xyz"})


@behaviour
def groups_at_the_root(api: Side) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object"}}, "not": {"required": ["spec"]}}
    path = define(api, kind_of(api, schema))
    api.post(path, widget(api, {}), dryRun="All")
    api.post(path, widget(api), dryRun="All")


@behaviour
def int_or_string(api: Side) -> None:
    field = {
        "x-kubernetes-int-or-string": True,
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "pattern": "^[0-9]+%$",
        "maximum": 9,
    }
    tried(api, field, 5, 10, "50%", "x", YES, 1.5, None)


@behaviour
def formats_of_times(api: Side) -> None:
    for name, shape in (("times", "date-time"), ("dates", "date"), ("spans", "duration")):
        definition = kind_of(api, spec_of({"f": TEXT | {"format": shape}}), name=name, kind=name.capitalize())
        path = define(api, definition)
        for value in (
            "2026-01-31T10:20:30Z", "2026-01-31t10:20:30.5+01:00", "2026-02-30", "2026-01-31", "25:00", "1h30m", "1.5s", "3 days", "P1D", "", 5
        ):  # fmt: skip
            body = widget(api, {"f": value}) | {"kind": name.capitalize()}
            api.post(path, body, dryRun="All")


@behaviour
def formats_of_addresses(api: Side) -> None:
    values = (
        "10.0.0.1", "010.0.0.1", "10.0.0", "::1", "::ffff:1.2.3.4", "fe80::1%eth0", "10.0.0.0/8", "::/0", "10.0.0.0/33", "a.example",
        "-a.example", "ab:cd:ef:01:23:45", "abcd.ef01.2345", "ab-cd-ef-01-23", "x@y.example", "X <x@y.example>", "x@", "https://a.b/c?d", "/a", "a b",
    )  # fmt: skip
    for shape in ("ipv4", "ipv6", "cidr", "mac", "hostname", "email", "uri"):
        path = define(
            api, kind_of(api, spec_of({"f": TEXT | {"format": shape}}), name=f"{shape}s", kind=shape.capitalize())
        )
        for value in values:
            api.post(path, widget(api, {"f": value}) | {"kind": shape.capitalize()}, dryRun="All")


@behaviour
def formats_of_codes(api: Side) -> None:
    values = (
        "6f6b1b9e-5d2a-4b0c-9a55-2f0f6c1e9a11", "6F6B1B9E5D2A4B0C9A552F0F6C1E9A11", "abc", "#fff", "rgb(1,2,3)", "4111111111111111", "123-45-6789",
        "0321751043", "978-0321751041", "aGVsbG8=", "aGVsbG8", "507f1f77bcf86cd799439011", "a-b", "a.b",
    )  # fmt: skip
    for shape in (
        "uuid", "uuid4", "hexcolor", "rgbcolor", "creditcard", "ssn", "isbn", "byte", "bsonobjectid", "password", "k8s-short-name", "k8s-long-name"
    ):  # fmt: skip
        kind = shape.replace("-", "")
        path = define(
            api, kind_of(api, spec_of({"f": TEXT | {"format": shape}}), name=f"{kind}s", kind=kind.capitalize())
        )
        for value in values:
            api.post(path, widget(api, {"f": value}) | {"kind": kind.capitalize()}, dryRun="All")


@behaviour
def embedded_resources(api: Side) -> None:
    field = {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}
    good = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"x": "y"}}, "spec": {"any": 1}}
    tried(
        api, field, good, {}, good | {"kind": "pod_"}, good | {"apiVersion": "a/b/c"}, good | {"metadata": {"name": "a/b"}},
        good | {"metadata": {"labels": {"a b": "c"}, "annotations": {"A": "b"}}}, good | {"kind": ""},
    )  # fmt: skip


@behaviour
def sets_and_map_lists(api: Side) -> None:
    items = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": WHOLE | {"default": 1}}}
    listed = {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["a", "b"],
        "items": items,
    }
    tried(
        api, listed, [{"a": "x"}, {"a": "x", "b": 1}], [{"a": "x"}, {"a": "x", "b": 2}], [{"a": "x"}] * 3, [{}],
    )  # fmt: skip


@behaviour
def sets_of_numbers_and_lists(api: Side) -> None:
    field = {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "array", "items": WHOLE}}
    tried(api, field, [[1], [2]], [[1], [1]], [[], [], []])


@behaviour
def nested_defaults(api: Side) -> None:
    inner = {"type": "object", "properties": {"a": TEXT | {"default": "x"}, "b": WHOLE | {"default": 2}}}
    field = {
        "type": "object",
        "properties": {
            "one": inner | {"default": {}},
            "two": inner,
            "list": {"type": "array", "items": inner},
            "map": {"type": "object", "additionalProperties": inner},
            "null": TEXT | {"default": "y"},
            "may": TEXT | {"nullable": True, "default": "z"},
        },
    }
    tried(
        api,
        field,
        {},
        {"two": {}, "list": [{}, {"a": "q"}], "map": {"k": {}}, "null": None, "may": None},
        {"one": None},
    )


@behaviour
def nulls(api: Side) -> None:
    field = {
        "type": "object",
        "properties": {
            "a": TEXT,
            "list": {"type": "array", "items": TEXT},
            "map": {"type": "object", "additionalProperties": TEXT},
        },
    }
    tried(api, field, {"a": None}, {"list": ["x", None]}, {"map": {"a": None, "b": "c"}}, {"list": None}, None)


@behaviour
def what_is_pruned(api: Side) -> None:
    free = {
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": True,
        "properties": {"strict": {"type": "object", "properties": {"a": TEXT}}},
    }
    tried(api, free, {"any": {"x": [1]}, "strict": {"a": "b", "c": 1}}, {"strict": {"d": None}}, {"x": None})


@behaviour
def tightened_rules_spare_what_stays(api: Side) -> None:
    before = spec_of({"a": TEXT, "list": {"type": "array", "items": TEXT}, "free": TEXT})
    definition = kind_of(api, before)
    path = define(api, definition)
    api.post(path, widget(api, {"a": "long text", "list": ["x", "y"]}))
    after = spec_of(
        {"a": TEXT | {"maxLength": 3}, "list": {"type": "array", "maxItems": 1, "items": TEXT}, "free": TEXT}
    )
    patch = [{"op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema", "value": after}]
    head = {"content-type": "application/json-patch+json"}
    assert api.aside("PATCH", path_of(api, definition), patch, head).status == 200
    api.until(path_of(api, definition), lambda found: found["metadata"]["generation"] == 2)
    _until_refused(api, path)
    api.merge(f"{path}/one", {"spec": {"free": "x"}})
    api.merge(f"{path}/one", {"spec": {"a": "other text"}})
    api.merge(f"{path}/one", {"spec": {"list": ["x", "y", "z"]}})
    api.merge(f"{path}/one", {"spec": {"a": "ok", "list": None}})


def _until_refused(api: Side, path: str) -> None:
    """Wait until the new schema is at work."""
    body = widget(api, {"a": "far too long"}, name="probe")
    for _ in range(1000):
        if api.aside("POST", path, body, dryRun="All").status == 422:
            return
    raise AssertionError("the schema has not changed")


@behaviour
def versions_without_conversion(api: Side) -> None:
    definition = kind_of(api, spec_of({"a": TEXT, "b": TEXT}))
    other = {
        "name": "v2",
        "served": True,
        "storage": False,
        "schema": {"openAPIV3Schema": spec_of({"a": TEXT, "c": TEXT | {"default": "d"}})},
    }
    definition["spec"]["versions"].append(other)
    first = define(api, definition)
    second = objects_of(api, version="v2")
    api.until(second, lambda _: True)
    api.post(first, widget(api, {"a": "x", "b": "y"}))
    api.get(f"{second}/one")
    api.get(second)
    api.post(second, widget(api, {"a": "x", "b": "y", "c": "z"}, name="two", version="v2"))
    api.get(f"{first}/two")


@behaviour
def a_patch_in_another_version(api: Side) -> None:
    definition = kind_of(api, spec_of({"a": TEXT, "b": TEXT}))
    other = {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": spec_of({"a": TEXT})}}
    definition["spec"]["versions"].append(other)
    first = define(api, definition)
    second = objects_of(api, version="v2")
    api.until(second, lambda _: True)
    api.post(first, widget(api, {"a": "x", "b": "y"}))
    api.merge(f"{second}/one", {"spec": {"a": "q"}})
    api.get(f"{first}/one")


@behaviour
def status_has_a_path_of_its_own(api: Side) -> None:
    status = {
        "type": "object",
        "required": ["phase"],
        "properties": {"phase": TEXT | {"maxLength": 3}, "n": WHOLE, "at": TEXT | {"format": "date"}},
    }
    schema = {"type": "object", "properties": {"spec": {"type": "object"}, "status": status}}
    path = define(api, kind_of(api, schema, subresources={"status": {}}))
    api.post(path, widget(api, {}, status={"phase": "far too long"}))
    for value in (
        {"phase": "far too long"},
        {"n": "x"},
        {"phase": "ok", "at": "now"},
        "text",
        {"phase": "ok", "unknown": 1},
    ):
        api.merge(f"{path}/one/status", {"status": value})
