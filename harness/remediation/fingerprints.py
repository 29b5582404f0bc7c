"""Fingerprints of signals."""

import hashlib


def fingerprint(words: str) -> str:
    """Return a fingerprint as the Gateway would make one: 64 hexadecimal digits, the same for the same words."""
    return hashlib.sha256(words.encode()).hexdigest()
