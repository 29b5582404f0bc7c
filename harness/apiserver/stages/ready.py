"""Ready-made stages: pods from the queue to their end, nodes that are ready without heartbeats."""

from datetime import timedelta
from typing import Final

from harness.apiserver.stages.stage import AFTER, OUTCOME, Delay, Expression, Next, Stage

_ALIVE: Final = Expression(("metadata", "deletionTimestamp"), "DoesNotExist")
_DYING: Final = Expression(("metadata", "deletionTimestamp"), "Exists")
_PLACED: Final = Expression(("spec", "nodeName"), "Exists")
_UNPLACED: Final = Expression(("spec", "nodeName"), "DoesNotExist")
_UNGATED: Final = Expression(("spec", "schedulingGates"), "DoesNotExist")
_PENDING: Final = Expression(("status", "phase"), "In", ("Pending",))
_RUNNING: Final = Expression(("status", "phase"), "In", ("Running",))
_STARTS: Final = Expression(("metadata", "annotations", OUTCOME), "NotIn", ("hang",))
_ENDS: Final = Expression(("spec", "restartPolicy"), "In", ("Never", "OnFailure"))

_PLACING: Final = timedelta(milliseconds=100)
_STARTING: Final = timedelta(seconds=1)
_WORKING: Final = timedelta(seconds=2)
_STOPPING: Final = timedelta(seconds=1)


def _pod(name: str, *expressions: Expression, outcome: str = "", delay: Delay, then: Next) -> Stage:
    notes = {OUTCOME: outcome} if outcome else {}
    return Stage(f"pod-{name}", "Pod", annotations=notes, expressions=expressions, delay=delay, next=then)


READY_MADE: Final = (
    _pod("stop", _DYING, _PLACED, delay=Delay(_STOPPING), then=Next(delete=True)),
    _pod("schedule", _ALIVE, _UNPLACED, _UNGATED, delay=Delay(_PLACING), then=Next(act="schedule")),
    _pod("run", _ALIVE, _PLACED, _PENDING, _STARTS, delay=Delay(_STARTING), then=Next(act="run")),
    _pod("fail", _ALIVE, _RUNNING, outcome="fail", delay=Delay(_WORKING, AFTER), then=Next(act="fail")),
    _pod("succeed", _ALIVE, _RUNNING, outcome="succeed", delay=Delay(_WORKING, AFTER), then=Next(act="succeed")),
    _pod("complete", _ALIVE, _RUNNING, _ENDS, delay=Delay(_WORKING, AFTER), then=Next(act="succeed")),
    Stage(
        "node-ready",
        "Node",
        expressions=(_ALIVE, Expression(("status", "conditions"), "DoesNotExist")),
        next=Next(act="make ready"),
    ),
)
"""By kind, the earlier first. A pod that may be restarted for ever runs until it is deleted, unless its outcome is annotated."""
