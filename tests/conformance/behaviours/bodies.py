"""What is wrong with bodies before anybody looks at the object."""

import gzip

from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side

YAML = {"content-type": "application/yaml"}
PROTOBUF = {"content-type": "application/vnd.kubernetes.protobuf"}


@behaviour
def malformed_json(api: Side) -> None:
    api.post(api.things, b'{"kind": "Thing",')
    api.post(api.things, b"")
    api.post(api.things, b"[]")


@behaviour
def every_way_to_malform_json(api: Side) -> None:
    for body in (
        b'{"a":}', b'{"a"}', b'{"a":1,}', b"{,}", b'{"a":1 "b":2}', b"{1:2}", b"[1,]", b"[1 2]", b"[", b"[}", b"{]", b"nul",
        b"nulx", b"tru", b"trux", b"fals3", b'"abc', b'"a\\x"', b'"a\\u12g4"', b'"a\nb"', b'"a\tb"', b"01", b"-", b"-x", b"1.",
        b"1.x", b"1e", b"1ex", b"1e+", b"+1", b".5", b"{} {}", b"{}x", b"'a'", b"\xef\xbb\xbf{}", b"\x00", b'{"a":\x7f}',
        b'{"a":\xc3\xa9}', b"NaN", b"Infinity", b'{"a":NaN}', b"/", b'{"a":"\\', b"{\\}",
    ):  # fmt: skip
        api.post(api.config_maps, body)


@behaviour
def values_that_are_no_objects(api: Side) -> None:
    for body in (
        b"null",
        b"5",
        b'"x"',
        b"true",
        b"[]",
        b" ",
        b"{}",
        b'{"kind":5}',
        b'{"apiVersion":{}}',
        b'{"kind":null}',
    ):
        api.post(api.config_maps, body)
        api.post(api.things, body)


@behaviour
def texts_that_are_no_utf8(api: Side) -> None:
    body = b'{"apiVersion":"ex.dev/v1","kind":"Thing","metadata":{"name":"%s"},"spec":{"owner":"%s"}}'
    api.post(api.things, body % (b"bytes", b"a\xff\xfe"))
    api.post(api.things, body % (b"escapes", b"a\\u0000b\\ud800"))
    api.post(api.config_maps, b'{"metadata":{"name":"one"},"data":{"a":"\xff","b":"\\ud83d\\ude00","c":"\\u0000"}}')


@behaviour
def a_body_that_is_too_large(api: Side) -> None:
    big = b'{"metadata":{"name":"one"},"data":{"a":"' + b"x" * 3_200_000 + b'"}}'
    api.post(api.config_maps, big)
    api.request("PUT", f"{api.config_maps}/one", big)
    api.request("PATCH", f"{api.config_maps}/one", big, head=MERGE)


@behaviour
def a_body_that_is_too_deep(api: Side) -> None:
    api.post(api.config_maps, b'{"a":' * 10_001 + b"1" + b"}" * 10_001)
    api.post(api.config_maps, b"[" * 10_001)
    api.request("PATCH", f"{api.config_maps}/one", b'{"a":' * 10_001, head=MERGE)


@behaviour
def patches_that_are_cut_off(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    for path in (f"{api.config_maps}/one",):
        for body in (b'{"data":{"a":', b'{"data"', b"{"):
            api.request("PATCH", path, body, head=MERGE)


@behaviour
def an_unknown_content_type(api: Side) -> None:
    api.request("POST", api.things, thing(), head={"content-type": "text/plain"})


@behaviour
def content_types(api: Side) -> None:
    for media in ("application/json; charset=utf-8", "application/json;", "APPLICATION/JSON", "application/json; ; =",
                  "application/json;x", "application/cbor", "application/merge-patch+json", "json", " ", "application/xml",
                  'application/json; a="b c"'):  # fmt: skip
        api.request("POST", api.config_maps, {}, head={"content-type": media})
        api.request("PUT", f"{api.things}/one", {}, head={"content-type": media})


@behaviour
def no_content_type(api: Side) -> None:
    api.request("POST", api.config_maps, config_map(), head={"content-type": None})


@behaviour
def a_compressed_body(api: Side) -> None:
    api.request("POST", api.config_maps, gzip.compress(b"{}", mtime=0), head={"content-encoding": "gzip"})


@behaviour
def an_unacceptable_accept(api: Side) -> None:
    api.request("GET", api.things, head={"accept": "text/plain"})


@behaviour
def objects_in_yaml(api: Side) -> None:
    text = b"# a comment\nmetadata:\n  name: one\n  labels: {a: 'b'}\ndata:\n  a: \"1\"\n  b: |\n    two\n    lines\n"
    api.request("POST", api.config_maps, text, head=YAML)
    api.request(
        "PUT", f"{api.config_maps}/one", b"metadata: {name: one}\ndata:\n  a: >-\n    folded\n    text\n", head=YAML
    )
    api.request(
        "POST", api.things, b"apiVersion: ex.dev/v1\nkind: Thing\nmetadata: {name: one}\nspec: {owner: a}", head=YAML
    )
    api.request("POST", api.config_maps, b'{"metadata":{"name":"json"},"data":{"a":"b"}}', head=YAML)


@behaviour
def what_scalars_of_yaml_mean(api: Side) -> None:
    for word in ("y", "n", "on", "Off", "TRUE", "~", "null", "0o17", "0777", "089", "1_0", "+5", "-0", ".5", "1.", "1e3",
                 "1.5e+3", ".NaN", "-.inf", "0x1F", "0b11", "1:30", "99999999999999999999", "1.0",
                 "1e400", '"a"', "'b'", "2001-1-1", "2001-01-01T00:00:00Z", "=", "<<", "!!str 5", "!!int '5'", "!foo x",
                 "!!binary aGk=", "!!float 5", "!!int x", "-", "- a", "a: b: c", "*x", "@", "`", "%", "&x y", "[a, b", "{a"):  # fmt: skip
        text = f"apiVersion: ex.dev/v1\nkind: Thing\nmetadata: {{name: q}}\nspec:\n owner: a\n free:\n  v: {word}\n"
        answer = api.aside("POST", api.things, text.encode(), YAML, dryRun="All")
        found = (answer.json.get("spec") or {}).get("free")
        api.transcript.append({"asked": word, "found": found, "said": answer.json.get("message")})


@behaviour
def what_keys_of_yaml_may_be(api: Side) -> None:
    for word in (
        "y",
        "1.5",
        "~",
        "1",
        "0x10",
        "1e3",
        "2001-01-01",
        "[a]",
        "{a: b}",
        "1.0",
        "100000000000000000000",
        ".inf",
    ):
        text = (
            f"apiVersion: ex.dev/v1\nkind: Thing\nmetadata: {{name: q}}\nspec:\n owner: a\n free:\n  ? {word}\n  : 1\n"
        )
        answer = api.aside("POST", api.things, text.encode(), YAML, dryRun="All")
        found = (answer.json.get("spec") or {}).get("free")
        api.transcript.append({"asked": word, "found": found, "said": answer.json.get("message")})


@behaviour
def malformed_yaml(api: Side) -> None:
    for body in (
        b"", b"---\n", b"- a\n", b"x", b"a: b\n- c", b"\ta: b\n", b"a: {b\n", b"a: b: c\n", b'a: "b\n', b"a: [b,\n", b"a: *y\n",
        b"metadata:\n  name: yy\n  labels:\n   - a\n  b\n: :", b"%YAML 1.2\n---\na: b\n", b"a: \xff\n", b'a: "x\x00"\n',
        b"a: " + b"[" * 20, b"a: " + b"[" * 10_050, b"a: 'x", b"{}\n}", b"? a\n: b\n? a", b"a:\n  b\n c: d", b"<<: 5",
    ):  # fmt: skip
        api.request("POST", api.config_maps, body, head=YAML)


@behaviour
def several_documents_and_aliases(api: Side) -> None:
    text = b"x: &x {a: '1'}\nmetadata: {name: one}\ndata:\n  <<: *x\n  b: '2'\n---\nmetadata: 5\n"
    api.request("POST", api.config_maps, text, head=YAML)
    bomb = b'a: &a ["x","x","x","x","x","x","x","x","x"]\n'
    for one, other in zip("abcde", "bcdef", strict=True):
        bomb += f"{other}: &{other} [{','.join([f'*{one}'] * 9)}]\n".encode()
    api.request("POST", api.config_maps, bomb, head=YAML)


@behaviour
def keys_that_yaml_repeats(api: Side) -> None:
    text = b"metadata:\n  name: NAME\n  labels: {a: '1', \"a\": '2'}\ndata:\n  a: '1'\n  b: x\n  a: '2'\nzz: 1\n"
    for number, word in enumerate(("Strict", "Warn", "Ignore")):
        body = text.replace(b"NAME", b"n%d" % number)
        api.request("POST", api.config_maps, body, head=YAML, query={"fieldValidation": word})


@behaviour
def malformed_protobuf(api: Side) -> None:
    for body in (b"", b"{}", b"k8s", b"k8s\x00", b"k8s\x00abc", b"k8s\x00\x0a", b"k8s\x00\x00", b"k8s\x00\x0f",
                 b"k8s\x00\x0a\x00\x12\x03abc", b"k8s\x00\x0a\x00\x12\x02\x08\x01", b"k8s\x00\x0a\x00\x12\x02\x00\x01",
                 b"k8s\x00" + b"\xff" * 11):  # fmt: skip
        api.request("POST", api.config_maps, body, head=PROTOBUF)


@behaviour
def objects_in_protobuf(api: Side) -> None:
    first = api.setup(api.config_maps, config_map(a="1", b="")).json["metadata"]["name"]
    for path, name in ((api.config_maps, first),):
        body = api.aside("GET", f"{path}/{name}", None, {"accept": PROTOBUF["content-type"]}).text
        api.request("PUT", f"{path}/{name}", body.replace(b"\n\x01a\x12\x011", b"\n\x01a\x12\x012"), head=PROTOBUF)
        api.request("POST", path, body, head=PROTOBUF)
    options = b"k8s\x00\n\x13\n\x02v1\x12\rDeleteOptions\x12\x0c\x22\nBackground"
    api.request("DELETE", f"{api.config_maps}/one", options, head=PROTOBUF)
