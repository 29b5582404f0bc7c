"""Objects that are nested as deep as Go's decoder goes."""

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.apiserver import ApiServer, Reply, Request, ServerSettings, Subscription
from harness.apiserver.codec.duplicates import duplicates
from harness.apiserver.codec.yaml_out import _events, to_yaml
from harness.apiserver.jsontext import _written, dumps, laid_out, loads, read, too_deep
from harness.apiserver.messages import ADMINISTRATOR

from .fronts import ManualClock, new_server
from .samples import CRDS, THINGS, definition

MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"
DEPTHS = [300, 1_500, 9_000]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def nested(levels: int, inner: str = "1") -> str:
    return '{"a":' * levels + inner + "}" * levels


def thing(value: str) -> bytes:
    head = '{"apiVersion":"ex.dev/v1","kind":"Thing","metadata":{"name":"one"}'
    return f'{head},"spec":{{"owner":"me","free":{value}}}}}'.encode()


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Ask a server that serves the sample kind."""
    server: ApiServer = new_server(ManualClock(), ServerSettings())

    def ask(method: str, path: str, body: bytes = b"", media: str = "application/json", **query: str) -> Any:
        return server.handle(Request(method, path, query, {"content-type": media}, body, ADMINISTRATOR))

    assert 201 == ask("POST", CRDS, json.dumps(definition()).encode()).status
    return ask


def life(ask: Callable[..., Any], levels: int) -> list[int]:
    """Do everything to a deep object that walks it; return the statuses."""
    one = f"{THINGS}/one"
    seen: list[bytes] = []
    watch = ask("GET", THINGS, watch="true")
    assert isinstance(watch, Subscription)
    watch.attach(seen.append, lambda: None)
    answers = [
        ask("POST", THINGS, thing(nested(levels))),
        ask("PATCH", one, b'{"metadata":{"labels":{"a":"b"}}}', MERGE),
        ask("PATCH", one, f'{{"spec":{{"free":{nested(levels, "[null]")}}}}}'.encode(), MERGE),
        ask("PATCH", one, thing(nested(levels, "[2]")), APPLY, fieldManager="other", force="true"),
        ask("PATCH", one, thing('{"b":3}'), APPLY, fieldManager="other"),
        ask("GET", one),
        ask("GET", THINGS),
        ask("DELETE", one),
    ]
    watch.close()
    assert 6 == len(seen)
    return [one.status for one in answers if isinstance(one, Reply)]


@pytest.mark.slow
@pytest.mark.parametrize("levels", DEPTHS)
def test_an_object_of_any_depth_is_stored_changed_watched_and_deleted(ask: Callable[..., Any], levels: int) -> None:
    """The real server takes 10,000 levels: what a client nests is no reason to refuse it."""
    assert [201, 200, 200, 200, 200, 200, 200, 200] == life(ask, levels)


@pytest.mark.slow
def test_depth_takes_no_stack_of_the_machine(ask: Callable[..., Any]) -> None:
    """Or a client could end the process: a walker that calls itself through a built-in function does, on a small stack."""
    found: list[int] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.extend(life(ask, 9_000)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()

    assert [201, 200, 200, 200, 200, 200, 200, 200] == found


def test_the_limit_of_the_process_is_what_it_was(ask: Callable[..., Any]) -> None:
    """It is everybody's: code of others counts on it to find its endless recursion."""
    before = sys.getrecursionlimit()

    assert 201 == ask("POST", THINGS, thing(nested(600))).status

    assert before == sys.getrecursionlimit()


def test_an_object_that_only_its_owners_make_too_deep_is_refused(ask: Callable[..., Any]) -> None:
    """What is stored must be readable; the real server stores it, and can never read it again."""
    answer = ask("POST", THINGS, thing(nested(9_996)))

    assert (500, "invalid character '{' exceeded max depth") == (answer.status, orjson.loads(answer.body)["message"])
    assert 404 == ask("GET", f"{THINGS}/one").status


def test_an_object_whose_owners_are_too_deep_has_none(ask: Callable[..., Any]) -> None:
    """As on the real server, which cannot write them down."""
    answer = ask("POST", THINGS, thing(nested(9_998)))

    assert 201 == answer.status
    assert b"managedFields" not in answer.body


@pytest.mark.parametrize("levels", [100, 150, 400])
def test_a_schema_may_be_as_deep_as_its_objects(ask: Callable[..., Any], levels: int) -> None:
    """The library that tells quickly whether an object is valid stops at 125 levels; ours goes on."""
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    deep = definition() | {"metadata": {"name": "deeps.ex.dev"}}
    names = {"plural": "deeps", "singular": "deep", "kind": "Deep", "listKind": "DeepList"}
    version = {"name": "v1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": {"type": "object", "properties": {"spec": schema}}}
    deep["spec"] = {"group": "ex.dev", "scope": "Namespaced", "names": names, "versions": [version]}
    path = "/apis/ex.dev/v1/namespaces/default/deeps"
    body = '{{"apiVersion":"ex.dev/v1","kind":"Deep","metadata":{{"name":"one"}},"spec":{}}}'

    assert 201 == ask("POST", CRDS, json.dumps(deep).encode()).status
    assert 422 == ask("POST", path, body.format(nested(levels)).encode()).status
    assert 201 == ask("POST", path, body.format(nested(levels, '"x"')).encode()).status


@given(values)
def test_what_orjson_reads_and_writes_is_read_and_written_alike(value: Any) -> None:
    """The slow way must not be another way."""
    text = orjson.dumps(value)

    assert value == read(text.decode()) == loads(text)
    assert text == _written(value, sort_keys=False) == dumps(value)
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == _written(value, sort_keys=True)


@given(values)
def test_yaml_is_written_alike(value: Any) -> None:
    """As PyYAML writes it, which has no stack for what is deep."""
    import yaml  # noqa: PLC0415

    text = yaml.emit(_events(value), Dumper=yaml.CSafeDumper, allow_unicode=True).encode()

    assert to_yaml(value) == text


def test_deep_json_is_laid_out_for_people() -> None:
    """Orjson has no stack for it."""
    assert b'{\n  "a": {}\n}' == laid_out(b'{"a":{}}')
    text = laid_out(nested(300, '[[],{},"x",{"b":null}]').encode()).decode().splitlines()

    assert '{|  "a": {|    "a": {' == "|".join(text[:3])
    inner = 2 * 300
    assert ["[],", "{},", '"x",', "{", '  "b": null', "}"] == [line[inner + 2 :] for line in text[301:307]]


@pytest.mark.parametrize(("levels", "bracket"), [(10_000, ""), (10_001, "{")])
def test_the_level_that_is_one_too_many_is_known_by_its_bracket(levels: int, bracket: str) -> None:
    """The message names it."""
    assert bracket == too_deep(read(nested(levels - 1, "{}")))


def test_fields_that_are_named_twice_are_found_at_any_depth() -> None:
    """A body of 2,000 levels is told of its repeated fields, too."""
    again, _ = duplicates(nested(2_000, '[{"b":1},{"b":1,"b":2}]').encode())

    assert ["a." * 1_999 + "a[1].b"] == list(again)
