"""Signed tokens of service accounts: JSON web tokens by the server's own key (RFC 7515, RFC 7519).

The key is given by settings, or made from the seed when it is first asked for; signatures are deterministic (RFC 6979 for
elliptic curves), so that a run is played again to the byte.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

_COORDINATE_BYTES: Final = 32
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def new_key() -> str:
    """Return a private key that nobody else has, in PEM: for a server that strangers reach."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class KeyUnusableError(ValueError):
    """The key in the settings is neither an RSA nor a P-256 private key in PEM."""


class Signer:
    """Signs and verifies. ``pem`` is a private key, or empty for one that follows from ``seed``."""

    def __init__(self, pem: str, *, seed: int) -> None:
        self._pem, self._seed = pem, seed

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        if not self._pem:
            number = int.from_bytes(hashlib.sha512(f"service account key {self._seed}".encode()).digest())
            return ec.derive_private_key(number % (_P256_ORDER - 1) + 1, ec.SECP256R1())
        key = load_pem_private_key(self._pem.encode(), None)
        if isinstance(key, rsa.RSAPrivateKey) or (
            isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
        ):
            return key
        raise KeyUnusableError("the key of service accounts is neither RSA nor P-256")

    @property
    def algorithm(self) -> str:
        """The JWS name of the algorithm."""
        return "RS256" if isinstance(self._key, rsa.RSAPrivateKey) else "ES256"

    @cached_property
    def key_id(self) -> str:
        """The key's name: a digest of its public half, as kube-apiserver makes it."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return encoded(hashlib.sha256(public).digest())

    @cached_property
    def public(self) -> Mapping[str, str]:
        """The public key as a JSON web key (RFC 7517)."""
        common = {"use": "sig", "kid": self.key_id, "alg": self.algorithm}
        if isinstance(self._key, rsa.RSAPrivateKey):
            numbers = self._key.public_key().public_numbers()
            return {**common, "kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        point = self._key.public_key().public_numbers()
        place = {"x": _number(point.x, _COORDINATE_BYTES), "y": _number(point.y, _COORDINATE_BYTES)}
        return {**common, "kty": "EC", "crv": "P-256", **place}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a token that carries ``claims``."""
        header = orjson.dumps({"alg": self.algorithm, "kid": self.key_id})
        content = f"{encoded(header)}.{encoded(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS))}"
        return f"{content}.{encoded(self._signature(content.encode()))}"

    def verifies(self, token: str) -> bool:
        """Tell whether this key has signed ``token``."""
        content, _, signature = token.rpartition(".")
        try:
            raw = decoded(signature)
            if isinstance(self._key, rsa.RSAPrivateKey):
                self._key.public_key().verify(raw, content.encode(), padding.PKCS1v15(), SHA256())
            else:
                first, second = (int.from_bytes(raw[at : at + _COORDINATE_BYTES]) for at in (0, _COORDINATE_BYTES))
                whole = encode_dss_signature(first, second)
                self._key.public_key().verify(whole, content.encode(), ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def _signature(self, content: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(content, padding.PKCS1v15(), SHA256())
        signed = self._key.sign(content, ec.ECDSA(SHA256(), deterministic_signing=True))
        return b"".join(number.to_bytes(_COORDINATE_BYTES) for number in decode_dss_signature(signed))


def encoded(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    :raises ValueError: it is none.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _number(value: int, length: int = 0) -> str:
    return encoded(value.to_bytes(length or (value.bit_length() + 7) // 8))
