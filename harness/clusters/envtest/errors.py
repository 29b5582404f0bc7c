"""What may go wrong with real control planes."""

from harness.clusters.cluster import ClusterError


class BinariesError(ClusterError):
    """A program is missing, or cannot be built; the message says which, where it was looked for and what to do."""


class ControlPlaneError(ClusterError):
    """A control plane did not start, or ended; the message ends with what it said last."""
