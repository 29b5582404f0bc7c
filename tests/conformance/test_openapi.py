"""The document of version 2 in protocol buffers is the real server's, byte for byte."""

import ssl
import time
import urllib.request

import orjson
import pytest

from harness.apiserver.openapi.protobuf import MEDIA_TYPE, to_protobuf
from harness.clusters.cluster import Address

_JSON = "application/json"
_PATIENCE_S = 30


@pytest.mark.slow
def test_the_real_servers_document_is_written_as_it_writes_it(real: Address) -> None:
    """Clients read it with the generated code of gnostic, which forgives nothing."""
    plain, packed = at_rest(real)

    ours = to_protobuf(orjson.loads(plain))
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
