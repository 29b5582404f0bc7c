"""What may go wrong with kind clusters."""

from harness.clusters.cluster import ClusterError


class KindError(ClusterError):
    """Something that a kind cluster needs is missing, or in the way; the message says what, and what to do next."""
