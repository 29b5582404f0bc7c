"""Services: addresses and ports handed out, kept, and given back."""

from harness.apiserver.kinds.core.services.strategy import ServiceStrategy

__all__ = ["ServiceStrategy"]
