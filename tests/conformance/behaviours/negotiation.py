"""The form of a reply: what the Accept header asks for, and what is refused."""

import re

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side

PROTOBUF = "application/vnd.kubernetes.protobuf"


def _get(api: Side, path: str, accept: str, **query: str) -> None:
    api.request("GET", path, head={"accept": accept}, query=query)


@behaviour
def nothing_in_common(api: Side) -> None:
    for path in (api.config_maps, f"{api.config_maps}/one", api.things, f"{api.things}/one"):
        for accept in ("text/plain", "text/*", "application/cbor", "application/*", "APPLICATION/JSON"):
            _get(api, path, accept)


@behaviour
def nothing_in_common_for_a_write(api: Side) -> None:
    for path, body in ((api.config_maps, config_map()), (api.things, thing())):
        api.request("POST", path, body, head={"accept": "text/plain"})
        api.get(f"{path}/one")


@behaviour
def how_bodies_are_laid_out(api: Side) -> None:
    """Go's encoder ends with a newline, and its indented form does not."""
    for path, body in ((api.config_maps, config_map()), (api.things, thing())):
        for wanted in (body, b"[]", body):
            api.laid_out(path, "POST", wanted)
        for query in ({}, {"pretty": "1"}, {"watch": "1", "timeoutSeconds": "1", "resourceVersion": "0"}):
            api.laid_out(path, **query)
            api.laid_out(f"{path}/one", **query)
            api.laid_out(f"{path}/none", **query)
        api.laid_out(f"{path}/one", "DELETE")
        api.laid_out(path, "PUT", body)
    for path in ("", "/", "/api", "/apis", "/api/v1", "/apis/apps", "/apis/apps/v1", "/version", "/apis/none.dev/v1"):
        api.laid_out(path)
    for path in ("/healthz", "/readyz?verbose", "/openapi/v3", "/openapi/v3/version", "/none", "/openid/v1/jwks"):
        api.laid_out(path)
    review = {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"}
    api.laid_out("/apis/authentication.k8s.io/v1/selfsubjectreviews", "POST", review)
    for kind in ("Table", "PartialObjectMetadataList"):
        _get(api, api.config_maps, f"application/json;as={kind};g=meta.k8s.io;v=v1")


@behaviour
def the_order_of_fields(api: Side) -> None:
    """Custom objects are maps, written in the order of names; built-in ones are structs, in that of their types."""
    one = thing()
    one["spec"] = dict(reversed(one["spec"].items()))
    api.in_order(api.things, "POST", one)
    api.setup(api.config_maps, {"data": {"b": "1", "a": "2"}, "immutable": False, "metadata": {"name": "one"}})
    api.setup(api.core("services"), {"spec": {"ports": [{"port": 80, "name": "a"}]}, "metadata": {"name": "one"}})
    for path in (
        f"{api.things}/one",
        api.things,
        f"{api.config_maps}/one",
        api.config_maps,
        f"{api.core('services')}/one",
    ):
        api.in_order(path)


@behaviour
def parameters_that_cannot_be_met(api: Side) -> None:
    for path in (api.config_maps, api.things):
        _get(api, path, "application/json;stream=other")
        _get(api, path, "application/json;as=Odd;g=meta.k8s.io;v=v1")
        _get(api, path, "application/json;as=Table;g=meta.k8s.io;v=v9")
        _get(api, path, f"{PROTOBUF};as=Table;g=meta.k8s.io;v=v1")


@behaviour
def parameters_that_mean_nothing(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    _get(api, f"{api.config_maps}/one", "application/json;foo=bar;q=x")
    _get(api, f"{api.config_maps}/one", "application/json;q=0")
    _get(api, f"{api.config_maps}/one", "text/plain, application/json;q=0.1")


@behaviour
def weights(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    _get(api, f"{api.config_maps}/one", "application/yaml;q=0.5, application/json;q=0.9")
    _get(api, f"{api.config_maps}/one", "application/json;q=0.5, application/yaml;q=0.9")
    _get(api, f"{api.config_maps}/one", "application/json;as=Odd;g=meta.k8s.io;v=v1, application/yaml")


@behaviour
def yaml_replies(api: Side) -> None:
    yaml = {"accept": "application/yaml"}
    api.request("POST", api.config_maps, config_map(text="a: b\n- c", number="5", empty=""), head=yaml)
    api.request("POST", api.things, thing(size=3, tags=["a"]), head=yaml)
    for path in (api.config_maps, api.things):
        _get(api, path, "application/yaml", labelSelector="none")
        _get(api, f"{path}/one", "application/yaml")
        _get(api, f"{path}/other", "application/yaml")
        api.request("DELETE", f"{path}/one", head=yaml)


@behaviour
def protobuf_replies(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1", b=""))
    _get(api, f"{api.config_maps}/one", PROTOBUF)
    _get(api, f"{api.config_maps}/other", PROTOBUF)
    _get(api, api.config_maps, PROTOBUF, labelSelector="none")
    api.request("DELETE", f"{api.config_maps}/one", head={"accept": PROTOBUF})


@behaviour
def protobuf_of_every_kind_of_value(api: Side) -> None:
    api.request("POST", f"/api/v1/namespaces/{api.namespace}/secrets", SECRET, head={"accept": PROTOBUF})
    api.request(
        "POST",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        ROLE,
        head={"accept": PROTOBUF},
        query={"dryRun": "All"},
    )
    leases = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
    api.request("POST", leases, LEASE, head={"accept": PROTOBUF})


SECRET = {
    "metadata": {"name": "one", "labels": {"b": "1", "a": "2"}, "annotations": {"text": "ä€"}},
    "data": {"z": "aGk=", "a": ""},
    "type": "ex.dev/odd",
    "immutable": True,
}
ROLE = {
    "metadata": {"name": "negotiation-one"},
    "rules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
    "aggregationRule": {"clusterRoleSelectors": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]},
}
LEASE = {
    "metadata": {"name": "one"},
    "spec": {
        "holderIdentity": "me",
        "leaseDurationSeconds": 15,
        "leaseTransitions": 0,
        "acquireTime": "2026-01-02T03:04:05.678901Z",
    },
}


@behaviour
def protobuf_of_custom_objects(api: Side) -> None:
    api.setup(api.things, thing())
    _get(api, api.things, PROTOBUF)
    _get(api, f"{api.things}/one", PROTOBUF)
    _get(api, f"{api.things}/one", f"{PROTOBUF}, application/json")
    _get(api, f"{api.things}/one", f"{PROTOBUF}, text/plain")


@behaviour
def protobuf_metadata_of_custom_objects(api: Side) -> None:
    api.setup(api.things, thing(metadata={"labels": {"a": "b"}}))
    _get(api, f"{api.things}/one", f"{PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1")


@behaviour
def metadata_alone_in_yaml(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    _get(api, f"{api.config_maps}/one", "application/yaml;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")


@behaviour
def an_error_in_any_case(api: Side) -> None:
    _get(api, f"{api.things}/none", "application/yaml")
    _get(api, f"{api.things}/none", PROTOBUF)
    _get(api, f"{api.config_maps}/none", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")


@behaviour
def indented_replies(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    path = f"{api.config_maps}/one"
    for query in ({"pretty": "true"}, {"pretty": "1"}, {"pretty": "0"}, {"pretty": "odd"}, {"pretty": ""}):
        _shape(api, path, {}, query)
    _shape(api, path, {"accept": "application/json;pretty=1"}, {})
    _shape(api, path, {"user-agent": "curl/8.0"}, {})
    _shape(api, f"{path}s", {"user-agent": "curl/8.0"}, {})
    _shape(api, path, {"user-agent": "Mozilla/5.0 (X11)"}, {"pretty": "false"})


def _shape(api: Side, path: str, head: dict[str, str], query: dict[str, str]) -> None:
    text = api.request("GET", path, head=head, query=query).text
    api.transcript.append({"asked": f"shape of {path}", "lines": text.rstrip(b"\n").count(b"\n")})


@behaviour
def watches_in_other_forms(api: Side) -> None:
    for path in (api.config_maps, api.things):
        _get(api, path, "application/yaml", watch="true", timeoutSeconds="1")
        _get(api, path, "text/plain", watch="true", timeoutSeconds="1")
    _get(api, api.things, PROTOBUF, watch="true", timeoutSeconds="1")


@behaviour
def a_watch_in_protobuf(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    _get(api, api.config_maps, PROTOBUF, watch="true", timeoutSeconds="1")
    _get(api, api.config_maps, f"{PROTOBUF};stream=watch", watch="true", timeoutSeconds="1")


@behaviour(sockets="in memory nothing travels, and nothing is compressed")
def large_objects_are_compressed_for_those_who_ask(api: Side) -> None:
    api.setup(api.config_maps, config_map("a", a="x" * 70_000))
    api.setup(api.things, thing("a", free={"a": "x" * 140_000}))
    for coding in ("gzip", "deflate,  gzip,br", "gzip;q=1", "GZIP", "deflate", "identity, gzip"):
        _coded(api, f"{api.config_maps}/a", coding)
        _coded(api, f"{api.things}/a", coding)
    api.setup(api.config_maps, config_map("b", a="x" * 70_000))
    for query in ({}, {"limit": "1"}, {"watch": "1", "timeoutSeconds": "1", "resourceVersion": "0"}):
        _coded(api, api.config_maps, "gzip", **query)
        _coded(api, api.things, "gzip", **query)
    for accept in ("application/yaml", PROTOBUF, "application/json;as=Table;g=meta.k8s.io;v=v1"):
        _coded(api, api.config_maps, "gzip", accept)
    api.request("POST", api.config_maps, config_map("c", a="x" * 140_000), head={"accept-encoding": "gzip"})
    api.request("DELETE", f"{api.things}/a", head={"accept-encoding": "gzip"})


@behaviour
def documents_that_are_compressed(api: Side) -> None:
    """Bodies are looked at elsewhere."""
    paths = (
        "/api/v1",
        "/apis",
        "/openapi/v2",
        "/openapi/v3",
        "/openapi/v3/api/v1",
        "/metrics",
        "/metrics/slis",
        "/readyz?verbose",
        "/version",
    )
    for path in paths:
        for coding in ("gzip", "gzip;q=0", "gzip;q=0.5, identity;q=0.1", "deflate", "br, gzip"):
            _coded(api, path, coding)


def _coded(api: Side, path: str, coding: str, accept: str = "application/json", **query: str) -> None:
    api.request("GET", path, head={"accept-encoding": coding, "accept": accept}, query=query)
    api.transcript[-1].pop("body", None)


@behaviour
def yaml_to_the_letter(api: Side) -> None:
    """Quotes, blocks, long lines, and the order of names, in which numbers count as such."""
    words = (
        "abc", "true", "y", "No", "null", "~", "5", "1.5", "1e3", "0x1F", "0777", "0o17", "2001-01-01", "2001-13-01", "2001-1-1 1:1:1",
        "2001-01-01T00:00:00Z", "", " a", "a ", "a: b", "a:b", "a #b", "-", "- a", "-a", "?", "[a", "{a", "&a", "*a", "!a", "|a",
        "it's", "'a'", 'a"b', '"a"', "%a", "@a", "`a", "a\nb", "a\nb\n", "\na", "a\n\n", " a\nb", "a\tb", "\ta", "a\x07b", "é", "😀",
        "word " * 40, "x" * 200, "=", "<<", "...", "---", ".inf", ".NaN", "a, b", "a:", "-5", "+5", "1_000", "1:30", "190:20:30.15",
        "0b11", ".", ".5", "a\\b", "a\r\nb", "line one is long " * 8 + "\nsecond", "2001-01-01T00:00:00+01:00", "08", "1e400",
    )  # fmt: skip
    quoted = ("true", "y", "null", "~", "", "a: b", "- a", "it's", 'a"b', "é", "a\nb", "word " * 30)
    names = (
        "a10",
        "a2",
        "a02",
        "a",
        "A",
        "_",
        "a_b",
        "aB",
        "1",
        "10",
        "9",
        "x.y/z",
        "-k",
        "a b",
        "true",
        "a01",
        "100",
        "20",
    )
    api.setup(
        api.things,
        thing(
            free={
                "words": list(words),
                "names": dict.fromkeys(names, 1),
                "quoted": dict.fromkeys(quoted, 1),
            }
        ),
    )
    api.setup(api.things, thing("two", free={"deep": [[1, [2.5, 1e-7, 1e21]], {"a": [], "b": {}, "c": [None, True]}]}))
    api.setup(
        api.config_maps, config_map("text", **{"a10.txt": "a\nb\n", "a9.txt": "5", "script": "#!/bin/sh\nexit 1"})
    )
    for path in (
        f"{api.things}/one",
        f"{api.things}/two",
        f"{api.config_maps}/text",
        api.config_maps,
        f"{api.things}/none",
    ):
        text = api.aside("GET", path, None, {"accept": "application/yaml"}).text.decode()
        api.note(re.sub(r'(resourceVersion: )"\d+"', "\\1<version>", text))
