"""Rows of custom objects: what the paths of columns find, and how it is shown."""

from typing import Any

from ..kinds import kind_of, objects_of, widget
from ..script import behaviour
from ..side import Side
from ..tables import LONG_AGO, asked

FREE = {
    "type": "object",
    "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    "x-kubernetes-preserve-unknown-fields": True,
}


def _columns(*columns: Any) -> list[dict[str, Any]]:
    found = []
    for index, (kind, path) in enumerate(columns):
        found.append({"name": f"C{index}", "type": kind, "jsonPath": path})
    return found


def _shown(api: Side, columns: Any, *specs: Any, **version: Any) -> None:
    api.defined(kind_of(api, FREE, additionalPrinterColumns=columns, **version))
    for index, spec in enumerate(specs):
        api.setup(objects_of(api), widget(api, spec, name=f"w{index}"))
    asked(api, objects_of(api))


VALUES: dict[str, Any] = {
    "text": "words",
    "empty": "",
    "whole": 7,
    "large": 9007199254740993,
    "half": 1.5,
    "tiny": 1e-7,
    "huge": 1e21,
    "yes": True,
    "no": False,
    "null": None,
    "list": ["a", 2, {"b": "<c>"}],
    "map": {"z": 1, "a": "&"},
    "none": [],
    "long_ago": LONG_AGO,
}


@behaviour
def values_as_texts(api: Side) -> None:
    _shown(api, _columns(*(("string", f".spec.{name}") for name in VALUES), ("string", ".spec.missing")), VALUES)


@behaviour
def values_as_integers(api: Side) -> None:
    _shown(api, _columns(*(("integer", f".spec.{name}") for name in VALUES), ("integer", ".spec.missing")), VALUES)


@behaviour
def values_as_numbers(api: Side) -> None:
    _shown(api, _columns(*(("number", f".spec.{name}") for name in VALUES), ("number", ".spec.missing")), VALUES)


@behaviour
def values_as_booleans(api: Side) -> None:
    _shown(api, _columns(*(("boolean", f".spec.{name}") for name in VALUES), ("boolean", ".spec.missing")), VALUES)


@behaviour
def values_as_dates(api: Side) -> None:
    dates = {
        "zoned": "1700-03-04T05:06:07+02:00",
        "fraction": "1700-03-04T05:06:07.123456789Z",
        "zero": "0001-01-01T00:00:00Z",
        "second": "0001-01-02T00:00:00Z",
        "future": "2999-01-01T00:00:00Z",
        "day": "1700-03-04",
        "local": "1700-03-04T05:06:07",
        "spaced": "1700-03-04 05:06:07Z",
        "small": "1700-03-04t05:06:07z",
        "word": "null",
    }
    spec = VALUES | dates
    _shown(api, _columns(*(("date", f".spec.{name}") for name in spec), ("date", ".spec.missing")), spec)


@behaviour
def columns_by_default(api: Side) -> None:
    api.defined(kind_of(api, FREE))
    api.setup(objects_of(api), widget(api, {}))
    asked(api, objects_of(api))
    asked(api, f"{objects_of(api)}/one", includeObject="Object")


@behaviour
def what_columns_say_of_themselves(api: Side) -> None:
    columns = [
        {"name": "Plain", "type": "string", "jsonPath": ".spec.a"},
        {"name": "Told", "type": "integer", "jsonPath": ".spec.b", "description": "What it is.", "format": "int64"},
        {"name": "Wide", "type": "number", "jsonPath": ".spec.c", "priority": 1, "format": "double"},
        {"name": "Name", "type": "string", "jsonPath": ".metadata.name"},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]
    _shown(api, columns, {"a": "x", "b": 1, "c": 2.5}, {})


PARTS = {
    "parts": [
        {"name": "a", "type": "Ready", "status": "True", "n": 1, "ok": True, "f": 1.5},
        {"name": "b", "type": "Other", "status": "False", "n": 3, "ok": False, "f": 2.5},
        {"name": "c", "n": 3},
    ],
    "empty": [],
    "text": "words",
    "map": {"one": {"x": 1}, "two": {"x": 2}},
    "a.b": "dotted",
    "a": {"b": "nested"},
    "odd key": "spaced",
    "null": None,
}


@behaviour
def paths_into_lists(api: Side) -> None:
    paths = (
        "[0].name",
        "[-1].name",
        "[3].name",
        "[-4].name",
        "[*].name",
        "[:].name",
        "[1:].name",
        "[0:2].name",
        "[:-1].name",
        "[::2].name",
        "[1::2].name",
        "[0:9].name",
        "[2:1].name",
        "[1:1].name",
        "[::0].name",
        "[0,2].name",
        "[2,0].name",
        ".name",
        ".*.name",
        "[]",
    )
    columns = _columns(*(("string", f".spec.parts{one}") for one in paths), ("string", ".spec.empty[0]"))
    _shown(api, columns, PARTS, {})


@behaviour
def paths_with_filters(api: Side) -> None:
    filters = (
        '@.type=="Ready"',
        "@.type=='Other'",
        '@.type == "Ready"',
        '@.type!="Ready"',
        "@.type==Ready",
        '@.status=="Unknown"',
        "@.n==1",
        "@.n!=1",
        "@.n>1",
        "@.n>=1",
        "@.n<3",
        "@.n<=1",
        "@.n==1.0",
        "@.f==1.5",
        "@.f>1.5",
        "@.ok==true",
        "@.ok",
        "@.missing",
        "@.n==@.n",
        '@.n=="1"',
        '@.type=~"R"',
        '@.name=="c)"',
        '@["name"]=="a"',
        "@['name']=='b'",
    )
    _shown(api, _columns(*(("string", f".spec.parts[?({one})].name") for one in filters)), PARTS)


@behaviour
def paths_of_other_forms(api: Side) -> None:
    paths = (
        "['text']",
        ".a.b",
        ".a\\.b",
        "['a.b']",
        "['a\\.b']",
        "['odd key']",
        ".odd\\ key",
        ".map['one','two'].x",
        ".map[one]",
        ".map..x",
        "..name",
        ".text[0]",
        ".text.x",
        ".text.*",
        ".null.x",
        ".null[0]",
        ".parts[?(@.n==1)]",
        " .text",
        ".text ",
        ".@text",
        ".$.text",
    )
    _shown(api, _columns(*(("string", f".spec{one}") for one in paths), ("string", "."), ("string", "..name")), PARTS)


@behaviour
def a_path_that_cannot_be_read_ends_the_columns(api: Side) -> None:
    for index, path in enumerate(
        (".spec.a[", ".spec.a[x]", ".spec.a[?(@.b]", ".spec.a)", ".spec....b", ".spec.a['b\"]")
    ):
        name = f"widgets{index}"
        columns = _columns(("string", ".spec.text"), ("string", path), ("string", ".spec.text"))
        definition = kind_of(api, FREE, name=name, kind=f"Widget{index}", additionalPrinterColumns=columns)
        answer = api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        if answer.status == 201:
            place = objects_of(api, name=name)
            api.in_time(f"/apis/{definition['spec']['group']}/v1/{name}", lambda found: found.status == 200)
            api.setup(place, widget(api, {"text": "t"}) | {"kind": f"Widget{index}"})
            asked(api, place)


@behaviour
def paths_beyond_an_expression(api: Side) -> None:
    paths = (
        ".spec.text}{.spec.a.b",
        ".spec.text}words",
        ".spec.text}{.spec.parts[9]",
        ".spec.text range",
        ".spec.text 1",
    )
    _shown(api, _columns(*(("string", one) for one in paths)), PARTS)


@behaviour
def a_scale_of_a_custom_object(api: Side) -> None:
    scale = {"scale": {"specReplicasPath": ".spec.count", "statusReplicasPath": ".status.count"}, "status": {}}
    api.defined(kind_of(api, FREE, subresources=scale))
    api.setup(objects_of(api), widget(api, {"count": 3}))
    asked(api, f"{objects_of(api)}/one/scale")
    asked(api, f"{objects_of(api)}/one/scale", includeObject="Object")
    asked(api, f"{objects_of(api)}/one/status")
