"""The one seam for trouble: what may happen to a message between two actors.

Every request passes two moments (before it is served, after it was served and before the reply is delivered), every watch
event one. At each moment every `Trouble` in force is asked for a verdict; faults, latencies, restarts and exploration are
all built on that and on nothing else.

When several troubles have a say, a crash comes first; else the message waits at every gate, arrives no sooner than its
delays add up to, and the last answer or break decides what it arrives as.

    >>> class SlowWrites:
    ...     def judge(self, moment: Moment) -> Verdict | None:
    ...         return Delay(2.0) if moment.stage is Stage.BEFORE and moment.writes else None
"""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from harness.apiserver import Reply, Request
    from harness.simulation.errors import SimulationError

_OF_NAMESPACES = frozenset({"status", "finalize"})
"""Subresources of a namespace itself; anything else below one is a resource in it."""

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


class Stage(enum.StrEnum):
    """Where a message stands."""

    BEFORE = "before"
    """A request left its actor and has not been served."""
    AFTER = "after"
    """The request was served (a write is committed); the actor has not heard of it."""
    EVENT = "event"
    """A watch event is on its way to its actor."""


class Moment(NamedTuple):
    """A message at a stage.

    :ivar actor: the name of the actor that asks or watches.
    :ivar host: the host asked.
    :ivar verb: get, list, watch, create, update, patch, delete.
    :ivar resource: plural and subresource, such as ``remediationrequests/status``; for other services the path.
    :ivar object: ``namespace/name``, as far as the path says.
    :ivar n: the how-manieth request (for an event: delivery) of this actor name, from 1.
    :ivar write: the how-manieth *write* of this actor name, from 1; 0 for anything else.
    """

    stage: Stage
    actor: str
    host: str
    verb: str
    resource: str
    object: str
    n: int
    write: int
    request: Request
    status: int = 0
    """The status served; 0 before."""

    @property
    def writes(self) -> bool:
        """Whether the request changes something."""
        return self.write > 0


@dataclass(frozen=True, slots=True)
class Delay:
    """The message goes on after so many virtual seconds. Delays of several troubles add up."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The message waits at a gate until the scenario opens it."""

    gate: Gate


@dataclass(frozen=True, slots=True)
class Crash:
    """The actor dies at this moment, as if by SIGKILL."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Instead of being served, the request gets this reply. At the stage AFTER it replaces the true reply."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Break:
    """The connection breaks where the message would have arrived; the client sees a reset.

    :ivar sent: how many bytes of the reply's body (of the event's line) arrive before.
    """

    sent: int = 0


Verdict = Delay | Hold | Crash | Answer | Break


class Trouble(Protocol):
    """Something that interferes with messages."""

    def judge(self, moment: Moment) -> Verdict | None:
        """Say what happens to this message now; ``None`` lets it pass."""
        ...


class Gate:
    """A gate that messages wait at. Opens once, for all of them and for those to come.

    :ivar waiting: the messages that stand there now.
    """

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._first: Moment | None = None
        self._opened: asyncio.Future[None] | None = None
        self.is_open = False
        self.waiting: list[Moment] = []

    def open(self) -> None:
        """Let everything through."""
        self.is_open = True
        self.waiting.clear()
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(None)

    async def reached(self) -> Moment:
        """Wait until a message has come to the gate; returns the first one, also when it has gone on since."""
        await self._arrived.wait()
        assert self._first is not None
        return self._first

    def wait(self, moment: Moment) -> asyncio.Future[None]:
        """Note that a message waits; the future is done when it may go on."""
        if self._opened is None:
            self._opened = asyncio.get_running_loop().create_future()
            if self.is_open:
                self._opened.set_result(None)
        if not self.is_open:
            self.waiting.append(moment)
            self._first = self._first or moment
            self._arrived.set()
        return self._opened


def describe(request: Request) -> tuple[str, str, str]:
    """Tell verb, resource and object of a Kubernetes request from its path.

    A path that is not of the Kubernetes API is its own resource, with an empty object.
    """
    parts = request.path.strip("/").split("/")
    verb = _VERBS.get(request.method, "get")
    if parts[0] == "api" and len(parts) > 2:
        rest = parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        rest = parts[3:]
    else:
        return verb, request.path, ""
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in _OF_NAMESPACES:
        namespace, rest = rest[1], rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    resource = rest[0] + ("/" + "/".join(rest[2:]) if len(rest) > 2 else "")
    if verb == "get" and not name:
        verb = "watch" if request.query.get("watch", "").lower() in {"true", "1"} else "list"
    return verb, resource, f"{namespace}/{name}".strip("/") if namespace or name else ""


def report(error: SimulationError) -> None:
    """End the run with an error of the simulation, from wherever it was found: it must not look like somebody's 500."""
    asyncio.get_running_loop().call_exception_handler({"message": str(error), "exception": error})
