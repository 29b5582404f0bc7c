"""Resource quotas as admission sees them: what an object uses, and whether its namespace has as much left."""

from harness.apiserver.quota.charges import Charge, charges

__all__ = ["Charge", "charges"]
