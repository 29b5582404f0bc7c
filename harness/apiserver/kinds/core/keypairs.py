"""Whether a certificate and a key belong together, as Go's ``tls.X509KeyPair`` tells it, in its words.

Of a certificate that cannot be read it is told that it is malformed; Go says which part of it is.
"""

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_private_key

from harness.apiserver.kinds.pem import blocks

_FAMILIES: Final = (
    (RSAPublicKey, RSAPrivateKey),
    (EllipticCurvePublicKey, EllipticCurvePrivateKey),
    (Ed25519PublicKey, Ed25519PrivateKey),
)
_CERTIFICATE: Final = "CERTIFICATE"


class KeyPairError(ValueError):
    """A certificate and a key that do not serve together."""


def check_key_pair(certificate: bytes, key: bytes) -> None:
    """Check a certificate and a private key, both in PEM.

    :raises KeyPairError: one of them is none, or they do not belong together.
    """
    first, secret = _certificate(certificate), _key(key)
    try:
        public = x509.load_der_x509_certificate(first).public_key()
    except UnsupportedAlgorithm:
        raise KeyPairError("tls: unknown public key algorithm") from None
    except ValueError:
        raise KeyPairError("x509: malformed certificate") from None
    private = _private(secret)
    family = next((of_key for of_certificate, of_key in _FAMILIES if isinstance(public, of_certificate)), None)
    if family is None:
        raise KeyPairError("tls: unknown public key algorithm")
    if not isinstance(private, family):
        raise KeyPairError("tls: private key type does not match public key type")
    if private.public_key() != public:
        raise KeyPairError("tls: private key does not match public key")


def _certificate(text: bytes) -> bytes:
    found = list(blocks(text))
    for block in found:
        if block.kind == _CERTIFICATE:
            return block.content
    kinds = [block.kind for block in found]
    if not kinds:
        raise KeyPairError("tls: failed to find any PEM data in certificate input")
    if len(kinds) == 1 and kinds[0].endswith("PRIVATE KEY"):
        raise KeyPairError(
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have "
            "been switched"
        )
    raise KeyPairError(
        f'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: '
        f"[{' '.join(kinds)}]"
    )


def _key(text: bytes) -> bytes:
    kinds = []
    for block in blocks(text):
        if block.kind == "PRIVATE KEY" or block.kind.endswith(" PRIVATE KEY"):
            return block.content
        kinds.append(block.kind)
    if not kinds:
        raise KeyPairError("tls: failed to find any PEM data in key input")
    if kinds == [_CERTIFICATE]:
        raise KeyPairError("tls: found a certificate rather than a key in the PEM for the private key")
    raise KeyPairError(
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the '
        f"following types: [{' '.join(kinds)}]"
    )


def _private(content: bytes) -> PrivateKeyTypes:
    try:
        found = load_der_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyPairError("tls: failed to parse private key") from None
    if not isinstance(found, tuple(of_key for _, of_key in _FAMILIES)):
        raise KeyPairError("tls: found unknown private key type in PKCS#8 wrapping")
    return found
