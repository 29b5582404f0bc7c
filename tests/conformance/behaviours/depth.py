"""Objects that are nested deeply: stored, changed, watched and shown as deep as Go's decoder goes, 10,000 levels.

What is answered is too deep for a reader that calls itself, so it is counted: its levels, its brackets, its texts.
"""

import re
from typing import Any

from ..samples import DEFINITIONS, config_map, definition
from ..script import behaviour
from ..side import APPLY, JSON_PATCH, MERGE, Answer, Side

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON, _NEAR_THE_END, _TOO_DEEP = 200, 300, 1_500, 9_000, 10_001


def nested(levels: int, opening: bytes = b'{"a":', inner: bytes = b"1") -> bytes:
    """Return a value of so many levels."""
    return opening * levels + inner + (b"}" if opening[:1] == b"{" else b"]") * levels


def thing(value: bytes, *, field: bytes = b"free", name: bytes = b"deep") -> bytes:
    """Return the text of an object that holds ``value``."""
    return b'{"apiVersion":"ex.dev/v1","kind":"Thing","metadata":{"name":"%s"},"spec":{"owner":"me","%s":%s}}' % (
        name,
        field,
        value,
    )


def noted(api: Side, answer: Answer) -> None:
    """Write down how an answer is built."""
    depth = deepest = texts = lists = objects = 0
    for word in _BRACKETS.findall(answer.text):
        texts += word[:1] == b'"'
        lists += word == b"["
        objects += word == b"{"
        depth += (word in b"[{") - (word in b"]}")
        deepest = max(deepest, depth)
    message: Any = answer.json if answer.status >= 400 else None
    warning = answer.headers.get("warning", "")
    api.note([answer.status, deepest, texts, lists, objects, warning, message])


def lived(api: Side, value: bytes, other: bytes) -> None:
    """Play the life of an object that holds one deep value after another."""
    path = f"{api.things}/deep"
    noted(api, api.aside("POST", api.things, thing(value)))
    noted(api, api.aside("GET", path))
    noted(api, api.aside("GET", api.things))
    noted(api, api.aside("PATCH", path, {"metadata": {"labels": {"a": "b"}}}, MERGE))
    noted(api, api.aside("PATCH", path, [{"op": "add", "path": "/spec/size", "value": 7}], JSON_PATCH))
    noted(api, api.aside("PATCH", path, b'{"spec":{"free":%s}}' % other, MERGE))
    noted(api, api.aside("PATCH", path, b'[{"op":"add","path":"/spec/free","value":%s}]' % value, JSON_PATCH))
    noted(api, api.aside("GET", path, None, {"accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}))
    noted(api, api.aside("GET", api.things, None, {}, watch="true", timeoutSeconds="1"))
    noted(api, api.aside("DELETE", path))
    noted(api, api.aside("GET", path))


@behaviour
def an_ordinary_depth(api: Side) -> None:
    lived(api, nested(_ORDINARY), nested(_ORDINARY, b'{"b":'))
    lived(api, nested(1, inner=nested(_ORDINARY, b"[")), nested(_ORDINARY, b'{"b":'))


@behaviour
def three_hundred_levels(api: Side) -> None:
    lived(api, nested(_BEYOND_ORJSON), nested(_BEYOND_ORJSON, b'{"b":'))
    lived(api, nested(1, inner=nested(_BEYOND_ORJSON, b"[")), nested(_BEYOND_ORJSON, b'{"b":'))


@behaviour
def fifteen_hundred_levels(api: Side) -> None:
    lived(api, nested(_BEYOND_PYTHON), nested(_BEYOND_PYTHON, b'{"b":'))
    lived(api, nested(1, inner=nested(_BEYOND_PYTHON, b"[")), nested(_BEYOND_PYTHON, b'{"b":'))


@behaviour
def nine_thousand_levels(api: Side) -> None:
    lived(
        api,
        nested(1, inner=nested(_NEAR_THE_END, b"[")),
        nested(_NEAR_THE_END, b"[", b'{"b":2}').join([b'{"b":', b"}"]),
    )
    noted(api, api.aside("POST", api.things, thing(nested(_NEAR_THE_END))))
    noted(api, api.aside("PATCH", f"{api.things}/deep", {"metadata": {"labels": {"a": "b"}}}, MERGE))
    noted(api, api.aside("GET", f"{api.things}/deep"))


@behaviour
def one_level_too_many(api: Side) -> None:
    for value in (nested(_TOO_DEEP), nested(_TOO_DEEP, b"[")):
        noted(api, api.aside("POST", api.things, thing(value)))
        noted(api, api.aside("PUT", f"{api.things}/deep", thing(value)))
        noted(api, api.aside("PATCH", f"{api.things}/deep", thing(value), MERGE))
        noted(api, api.aside("POST", api.config_maps, b'{"metadata":{"name":"one"},"nobody":%s}' % value))


@behaviour
def fields_that_nobody_knows(api: Side) -> None:
    for number, levels in enumerate((_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON, _NEAR_THE_END)):
        for opening in (b'{"a":', b"["):
            value = nested(levels, opening)
            name = b"unknown-%d%d" % (number, len(opening))
            noted(api, api.aside("POST", api.things, thing(value, field=b"nobody", name=name)))
            noted(
                api,
                api.aside("POST", api.things, thing(value, field=b"nobody", name=b"no"), {}, fieldValidation="Strict"),
            )
            noted(api, api.aside("POST", api.config_maps, b'{"metadata":{"name":"%s"},"nobody":%s}' % (name, value)))
            noted(api, api.aside("POST", api.config_maps, b'{"metadata":{"name":"no"},"data":{"a":%s}}' % value))


@behaviour
def values_in_place_of_others(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON, _NEAR_THE_END):
        noted(api, api.aside("POST", api.things, thing(nested(levels), field=b"note")))
        noted(api, api.aside("POST", api.things, thing(nested(levels, b"["), field=b"tags")))


@behaviour
def names_that_come_twice(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON):
        for inner in (b'{"b":1,"b":2}', b'[{"b":1,"b":2}]'):
            noted(api, api.aside("POST", api.things, thing(nested(levels, inner=inner)), {}, dryRun="All"))


@behaviour
def patches_of_deep_objects(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON):
        path = f"{api.things}/deep-{levels}"
        noted(api, api.aside("POST", api.things, thing(nested(levels), name=b"deep-%d" % levels)))
        noted(api, api.aside("PATCH", path, b'{"spec":{"free":%s}}' % nested(levels, inner=b"null"), MERGE))
        noted(api, api.aside("PATCH", path, b'{"spec":{"free":%s}}' % nested(levels, inner=b'{"c":[null]}'), MERGE))
        noted(api, api.aside("PATCH", path, b'{"spec":{"free":%s}}' % nested(levels, inner=b"5"), MERGE))
        inside = "/spec/free" + "/a" * levels
        noted(api, api.aside("PATCH", path, [{"op": "replace", "path": inside, "value": 6}], JSON_PATCH))
        test = b'[{"op":"test","path":"/spec/free","value":%s}]'
        noted(api, api.aside("PATCH", path, test % nested(levels, inner=b"6"), JSON_PATCH))
        noted(api, api.aside("PATCH", path, test % nested(levels, inner=b"7"), JSON_PATCH))
        noted(api, api.aside("PATCH", path, [{"op": "copy", "from": "/spec/free", "path": inside}], JSON_PATCH))
        noted(api, api.aside("GET", path))


@behaviour
def deep_configurations(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_ORJSON, _BEYOND_PYTHON):
        path = f"{api.things}/deep-{levels}"
        for manager, inner in (("one", b"1"), ("one", b"2"), ("other", b"2"), ("other", b"3"), ("one", b'{"b":{}}')):
            body = thing(nested(levels, inner=inner), name=b"deep-%d" % levels)
            noted(api, api.aside("PATCH", path, body, APPLY, fieldManager=manager))
        body = thing(b'{"b":1}', name=b"deep-%d" % levels)
        noted(api, api.aside("PATCH", path, body, APPLY, fieldManager="one", force="true"))
    noted(api, api.aside("PATCH", f"{api.things}/deep", thing(nested(_TOO_DEEP)), APPLY, fieldManager="one"))


@behaviour
def deep_yaml(api: Side) -> None:
    head = {"content-type": "application/yaml"}
    for levels in (_ORDINARY, _BEYOND_ORJSON, 1_200):
        flow = b"{a: " * levels + b"1" + b"}" * levels
        block = b"".join(b"%s%s\n" % (b" " * (5 + depth), b"a:") for depth in range(levels))
        block += b" " * (5 + levels) + b"b: 1\n"
        opening = b"apiVersion: ex.dev/v1\nkind: Thing\nmetadata:\n name: %s-%d\nspec:\n  owner: me\n  free: %s\n"
        noted(api, api.aside("POST", api.things, opening % (b"flow", levels, flow), head))
        noted(api, api.aside("POST", api.things, opening % (b"block", levels, b"\n" + block), head))
        noted(api, api.aside("POST", api.things, thing(nested(levels), name=b"json-%d" % levels), head))
    for value in (b"{a: " * _TOO_DEEP + b"1" + b"}" * _TOO_DEEP, b"[" * _TOO_DEEP):
        noted(api, api.aside("POST", api.things, b"a: " + value, head))


@behaviour
def deep_objects_as_yaml_and_laid_out(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_ORJSON, 600):
        path = f"{api.things}/deep-{levels}"
        api.aside("POST", api.things, thing(nested(levels, inner=b'[[],{},"x",{"b":null}]'), name=b"deep-%d" % levels))
        for head, query, field in (
            ({"accept": "application/yaml"}, {}, "  free:"),
            ({}, {"pretty": "true"}, '    "free":'),
        ):
            answer = api.aside("GET", path, None, head, **query)
            lines = answer.text.decode().rpartition(f"\n{field}")[2].splitlines()
            api.note([line for line in lines if line.startswith(" " * 5)])


@behaviour
def deep_schemas(api: Side) -> None:
    for levels in (60, 150, 400):
        schema: Any = {"type": "string"}
        for _ in range(levels):
            schema = {"type": "object", "properties": {"a": schema}}
        schema = {"type": "object", "properties": {"spec": schema}}
        kind = f"Deep{levels}"
        api.defined(definition(name=f"{kind.lower()}s", kind=kind, schema=schema, selectableFields=[]))
        path = f"/apis/ex.dev/v1/namespaces/{api.namespace}/{kind.lower()}s"
        body = b'{"apiVersion":"ex.dev/v1","kind":"%s","metadata":{"name":"one"},"spec":%s}'
        for inner in (b"1", b'{"a":1}', b'"x"'):
            noted(api, api.aside("POST", path, body % (kind.encode(), nested(levels, inner=inner))))
        noted(api, api.aside("PATCH", f"{path}/one", b'{"spec":%s}' % nested(levels, inner=b'"y"'), MERGE))
        noted(api, api.aside("PATCH", f"{path}/one", b'{"spec":%s}' % nested(levels, inner=b"2"), MERGE))
        api.gone(f"{DEFINITIONS}/{kind.lower()}s.ex.dev")


@behaviour
def options_of_a_deletion(api: Side) -> None:
    for levels in (_ORDINARY, _BEYOND_PYTHON, _NEAR_THE_END, _TOO_DEEP):
        api.aside("POST", api.config_maps, config_map())
        body = b'{"kind":"DeleteOptions","apiVersion":"v1","nobody":%s}' % nested(levels)
        noted(api, api.aside("DELETE", f"{api.config_maps}/one", body))
