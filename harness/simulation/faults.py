"""Troubles for scenarios: crashes, conflicts and held messages. Each keeps the moments at which it fired.

A fault that never fired proves nothing; scenarios assert on ``fired``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from harness.apiserver import Reply
from harness.simulation.tape import API_HOST
from harness.simulation.trouble import Answer, Crash, Gate, Hold, Moment, Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable


class CrashAfterWrite:
    """The actor dies right after one of its writes was committed: the reply never reaches it.

    :param n: which write, from 1, counted over all hosts and incarnations; ``None`` for every write to the API server.
    """

    def __init__(self, actor: str, n: int | None = None) -> None:
        self._actor, self._n = actor, n
        self.fired: list[Moment] = []

    def judge(self, moment: Moment) -> Verdict | None:
        """Crash, when it is this write."""
        if moment.stage is not Stage.AFTER or moment.actor != self._actor or not moment.writes or moment.status >= 300:
            return None
        if moment.write == self._n or (self._n is None and moment.host == API_HOST):
            self.fired.append(moment)
            return Crash()
        return None


class ConflictFirst:
    """Every write of the actor to a status meets a 409 first, as if somebody had just written the object; the next one passes."""

    def __init__(self, actor: str) -> None:
        self._actor = actor
        self._refused = False
        self.fired: list[Moment] = []

    def judge(self, moment: Moment) -> Verdict | None:
        """Refuse every other write to a ``/status``."""
        if moment.stage is not Stage.BEFORE or moment.actor != self._actor or not moment.resource.endswith("/status"):
            return None
        self._refused = not self._refused
        if not self._refused:
            return None
        self.fired.append(moment)
        return Answer(_conflict(moment))


class HoldMessage:
    """The first message that fits waits at a gate, and with it whatever its actor does about it.

    :param fits: which message.
    """

    def __init__(self, fits: Callable[[Moment], bool]) -> None:
        self._fits = fits
        self.gate = Gate()
        self.fired: list[Moment] = []

    def judge(self, moment: Moment) -> Verdict | None:
        """Hold it, once."""
        if self.fired or not self._fits(moment):
            return None
        self.fired.append(moment)
        return Hold(self.gate)


def writes_phase(actor: str, phase: str, *, path: str = "phase") -> Callable[[Moment], bool]:
    """Fit a status patch by which an actor would move an object to a phase, as it leaves."""

    def fits(moment: Moment) -> bool:
        if moment.stage is not Stage.BEFORE or moment.actor != actor or not moment.resource.endswith("/status"):
            return False
        return bool(orjson.loads(moment.request.body).get("status", {}).get(path) == phase)

    return fits


def _conflict(moment: Moment) -> Reply:
    plural = moment.resource.partition("/")[0]
    group = moment.request.path.split("/")[2]
    name = moment.object.rpartition("/")[2]
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": (
            f'Operation cannot be fulfilled on {plural}.{group} "{name}": the object has been modified; '
            "please apply your changes to the latest version and try again"
        ),
        "reason": "Conflict",
        "details": {"name": name, "group": group, "kind": plural},
        "code": 409,
    }
    return Reply(status=409, headers={"content-type": "application/json"}, body=orjson.dumps(body))
