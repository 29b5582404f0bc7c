"""What an operator counts, in a registry of its own.

A registry per operator, because several operators live in one process under rehearsal and prometheus-client's global one
would add them up. Names follow the upstream dashboards as far as we count the same thing: the prefix is
``kubernaut_<operator>_``.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

__all__ = ["Metrics"]

_DURATION_BUCKETS = tuple(0.01 * 2**k for k in range(10))  # 10 ms to 5 s, as upstream


class Metrics:
    """The instruments of one operator; ``registry`` is what an endpoint exposes."""

    def __init__(self, operator: str) -> None:
        prefix = f"kubernaut_{operator.replace('-', '')}"
        self.registry = CollectorRegistry()
        self.reconciles = Counter(
            f"{prefix}_reconcile_total",
            "Reconciles by how they ended: done, requeue or error.",
            ["result"],
            registry=self.registry,
        )
        self.duration = Histogram(
            f"{prefix}_reconcile_duration_seconds",
            "Time of one reconcile, waiting for replies included.",
            buckets=_DURATION_BUCKETS,
            registry=self.registry,
        )
        self.transitions = Counter(
            f"{prefix}_phase_transitions_total",
            "Edges walked.",
            ["kind", "from_phase", "to_phase"],
            registry=self.registry,
        )
        self.superseded = Counter(
            f"{prefix}_superseded_total",
            "Decisions dropped because the object had moved meanwhile.",
            registry=self.registry,
        )
        self.conflicts = Counter(
            f"{prefix}_status_update_conflicts_total",
            "Guarded writes that the API server refused with 409.",
            registry=self.registry,
        )
        self.audit_posted = Counter(
            f"{prefix}_audit_events_written_total",
            "Audit events that the sink confirmed; a repeat counts again.",
            registry=self.registry,
        )
        self.audit_refused = Counter(
            f"{prefix}_audit_events_refused_total",
            "Audit events that the sink refused for good.",
            registry=self.registry,
        )
        self.audit_dropped = Counter(
            f"{prefix}_audit_events_dropped_total",
            "Audit events that did not fit into the outbox.",
            registry=self.registry,
        )
        self.waiting = Gauge(
            f"{prefix}_queue_depth",
            "Keys that are ready and wait for a free place.",
            registry=self.registry,
        )
