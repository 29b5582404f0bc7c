"""HTTP/1.1 below the API: what a client writes that no library would, byte for byte, and what both servers make of it."""

import http.client
import io
import json
import socket
import ssl
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from harness.clusters.cluster import Address

_PATIENCE_S = 60
_MAPS = "/api/v1/namespaces/default/configmaps"
_END = "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n\r\n"
"""What each client says at last, so that it hears nothing of it where the server has left before, and its end where not."""


class Heard(NamedTuple):
    """One reply."""

    version: int
    status: int
    reason: str
    connection: str
    said: Any


def asked(target: str, *headers: str, method: str = "GET", version: str = "HTTP/1.1", body: str = "") -> str:
    """Return a request."""
    lines = (f"{method} {target} {version}", "Host: a", "Authorization: Bearer TOKEN", *headers)
    return "\r\n".join(lines) + "\r\n\r\n" + body


def posted(*headers: str, body: str) -> str:
    """Return an attempt to create something, which is refused for what is in it."""
    return asked(_MAPS, "Content-Type: application/json", *headers, method="POST", body=body)


SAID = {
    "two requests in one breath": asked("/readyz") + asked("/livez"),
    "a body in chunks": posted("Transfer-Encoding: chunked", body="2\r\n{]\r\n0\r\n\r\n"),
    "chunks with extensions and trailers": posted(
        "Transfer-Encoding: chunked", body="1;a=b\r\n{\r\n1 \r\n]\r\n0\r\nAfter: all\r\n\r\n"
    ),
    "a coding in capitals": posted("Transfer-Encoding: Chunked", body="2\r\n{]\r\n0\r\n\r\n"),
    "another coding": posted("Transfer-Encoding: gzip", body=""),
    "chunks and a length": posted("Content-Length: 1", "Transfer-Encoding: chunked", body="2\r\n{]\r\n0\r\n\r\n"),
    "a body of no length": asked(_MAPS, "Content-Type: application/json", method="POST"),
    "a negative length": posted("Content-Length: -1", body=""),
    "a length that is no number": posted("Content-Length: 2x", body="{]"),
    "a length with a sign": posted("Content-Length: +2", body="{]"),
    "the same length twice": posted("Content-Length: 2", "Content-Length: 2", body="{]"),
    "two lengths": posted("Content-Length: 2", "Content-Length: 3", body="{]"),
    "empty lines before a request": posted("Content-Length: 2", body="{]") + "\r\n" + asked("/readyz"),
    "a body that waits to be asked for": posted("Content-Length: 2", "Expect: 100-continue", body=""),
    "another expectation": posted("Content-Length: 2", "Expect: the-best", body="{]"),
    "a method that nobody knows": asked(_MAPS, method="BREW"),
    "a method in small letters": asked("/readyz", method="get"),
    "a method on a custom resource that nobody knows": asked("/apis/ex.dev/v1/things", method="BREW"),
    "a method that is none": asked("/readyz", method="G@T"),
    "no method": " / HTTP/1.1\r\nHost: a\r\n\r\n",
    "no target": "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
    "one word": "GET\r\n\r\n",
    "no version": "GET /readyz\r\nHost: a\r\n\r\n",
    "a version in small letters": asked("/readyz", version="http/1.1"),
    "a version of the past": asked("/readyz", version="HTTP/1.0"),
    "a version of the past that stays": asked("/readyz", "Connection: keep-alive", version="HTTP/1.0"),
    "no host in the past": "GET /readyz HTTP/1.0\r\nAuthorization: Bearer TOKEN\r\n\r\n",
    "a version that is not spoken": asked("/readyz", version="HTTP/3.0"),
    "a version that is none": asked("/readyz", version="HTTP/1.x"),
    "a later version of the same": asked("/readyz", version="HTTP/1.2"),
    "no host": "GET /readyz HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\n\r\n",
    "an empty host": "GET /readyz HTTP/1.1\r\nHost:\r\nAuthorization: Bearer TOKEN\r\n\r\n",
    "two hosts": asked("/readyz", "Host: b"),
    "a host that is none": "GET /readyz HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a header without a colon": asked("/readyz", "Nothing"),
    "a header without a name": asked("/readyz", ": x"),
    "a header with a space before the colon": asked("/readyz", "X-A : x"),
    "a header with spaces around its value": asked("/readyz", "Accept: \t application/json \t"),
    "a header that goes on": asked("/readyz", "X-A: x", " y"),
    "a first header that goes on": "GET /readyz HTTP/1.1\r\n Host: a\r\n\r\n",
    "a control character in a header": asked("/readyz", "X-A: \x01"),
    "a tabulator in a header": asked("/readyz", "X-A: a\tb"),
    "letters beyond ASCII in a header": asked("/readyz", "X-A: é"),
    "a header of a megabyte and more": asked("/readyz", "X-A: " + "x" * 1_100_000),
    "a header of half a megabyte": asked("/readyz", "X-A: " + "x" * 500_000),
    "a target with a server": asked("http://else.where/readyz"),
    "a target with nothing but a server": asked("http://else.where?x"),
    "a target without a slash": asked("readyz"),
    "a star": asked("*", method="GET"),
    "a fragment": asked(f"{_MAPS}/none#x"),
    "a fragment in a query": asked(f"{_MAPS}/none?pretty=1#x"),
    "a percent sign that means nothing": asked("/%zz"),
    "a space in a target": asked("/a b"),
    "a control character in a target": asked("/a\x01b"),
    "letters beyond ASCII in a target": asked(f"{_MAPS}/é"),
    "bytes that are no letters": asked(f"{_MAPS}/%ff"),
    "a wish to close": asked("/readyz", "Connection: Close"),
    "several wishes": asked("/readyz", "Connection: keep-alive, close"),
    "a head of another": asked("/readyz", method="HEAD"),
}


_DIFFERS = {
    "bytes that are no letters": "what is no UTF-8 in a path is shown as such, where the real server writes its bytes"
}


def _param(name: str, text: str) -> Any:
    known = [pytest.mark.xfail(reason=_DIFFERS[name], strict=True)] if name in _DIFFERS else []
    return pytest.param(text, id=name, marks=known)


@pytest.mark.slow
@pytest.mark.parametrize("said", [_param(*each) for each in SAID.items()])
def test_both_make_the_same_of_it(said: str, real: Address, embedded: Address) -> None:
    """Behind a proxy, or in the hands of somebody with a socket, a front must not be kinder or stricter than the real one."""
    assert heard(real, said) == heard(embedded, said)


def heard(server: Address, said: str) -> tuple[int, list[Heard]]:
    """Return how often the server asked for a body, and its replies until it closed."""
    url = urlsplit(server.server)
    context = ssl.create_default_context(cafile=server.ca_file)
    with (
        socket.create_connection((url.hostname or "", url.port or 0), _PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=url.hostname) as connection,
    ):
        asks = "100-continue" in said
        connection.sendall(said.replace("TOKEN", server.token).encode())
        found = _until(connection, b"\r\n\r\n") if asks else b""
        connection.sendall((("{]" if asks else "") + _END).replace("TOKEN", server.token).encode())
        found += _until(connection)
    return found.count(b"100 Continue"), _replies(found, methods=["HEAD" if said.startswith("HEAD") else "GET"])


def _until(connection: ssl.SSLSocket, end: bytes | None = None) -> bytes:
    """Read to the end of something, or that of the connection, however it ends."""
    found = b""
    try:
        while (end is None or end not in found) and (data := connection.recv(65536)):
            found += data
    except (ConnectionError, ssl.SSLError):
        pass
    return found


class _Bytes:
    """What `http.client` takes for a socket."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
        self.file.close, self.close = lambda: None, self.file.close  # type: ignore[method-assign]

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return self.file


def _replies(data: bytes, *, methods: list[str]) -> list[Heard]:
    wire, found = _Bytes(data), list[Heard]()
    while wire.file.peek(1):
        response = http.client.HTTPResponse(wire, method=(methods.pop(0) if methods else "GET"))  # type: ignore[arg-type]
        response.begin()
        text = response.read().decode()
        said = json.loads(text) if response.getheader("content-type") == "application/json" else text
        found.append(
            Heard(response.version, response.status, response.reason, response.getheader("connection", ""), said)
        )
    wire.close()
    return found
