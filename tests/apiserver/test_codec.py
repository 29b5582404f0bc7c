"""The codec by itself: what needs no server to be shown."""

import contextlib
import gzip
import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.apiserver.codec.builtin import complete, decode
from harness.apiserver.codec.duplicates import duplicates, names_twice, printed
from harness.apiserver.codec.generate import TARGETS, generate
from harness.apiserver.codec.internals import alike, difference, json_text
from harness.apiserver.codec.protobuf_in import read_message, unwrap
from harness.apiserver.codec.protobuf_out import wrap, write_message
from harness.apiserver.codec.reading import DecodeError
from harness.apiserver.codec.syntax import SyntaxProblem, check, parse
from harness.apiserver.codec.table import fields, go_type, model_of
from harness.apiserver.codec.times import MICROSECONDS, SECONDS, canonical
from harness.apiserver.codec.yaml import Document, YamlError

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "one", "labels": {"a": "b"}, "creationTimestamp": "2026-01-02T03:04:05Z"},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "i",
                "resources": {"limits": {"cpu": "500m"}},
                "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": -1},
                "env": [{"name": "E", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}],
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}],
        "terminationGracePeriodSeconds": 0,
    },
    "status": {"startTime": "2026-01-02T03:04:05Z"},
}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(alphabet="abz: #-'\"{[&*!|>%@`,?~ä€𐀀", max_size=5),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(alphabet="abc d", max_size=3), one, max_size=3),
    max_leaves=12,
)


def test_a_pod_goes_through_protobuf_unchanged() -> None:
    """Every kind of field is in it: embedded structs, pointers to zero, maps, times, quantities, ports."""
    _, _, message = unwrap(wrap("v1", "Pod", write_message(POD, "core/v1.Pod")))

    read, unknown = decode(read_message(message, "core/v1.Pod"), "core/v1.Pod")

    assert [] == unknown
    assert complete(POD, "core/v1.Pod") == complete(read | {"apiVersion": "v1", "kind": "Pod"}, "core/v1.Pod")


def test_what_is_complete_stays_as_it_is() -> None:
    """Completing twice adds nothing: else every update would be a change."""
    once = complete(POD, "core/v1.Pod")

    assert once == complete(once, "core/v1.Pod")
    assert {} == once["spec"]["volumes"][0].get("x", {})
    assert {"limits": {"cpu": "500m"}} == once["spec"]["containers"][0]["resources"]


def test_what_is_shared_with_the_stored_object_is_not_looked_at_again() -> None:
    """A status patch of a large built-in object costs what changed."""
    current = complete(POD, "core/v1.Pod")

    revised = complete(current | {"status": {}}, "core/v1.Pod", current)

    assert revised["spec"] is current["spec"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"spec": {"hostNetwork": "x", "hostPID": 1}}, "PodSpec.spec.hostNetwork of type bool"),
        ({"spec": {"volumes": [{"emptyDir": 1}]}}, "Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource"),
        ({"metadata": {"labels": {"a": []}}}, "cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type string"),
        ({"spec": {"containers": [{"resources": {"limits": {"cpu": "x"}}}], "hostPID": 1}}, "quantities must match"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_told_in_the_words_of_the_decoder(value, said: str) -> None:
    """The innermost struct, the whole path, the Go type; what decodes itself goes before what came earlier."""
    with pytest.raises(DecodeError, match=said):
        decode(value, "core/v1.Pod")


@pytest.mark.slow
@given(values)
@settings(max_examples=100)
def test_whatever_stands_in_a_field_is_taken_or_refused_in_words(value) -> None:
    """No value makes the decoder stumble."""
    for body in (
        {"spec": value},
        {"metadata": value},
        {"spec": {"containers": [{"ports": value, "resources": value}]}},
    ):
        try:
            read, _ = decode(body, "core/v1.Pod")
        except DecodeError:
            continue
        assert {} == complete(read, "core/v1.Pod")["status"]


@pytest.mark.slow
@given(st.binary(max_size=40) | st.text(alphabet='{}[]:,"\\u0123456789-+.eEtruefalsn \n', max_size=20).map(str.encode))
@settings(max_examples=200)
def test_the_scanner_takes_what_json_takes(text: bytes) -> None:
    """And nothing else: it only speaks when the fast parser has refused."""
    try:
        json.loads(text.decode("utf-8", "replace"), parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        with pytest.raises(SyntaxProblem):
            check(text)
    else:
        check(text)


@pytest.mark.slow
@given(st.binary(max_size=60))
@settings(max_examples=200)
def test_any_bytes_are_a_message_or_refused_in_words(data: bytes) -> None:
    """Truncated, nonsense, endless varints."""
    with contextlib.suppress(DecodeError):
        read_message(data, "core/v1.Pod")


@pytest.mark.slow
@given(values)
@settings(max_examples=100)
def test_json_is_yaml(value) -> None:
    """What is JSON means the same read as YAML."""
    text = json.dumps(value, ensure_ascii=False)

    assert value == Document(text.encode()).value


def test_deep_yaml_is_refused_without_recursion() -> None:
    """The parser behind is C and Python: neither may overflow."""
    with pytest.raises(YamlError, match="exceeded max depth of 10000"):
        Document(b"[" * 20_000)


def test_aliases_may_not_explode() -> None:
    """Nine times nine times nine: a kilobyte of text, gigabytes of objects."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    with pytest.raises(YamlError, match="excessive aliasing"):
        Document("\n".join(lines).encode())


def test_numbers_beyond_64_bits_and_halves_of_characters_are_read_leniently() -> None:
    """Go reads them; what cannot be kept exactly becomes a float, or the replacement character."""
    assert [1e30, "\ufffd"] == parse(b'[1000000000000000000000000000000, "\\ud800"]')


@pytest.mark.parametrize(
    ("text", "layout", "printed"),
    [
        ("2026-01-02T03:04:05+02:00", SECONDS, "2026-01-02T01:04:05Z"),
        ("2026-01-02T03:04:05.999Z", SECONDS, "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.000001Z", MICROSECONDS, "2026-01-02T03:04:05.000001Z"),
        ("0001-01-01T00:00:00Z", SECONDS, None),
        ("0099-01-01T00:00:00Z", SECONDS, "0099-01-01T00:00:00Z"),
    ],
)
def test_times_are_printed_in_utc(text: str, layout: str, printed: str | None) -> None:
    """In the precision of their type; Go's zero time is none."""
    assert printed == canonical(text, layout)


def test_fields_named_twice_are_found_where_they_come_again() -> None:
    """In lists, too; a body without them is not read a second time."""
    body = b'{"a":[{"b":1,"b":2}],"c":1,"a":[]}'

    assert not names_twice(b'{ "a" : "x\\"y" }', printed({"a": 'x"y'}))
    assert names_twice(body, printed(json.loads(body)))
    assert ["a[0].b", "a"] == list(duplicates(body)[0])


def test_the_table_knows_every_kind_and_how_go_names_its_types() -> None:
    """Kinds of groups whose names and packages differ, too."""
    assert "rbac/v1.Role" == model_of("rbac.authorization.k8s.io/v1", "Role")
    assert "meta/v1.DeleteOptions" == model_of("v1", "DeleteOptions")
    assert not model_of("ex.dev/v1", "Thing")
    assert "map[string]resource.Quantity" == go_type("map[string]resource.Quantity")
    assert ["", "metadata", "spec", "status"] == [field.name for field in fields("core/v1.Pod")]


def test_the_server_shows_its_own_structs() -> None:
    """Every field, by its name in Go; what a pod's spec says of its host stands in the security context there."""
    text = json_text({"hostNetwork": True, "containers": []}, "core.PodSpec")

    assert text.startswith('{"Volumes":null,"InitContainers":null,"Containers":[],"EphemeralContainers":null,')
    assert '"SecurityContext":{"HostNetwork":true,"HostPID":false,' in text


def test_a_difference_is_a_unified_one_without_files() -> None:
    """As Go's port of Python's difflib prints it."""
    old, new = ([{"key": "a", "operator": "In", "values": [one]}] for one in ("<b>", "c"))

    shown = difference(old, new, "[]core.NodeSelectorRequirement")

    assert """@@ -3,7 +3,7 @@
   "Key": "a",
   "Operator": "In",
   "Values": [
-   "\\u003cb\\u003e"
+   "c"
   ]
  }
 ]
""" == shown  # fmt: skip


def test_an_empty_list_is_none_to_the_server() -> None:
    """An update that writes one where there was none changes nothing; an empty struct is something."""
    assert alike({"volumes": [], "nodeSelector": {}}, {}, "core.PodSpec")
    assert not alike({"affinity": {}}, {}, "core.PodSpec")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_committed_tables_are_what_the_generator_makes(name: str) -> None:
    """They are made by a program, never by hand."""
    sources = Path(__file__).parents[2] / "tools" / "kubernetes"
    if shutil.which("go") is None or not sources.is_dir():
        pytest.skip("needs Go and the module sources of Kubernetes")
    committed = files("harness.apiserver.codec").joinpath(name).read_bytes()

    assert gzip.decompress(committed) == gzip.decompress(generate(name))
