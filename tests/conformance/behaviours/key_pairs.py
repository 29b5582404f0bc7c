"""Secrets of certificates and keys: the server looks whether they serve together, and warns where they do not."""

import base64
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ..samples import core
from ..script import behaviour
from ..side import Side


@cache
def key(kind: str) -> Any:
    """Return a key by its kind and a letter: the same one for each of the servers."""
    match kind.partition("-")[0]:
        case "rsa":
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case "ec":
            return ec.generate_private_key(ec.SECP256R1())
        case "x25519":
            return x25519.X25519PrivateKey.generate()
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def written(kind: str, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return bytes(key(kind).private_bytes(Encoding.PEM, form, NoEncryption()))


@cache
def certificate(kind: str) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ex.dev")])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key(kind).public_key())
    begun = begun.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    made = begun.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    return made.sign(key(kind), None if kind.startswith("ed") else SHA256()).public_bytes(Encoding.PEM)


def pair(api: Side, crt: bytes, secret: bytes) -> None:
    data = {name: base64.b64encode(text).decode() for name, text in (("tls.crt", crt), ("tls.key", secret))}
    api.post(api.core("secrets"), core("Secret", "pair", type="kubernetes.io/tls", data=data), dryRun="All")


@behaviour
def pairs_that_belong_together(api: Side) -> None:
    pair(api, certificate("rsa"), written("rsa"))
    pair(api, certificate("rsa"), written("rsa", PrivateFormat.TraditionalOpenSSL))
    pair(api, certificate("ec"), written("ec", PrivateFormat.TraditionalOpenSSL))
    pair(api, certificate("ed"), written("ed"))
    pair(api, b"about it:\n\n" + certificate("ec") + certificate("rsa"), b"the key\n" + written("ec"))


@behaviour
def pairs_that_do_not(api: Side) -> None:
    pair(api, certificate("ec"), written("ec-other"))
    pair(api, certificate("rsa"), written("ec"))
    pair(api, certificate("ed"), written("rsa"))
    pair(api, certificate("ec"), written("x25519"))


@behaviour
def pairs_that_are_switched_or_broken(api: Side) -> None:
    crt, secret = certificate("ec"), written("ec")
    other = crt.replace(b"CERTIFICATE", b"X509 CRL")
    for one, two in (
        (secret, crt),
        (crt, crt),
        (crt, crt + crt),
        (other, secret),
        (crt, other),
        (other + other, secret),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", secret),
        (b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", secret),
        (crt, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        (crt, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE OTHER-----\n"),
        (b"x" + crt, secret),
    ):
        pair(api, one, two)


@behaviour
def a_pair_that_is_warned_of_at_each_write(api: Side) -> None:
    data = {"tls.crt": base64.b64encode(certificate("ec")).decode(), "tls.key": ""}
    api.post(api.core("secrets"), core("Secret", "pair", type="kubernetes.io/tls", data=data))
    api.merge(f"{api.core('secrets')}/pair", {"metadata": {"labels": {"a": "b"}}})
    whole = base64.b64encode(written("ec")).decode()
    api.merge(f"{api.core('secrets')}/pair", {"data": {"tls.key": whole}})
