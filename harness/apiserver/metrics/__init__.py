"""``/metrics``: what the server can truly count, under the names and labels that kube-apiserver gives it."""

from harness.apiserver.metrics.metrics import Metrics

__all__ = ["Metrics"]
