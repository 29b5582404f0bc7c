"""What is in a signing request and in what answers it: PEM in base64, as objects carry bytes."""

import base64
import binascii
import re
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from harness.apiserver.fields import quote

_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n(.*?)-----END \1-----", re.DOTALL)


def unreadable_request(request: str) -> str:
    """Return why a request is no PEM of a signed PKCS#10 request, "" when it is one."""
    try:
        pem = base64.b64decode(request, validate=True)
        if b"-----BEGIN CERTIFICATE REQUEST-----" not in pem and b"-----BEGIN NEW CERTIFICATE REQUEST-----" not in pem:
            return "PEM block type must be CERTIFICATE REQUEST"
        good = x509.load_pem_x509_csr(pem).is_signature_valid
    except (ValueError, binascii.Error, InvalidSignature, UnsupportedAlgorithm) as problem:
        return str(problem)
    return "" if good else "x509: signature verification failed"


def unreadable_certificates(text: str) -> str:
    """Return why a text is no PEM of one certificate or more, "" when it is."""
    blocks = _BLOCK.findall(base64.b64decode(text))
    for kind, content in blocks:
        if kind != b"CERTIFICATE":
            return f"only CERTIFICATE PEM blocks are allowed, found {quote(kind.decode())}"
        if b":" in content:
            return "no PEM block headers are permitted"
        try:
            x509.load_der_x509_certificate(base64.b64decode(content))
        except (ValueError, binascii.Error) as problem:
            return f"x509: malformed certificate: {problem}"
    return "" if blocks else "must contain at least one CERTIFICATE PEM block"
