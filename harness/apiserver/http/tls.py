"""Certificates for one run: a CA of our own and a leaf for the loopback address."""

import ssl
from collections.abc import Sequence

import trustme


class Certificates:
    """A CA and a server certificate for ``names``. Made in about 10 ms, kept in memory only."""

    def __init__(self, names: Sequence[str] = ("127.0.0.1", "localhost")) -> None:
        authority = trustme.CA()
        self.ca_pem = authority.cert_pem.bytes()
        self._leaf = authority.issue_cert(*names)

    def server_context(self) -> ssl.SSLContext:
        """Return the context that a server listens with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        return context
