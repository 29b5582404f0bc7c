"""Kinds of certificates.k8s.io."""

from typing import Final

from harness.apiserver.kinds.certificates.requests import SigningRequestStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"CertificateSigningRequest": SigningRequestStrategy()}
