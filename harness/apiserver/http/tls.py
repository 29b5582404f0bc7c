"""Certificates for one run: a CA of our own, a leaf for the loopback address, and leaves for users."""

import hashlib
import ssl
from collections.abc import Sequence
from typing import Any

import trustme

from harness.apiserver.messages import User


class Certificates:
    """A CA and a server certificate for ``names``. Made in about 10 ms, kept in memory only."""

    def __init__(self, names: Sequence[str] = ("127.0.0.1", "localhost")) -> None:
        self._authority = trustme.CA()
        self.ca_pem = self._authority.cert_pem.bytes()
        self._leaf = self._authority.issue_cert(*names)

    def server_context(self) -> ssl.SSLContext:
        """Return the context that a server listens with; clients may show a certificate of our CA, and need not."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        self._authority.configure_trust(context)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def client_pem(self, user: str, *, group: str = "") -> bytes:
        """Return key and certificate of a user, in PEM; the name is the certificate's CN, the group its O."""
        # trustme wants a name of a host besides; that of a user is looked for elsewhere.
        issued = self._authority.issue_cert("user.invalid", common_name=user, organization_name=group or None)
        return issued.private_key_and_cert_chain_pem.bytes()


def certified_user(peer: ssl.SSLObject | None) -> User | None:
    """Return whom a client's certificate stands for, or None when it has shown none. It has been verified before."""
    found: Any = peer.getpeercert() if peer is not None else None
    if not found or peer is None:
        return None
    parts = [part for parts in found.get("subject", ()) for part in parts]
    name = next((value for key, value in parts if key == "commonName"), "")
    groups = tuple(value for key, value in parts if key == "organizationName")
    digest = hashlib.sha256(peer.getpeercert(binary_form=True) or b"").hexdigest()
    extra = {"authentication.kubernetes.io/credential-id": (f"X509SHA256={digest}",)}
    return User(name, groups=groups, extra=extra) if name else None
