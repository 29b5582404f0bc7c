"""What every operator here is made of: a queue, guarded writes, an outbox, a thin client, settings, metrics, logs.

The shape of an operator::

    async def reconcile(runtime: Runtime[Settings], key: Key) -> Result:
        try:
            obj = await runtime.kube.get(KIND, key.namespace, key.name)      # read from the API server
        except NotFound:
            return Done()
        settled = await runtime.settle(obj, kind=KIND)                       # deliver what the last run left
        decision = decide(snapshot, datetime.now(UTC), runtime.settings)     # pure
        moved = await runtime.transition(settled.obj, kind=KIND, leaving=…, entering=…, now=now, events=…, status fields…)
        if isinstance(moved, Superseded): …                                  # reconcile again
        settled = await runtime.settle(moved, kind=KIND)                     # deliver what this run caused
        return earliest(deadline, settled.again)

    def build(registry, settings) -> Operator:
        return assemble(name=…, registry=registry, settings=settings, own=KIND, reconcile=reconcile, audit=AuditIdentity(…))

    register_for_kopf_run(build, Settings)   # in the package's __init__
"""

from operators.runtime.audit import AuditClient, AuditEvent, AuditIdentity, AuditIntent, Receipt
from operators.runtime.backoff import Backoff
from operators.runtime.connection import Connection
from operators.runtime.errors import (
    AlreadyExists,
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    IllegalEdge,
    Invalid,
    KubeError,
    NotFound,
    NotServed,
    OperatorError,
    SettingsError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from operators.runtime.guard import Guard, Moved
from operators.runtime.kopf_run import register_for_kopf_run
from operators.runtime.kube import Kube
from operators.runtime.loading import load
from operators.runtime.metrics import Metrics
from operators.runtime.operator import Operator, assemble, owner_key
from operators.runtime.outbox import Outbox, Settled
from operators.runtime.parts import Parts, using
from operators.runtime.queue import ReconcileQueue, WorkSource
from operators.runtime.recorder import Notice, Recorder
from operators.runtime.results import Done, Requeue, Result, earliest
from operators.runtime.runtime import Runtime, make_runtime
from operators.runtime.settings import RuntimeSettings
from operators.runtime.transitions import Superseded, Transitions, spec_and_status
from operators.runtime.transport import HttpTransport, Reply, Transport

__all__ = [
    "AlreadyExists",
    "AuditClient",
    "AuditEvent",
    "AuditIdentity",
    "AuditIntent",
    "Backoff",
    "BadRequest",
    "Conflict",
    "Connection",
    "Done",
    "Forbidden",
    "Gone",
    "Guard",
    "HttpTransport",
    "IllegalEdge",
    "Invalid",
    "Kube",
    "KubeError",
    "Metrics",
    "Moved",
    "NotFound",
    "NotServed",
    "Notice",
    "Operator",
    "OperatorError",
    "Outbox",
    "Parts",
    "Receipt",
    "ReconcileQueue",
    "Recorder",
    "Reply",
    "Requeue",
    "Result",
    "Runtime",
    "RuntimeSettings",
    "SettingsError",
    "Settled",
    "Superseded",
    "Throttled",
    "Transitions",
    "Transport",
    "Unauthorized",
    "Unavailable",
    "WorkSource",
    "assemble",
    "earliest",
    "load",
    "make_runtime",
    "owner_key",
    "register_for_kopf_run",
    "spec_and_status",
    "using",
]
