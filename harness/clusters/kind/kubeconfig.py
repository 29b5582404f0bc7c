"""A context of a kubeconfig: where its server is, and the certificate, token and key by which it lets a person in.

Only what stands in the file is used. Plugins that fetch credentials would be programs of somebody else's, run unasked.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

from harness.clusters.cluster import Address
from harness.clusters.kind.errors import KindError
from harness.clusters.private import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Access:
    """What a context says.

    :ivar authority: the CA that the server is known by, PEM; empty for those that the system trusts.
    :ivar certificate: the client's, PEM; empty for none.
    :ivar token: a bearer token, or empty.
    """

    server: str
    authority: bytes = b""
    certificate: bytes = b""
    key: bytes = b""
    token: str = ""

    @classmethod
    def read(cls, file: Path, context: str) -> Self:
        """Read a context of a kubeconfig.

        :raises KindError: there is no such file or context, or it has no credentials that we can use.
        """
        try:
            found = yaml.safe_load(file.read_bytes())
        except (OSError, yaml.YAMLError) as error:
            raise KindError(f"cannot read the kubeconfig {file}: {error}") from error
        entries = {kind: _named(found, kind) for kind in ("contexts", "clusters", "users")}
        if context not in entries["contexts"]:
            raise KindError(
                f"{file} has no context {context!r}; it has: {', '.join(sorted(entries['contexts'])) or 'none'}"
            )
        chosen = entries["contexts"][context].get("context") or {}
        try:
            cluster = entries["clusters"][chosen["cluster"]]["cluster"]
            user = entries["users"][chosen["user"]]["user"]
            server = str(cluster["server"]).rstrip("/")
        except KeyError as error:
            raise KindError(f"context {context!r} of {file} is not complete: no {error}") from error
        access = cls(
            server=server,
            authority=_content(cluster, "certificate-authority", file),
            certificate=_content(user, "client-certificate", file),
            key=_content(user, "client-key", file),
            token=str(user.get("token", "")),
        )
        if not access.token and not (access.certificate and access.key):
            raise KindError(
                f"context {context!r} of {file} has neither a client certificate nor a token (plugins are not run): name another"
            )
        return access

    def address(self, folder: Path) -> Address:
        """Return it as what clients take, with the files that this needs in a private folder."""
        client = self.certificate + b"\n" + self.key if self.certificate else b""
        return Address(
            server=self.server,
            token=self.token,
            ca_file=str(write_private(folder / "ca.crt", self.authority)) if self.authority else None,
            client_file=str(write_private(folder / "client.pem", client)) if client else None,
        )


def _named(found: Any, kind: str) -> dict[str, Mapping[str, Any]]:
    return {one["name"]: one for one in (found or {}).get(kind) or ()} if isinstance(found, dict) else {}


def _content(entry: Mapping[str, Any], name: str, file: Path) -> bytes:
    """Return what stands in the kubeconfig itself, or in a file beside it."""
    if data := entry.get(f"{name}-data"):
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, TypeError) as error:
            raise KindError(f"{file}: {name}-data is not base64: {error}") from error
    if path := entry.get(name):
        try:
            return (file.parent / Path(path)).read_bytes()
        except OSError as error:
            raise KindError(f"{file}: cannot read its {name} {path}: {error.strerror}") from error
    return b""
