"""The document of version 2 in protocol buffers is the real server's, byte for byte."""

import ssl
import time
import urllib.request

import orjson
import pytest

from harness.apiserver.openapi.protobuf import MEDIA_TYPE, to_protobuf
from harness.clusters.cluster import Address

from .samples import DEFINITIONS, definition
from .side import Side

_JSON = "application/json"
_PATIENCE_S = 30

_WORDS = "y yes on ~ null 1 1.0 017 0o17 08 1_000 12:30 1:2:3 2026-01-02 2026-13-01 << = - [a] {a} a: #a é 😀"
_LINES = "self.all(x,\n  x < 3)\n && true\n"
_VALUES = {
    "texts": [*_WORDS.split(), "a #b", " a", "a\nb", "a\n", "\n\na", "a \nb", "\ta\nb", "word " * 40],
    "others": [1, 0.5, 1e-05, 1.5e-07, 1e21, True, None, [[1, [2]], []], {}, {"b": {"c": [{"d": "x\ny"}]}, "a": [1]}],
}


@pytest.mark.slow
def test_the_real_servers_document_is_written_as_it_writes_it(real: Address) -> None:
    """Clients read it with the generated code of gnostic, which forgives nothing."""
    plain, packed = at_rest(real)

    ours = to_protobuf(orjson.loads(plain))
    assert packed == ours, around_differences(packed, ours)


@pytest.mark.slow
def test_values_are_written_as_by_the_real_server(real: Address) -> None:
    """Rules of several lines, and choices of any shape, are YAML in it."""
    rules = [{"rule": "true", "message": "'no'"}, {"rule": "true\n  && true", "message": "a: b"}]
    loose = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    texts = {"type": "string", "enum": [*_WORDS.split(), _LINES], "x-kubernetes-validations": rules}
    spec = {"type": "object", "properties": {"any": loose | {"enum": [_VALUES]}, "text": texts}}
    schema = {"type": "object", "properties": {"spec": spec, "status": loose}}
    written = definition("spelled", "Spelled", schema, selectableFields=[])
    side = Side(real, "default")
    side.defined(written, published=True)
    try:
        side.in_time("/openapi/v2", lambda answer: b"dev.ex.v1.Spelled" in answer.text)
        plain, packed = at_rest(real)
    finally:
        side.gone(f"{DEFINITIONS}/{written['metadata']['name']}")
        side.close()

    ours = to_protobuf(orjson.loads(plain))

    assert b"1.5e-7" in packed
    assert packed == ours, around_differences(packed, ours)


def around_differences(real: bytes, ours: bytes) -> str:
    """Say where two documents begin and cease to differ; a length before may be the first thing to."""
    start = next((place for place, pair in enumerate(zip(real, ours, strict=False)) if pair[0] != pair[1]), 0)
    end = next((n for n, pair in enumerate(zip(reversed(real), reversed(ours), strict=False)) if pair[0] != pair[1]), 0)
    return "\n".join(
        f"{name} ({len(one)}): from {one[start - 60 : start + 60]!r} to {one[-end - 200 : -end + 60]!r}"
        for name, one in (("real", real), ("ours", ours))
    )


def at_rest(server: Address) -> tuple[bytes, bytes]:
    """Return the document in both forms, once definitions that come and go have left it alone for as long as that takes."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        plain, packed, again = (fetch(server, accept) for accept in (_JSON, MEDIA_TYPE, _JSON))
        if plain == again or time.monotonic() > deadline:
            return plain, packed


def fetch(server: Address, accept: str) -> bytes:
    request = urllib.request.Request(
        f"{server.server}/openapi/v2", headers={"authorization": f"Bearer {server.token}", "accept": accept}
    )
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=server.ca_file)) as answer:
        return answer.read()
