"""One real API server that many scenarios play on, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.clusters.client import Plural
    from harness.clusters.cluster import Address


@dataclass(slots=True, kw_only=True)
class Venue:
    """What outlives a scenario: where the server is, and what is known of it.

    :ivar name: of the cluster, as ``--cluster`` takes it.
    :ivar address: with the rights of an administrator.
    :ivar about: what it is, for people: ``Kubernetes 1.36.3 (make envtest)``.
    :ivar missing: what it lacks, in one line; empty for nothing.
    :ivar labels: what namespaces made here carry: where others play, too, by which session they were made.
    :ivar shared: whether others play here, too. Operators then hear of nothing but the scenario's own namespaces, and of objects
        in none.
    :ivar check: raises a `ClusterError` when the server is known to have ended.
    :ivar load: brings a local image onto its nodes; ``None`` when that cannot be done from here.
    :ivar kinds: what discovery said, by apiVersion and kind.
    :ivar applied: digests of the manifests that are in force.
    """

    name: str
    address: Address
    about: str = ""
    missing: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False
    check: Callable[[], None] = lambda: None
    load: Callable[[str], None] | None = None
    kinds: dict[tuple[str, str], Plural] = field(default_factory=dict)
    applied: set[bytes] = field(default_factory=set)
