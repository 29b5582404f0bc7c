"""A part: what one stand-in plays, as data.

All three stand-ins walk the working phases of their kind one status write at a time, stay in the last one until the
scripted time has passed, and then end as scripted. What differs is in this description; `player` plays it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operators.api.kinds import Kind
from operators.api.reasons import FailurePhase
from operators.api.resource import Resource
from operators.api.scripts import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an ending is written from.

    :ivar child: the object that is played.
    :ivar script: its script.
    :ivar now: the time of the write.
    """

    child: Resource
    script: Script
    now: datetime

    @property
    def spec(self) -> Mapping[str, Any]:
        """The child's spec."""
        spec: Mapping[str, Any] = self.child["spec"]
        return spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last edge: phase and the status that goes with it."""

    phase: str
    status: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stand-in's role.

    :ivar name: User-Agent and fieldManager.
    :ivar annotation: on the RemediationRequest, holds the script.
    :ivar working: the phases before the end, in order; the first follows the empty phase.
    :ivar started_field: the status field with the time at which the first of them was entered; scripted times count from it.
    :ivar failure_phase: the request's ``failurePhase`` when this child failed it; what ``fail:<n>`` counts.
    :ivar succeed: the end of a script that succeeds.
    :ivar fail: the end of one that fails, with an account for people.
    """

    name: str
    kind: Kind
    annotation: str
    working: tuple[str, ...]
    started_field: str
    failure_phase: FailurePhase
    succeed: Callable[[Scene], Ending]
    fail: Callable[[Scene, str], Ending]
