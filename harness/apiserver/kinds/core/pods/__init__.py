"""Pods: their life up to the door of a node. There is no kubelet and no scheduler here."""

from harness.apiserver.kinds.core.pods.strategy import PodStrategy

__all__ = ["PodStrategy"]
