"""fieldValidation: unknown and repeated fields, warned of, refused or passed over."""

from typing import Any

from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side

WORDS = ("Strict", "Warn", "Ignore")
TWICE = (
    b'{"metadata":{"name":"NAME","name":"NAME","foo":1,"labels":{"x":"1","x":"2"}},'
    b'"bar":1,"data":{"a":"1","a":"2"},"bar":2,"data":{"a":"1"}}'
)


def _each(api: Side, path: str, body: bytes) -> None:
    for number, word in enumerate(WORDS):
        api.request("POST", path, body.replace(b"NAME", b"n%d" % number), query={"fieldValidation": word})


def pods(api: Side) -> str:
    return f"/api/v1/namespaces/{api.namespace}/pods"


@behaviour
def fields_of_a_config_map(api: Side) -> None:
    _each(api, api.config_maps, TWICE)


@behaviour
def nested_fields_of_a_built_in_kind(api: Side) -> None:
    body = {
        "metadata": {"name": "one", "ownerReferences": [{"zip": 1}]},
        "spec": {
            "zzz": 1,
            "containers": [{"name": "a", "imag": "b"}, {"name": "b", "ports": [{"x": 1}], "livenessProbe": {"y": {}}}],
            "volumes": [{"name": "v", "emptyDir": {"z": 1}, "w": 2}],
        },
        "aaa": 1,
    }
    api.post(pods(api), body, fieldValidation="Strict")


@behaviour
def names_differ_by_case(api: Side) -> None:
    api.post(api.config_maps, {"Metadata": {"name": "a"}, "metadata": {"Name": "b", "name": "b"}, "DATA": {"a": "1"}})


@behaviour
def fields_of_a_custom_object(api: Side) -> None:
    _each(
        api,
        api.things,
        b'{"apiVersion":"ex.dev/v1","kind":"Thing","zz":1,"metadata":{"name":"NAME","zoo":1,"foo":1,'
        b'"labels":{"x":"1","x":"2"},"ownerReferences":[]},"bar":1,'
        b'"spec":{"owner":"a","owner":"b","zz":1,"aa":2,"free":{"x":1,"x":2}},"bar":2}',
    )


@behaviour
def unknown_metadata_of_a_custom_object(api: Side) -> None:
    odd = {"zoo": 1, "foo": {"x": 1}, "managedFields": [{"manager": "m", "odd": 1}]}
    api.post(api.things, thing(metadata=odd), fieldValidation="Strict")
    api.post(api.things, thing(metadata={"zoo": 1, "foo": {"x": 1}}))


@behaviour
def under_a_version_that_is_not_there(api: Side) -> None:
    for word in WORDS:
        api.post(api.things, thing() | {"apiVersion": "ex.dev/v2", "more": 1}, fieldValidation=word)


@behaviour
def on_update(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.setup(api.things, thing())
    for word in WORDS:
        api.put(f"{api.config_maps}/one", config_map(a="2") | {"more": 1}, fieldValidation=word)
        version = api.peek(f"{api.things}/one").json["metadata"]["resourceVersion"]
        body = thing(odd=1, metadata={"resourceVersion": version})
        api.put(f"{api.things}/one", body, fieldValidation=word)


JSON_PATCH = {"content-type": "application/json-patch+json"}


def _patched(api: Side, path: str, body: Any, head: dict[str, str]) -> None:
    """Patch under each word; of a refusal, which shows the whole object as it happens to be ordered, only the end counts."""
    for word in WORDS:
        answer = api.aside("PATCH", path, body, head, fieldValidation=word)
        message = str(answer.json.get("message", "")).rpartition('": ')[2]
        shown = {"status": answer.status, "warning": answer.headers.get("warning"), "message": message}
        api.transcript.append({"asked": f"patch of {path} under {word}", **shown})


@behaviour
def in_a_merge_patch(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.setup(api.things, thing())
    _patched(api, f"{api.config_maps}/one", {"more": 1, "metadata": {"odd": 1}}, MERGE)
    _patched(api, f"{api.things}/one", {"spec": {"odd": 1}, "metadata": {"odd": 1}}, MERGE)


@behaviour
def twice_in_a_merge_patch(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.setup(api.things, thing())
    _patched(api, f"{api.config_maps}/one", b'{"data":{"a":"2","a":"3"},"more":1}', MERGE)
    _patched(api, f"{api.things}/one", b'{"spec":{"size":2,"size":3,"odd":1}}', MERGE)


@behaviour
def in_a_json_patch(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.setup(api.things, thing())
    _patched(api, f"{api.config_maps}/one", [{"op": "add", "path": "/more", "value": 1}], JSON_PATCH)
    _patched(api, f"{api.things}/one", [{"op": "add", "path": "/spec/odd", "value": 1}], JSON_PATCH)
    _patched(api, f"{api.things}/one", b'[{"op":"add","path":"/spec/size","value":1,"value":2}]', JSON_PATCH)


@behaviour
def a_wrong_type_in_a_patch(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.setup(api.things, thing())
    _patched(api, f"{api.config_maps}/one", {"data": {"a": 1}}, MERGE)
    _patched(api, f"{api.config_maps}/one", {"data": 1, "more": 1}, MERGE)
    _patched(api, f"{api.things}/one", {"metadata": {"labels": {"a": 1}}}, MERGE)


@behaviour
def many_and_long_ones(api: Side) -> None:
    api.post(api.config_maps, config_map("few") | {"x" * 300 + str(n): 1 for n in range(12)})
    api.post(api.config_maps, config_map("many") | {"x" * 300 + str(n): 1 for n in range(20)})
    api.post(api.config_maps, config_map("most") | {f"x{n}": 1 for n in range(60)})


@behaviour
def escaped_names(api: Side) -> None:
    odd: dict[str, Any] = {'quo"te': 1, "tab\t": 1, "ä": 1, "": 1, "dot.ted": 1}
    api.post(api.config_maps, config_map("plain") | odd)
    api.request("POST", api.config_maps, b'{"metadata":{"name":"a","n\\u0061me":"b"},"d\\u0061ta":{"k":"v"}}')


@behaviour
def with_a_problem_of_another_kind(api: Side) -> None:
    api.post(api.config_maps, {"metadata": {"name": "Not Good"}, "more": 1})
    api.post(api.things, thing("Not Good", odd=1))
    api.post(api.config_maps, {"metadata": {"name": "x"}, "more": 1, "data": 5}, fieldValidation="Strict")


@behaviour
def an_unknown_word(api: Side) -> None:
    api.post(api.config_maps, config_map(), fieldValidation="strict")
