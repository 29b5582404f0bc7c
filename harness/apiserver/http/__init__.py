"""The HTTP front: the embedded server on a TCP port, for kubectl, Kopf and other processes."""

from harness.apiserver.http.front import FrontError, HttpFront
from harness.apiserver.http.kubeconfig import kubeconfig
from harness.apiserver.http.tls import Certificates

__all__ = ["Certificates", "FrontError", "HttpFront", "kubeconfig"]
