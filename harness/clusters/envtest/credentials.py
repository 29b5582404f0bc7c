"""Certificates, tokens and kubeconfigs for one run. Made in some ten milliseconds, kept in a private folder."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.clusters.private import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ADMINISTRATOR = "harness"
"""The user behind the token of a `Credentials`; member of ``system:masters``."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The files that a control plane is started with, and what its clients need.

    :ivar authority: the CA that clients trust.
    :ivar service_account_key: signs and verifies the tokens of service accounts.
    :ivar tokens: kube-apiserver's file of static tokens.
    :ivar token: the administrator's.
    """

    authority: Path
    certificate: Path
    certificate_key: Path
    service_account_key: Path
    tokens: Path
    token: str

    @classmethod
    def make(cls, folder: Path, *, users: Mapping[str, tuple[str, ...]] | None = None) -> Credentials:
        """Make them in a folder.

        :param users: more users, and the groups of each; a user's token is its name.
        """
        authority = trustme.CA()
        leaf = authority.issue_cert("127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc")
        token = secrets.token_urlsafe(24)
        # kube-apiserver takes RSA and elliptic keys; RSA is what every client of its tokens can verify.
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        rows = [f'{token},{ADMINISTRATOR},{ADMINISTRATOR},"system:masters"']
        rows += [f'{name},{name},{name},"{",".join(groups)}"' for name, groups in (users or {}).items()]
        chain = b"".join(one.bytes() for one in leaf.cert_chain_pems)
        return cls(
            authority=write_private(folder / "ca.crt", authority.cert_pem.bytes()),
            certificate=write_private(folder / "server.crt", chain),
            certificate_key=write_private(folder / "server.key", leaf.private_key_pem.bytes()),
            service_account_key=write_private(folder / "service-account.key", key),
            tokens=write_private(folder / "tokens.csv", "\n".join([*rows, ""]).encode()),
            token=token,
        )
