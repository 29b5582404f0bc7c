"""How requests reach a server: over TLS, or whatever else a place offers."""

import http.client
import ssl
from typing import Protocol
from urllib.parse import urlsplit

from multidict import CIMultiDict

from harness.clusters.cluster import Address

Raw = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers as they came, body."""


class Connection(Protocol):
    """A way to one server."""

    def exchange(self, method: str, target: str, body: bytes, headers: CIMultiDict[str]) -> Raw:
        """Send a request; return what was answered, whole."""

    def close(self) -> None:
        """Leave."""


class Elsewhere(Protocol):
    """A server that is no address."""

    token: str

    def connect(self) -> Connection:
        """Open a way to it."""


Place = Address | Elsewhere


class Socket:
    """HTTPS by the standard library's client."""

    def __init__(self, address: Address, *, patience_s: float) -> None:
        url = urlsplit(address.server)
        context = ssl.create_default_context(cafile=address.ca_file)
        self._connection = http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=patience_s, context=context
        )

    def exchange(self, method: str, target: str, body: bytes, headers: CIMultiDict[str]) -> Raw:
        self._connection.request(method, target, body, headers)  # type: ignore[arg-type] # it wants items() alone
        response = self._connection.getresponse()
        return response.status, response.getheaders(), response.read()

    def close(self) -> None:
        self._connection.close()
