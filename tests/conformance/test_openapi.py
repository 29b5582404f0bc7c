"""The document of version 2 in protocol buffers is the real server's, byte for byte."""

import ssl
import urllib.request

import orjson
import pytest

from harness.apiserver.openapi.protobuf import MEDIA_TYPE, to_protobuf
from harness.clusters.cluster import Address


@pytest.mark.slow
def test_the_real_servers_document_is_written_as_it_writes_it(real: Address) -> None:
    """Clients read it with the generated code of gnostic, which forgives nothing."""
    plain, packed = (fetch(real, accept) for accept in ("application/json", MEDIA_TYPE))

    assert packed == to_protobuf(orjson.loads(plain))


def fetch(server: Address, accept: str) -> bytes:
    request = urllib.request.Request(
        f"{server.server}/openapi/v2", headers={"authorization": f"Bearer {server.token}", "accept": accept}
    )
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=server.ca_file)) as answer:
        return answer.read()
