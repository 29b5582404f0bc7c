"""The tape: everything seen at the API and at the services, in order.

JSON Lines. The first line is the header (format, seed, Python minor version, digest of the lock); every other line is one
message: a served request or a delivered watch event. The same scenario and seed give the same tape, byte for byte, in every
process; that is what makes a seed a replay.

While a run goes on, messages are only kept; they are rendered when somebody asks.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.simulation.clock import VirtualLoop
    from harness.simulation.trouble import Moment

FORMAT = 1
"""Version of the tape's format; grows when a reader of older tapes could misread a newer one."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it passed.

    :ivar at: virtual seconds since the start of the run.
    :ivar body: the reply's body, or the line of a watch event.
    """

    at: float
    moment: Moment
    body: bytes

    def json(self) -> dict[str, Any]:
        """Render the message as it stands on the tape."""
        moment, request = self.moment, self.moment.request
        line: dict[str, Any] = {
            "at": round(self.at, 9),
            "actor": moment.actor,
            "stage": "event" if moment.stage == "event" else "reply",
            "verb": moment.verb,
            "resource": moment.resource,
            "object": moment.object,
        }
        if moment.host != API_HOST:
            line["host"] = moment.host
        if request.query and moment.stage != "event":
            line["query"] = dict(sorted(request.query.items()))
        if moment.stage == "event":
            line["event"] = _loads(self.body)
            return line
        line["status"] = moment.status
        if request.body and moment.verb != "get":
            line["sent"] = _loads(request.body)
        if self.body:
            line["got"] = _loads(self.body)
        return line


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to an actor itself: started, stopped, crashed."""

    at: float
    actor: str
    text: str
    after: int
    """How many messages had been seen before."""

    def json(self) -> dict[str, Any]:
        """Render the mark as it stands on the tape."""
        return {"at": round(self.at, 9), "actor": self.actor, "mark": self.text}


API_HOST = "api.rehearsal"
"""The host name of the API server in a simulated run."""


class Tape:
    """Collects the messages of one run; an observer of `network.Network`."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.messages: list[Message] = []
        self.marks: list[Mark] = []

    def saw(self, moment: Moment, body: bytes) -> None:
        """Keep a message."""
        self.messages.append(Message(self._loop.time(), moment, body))

    def mark(self, actor: str, text: str) -> None:
        """Note what happened to an actor."""
        self.marks.append(Mark(self._loop.time(), actor, text, len(self.messages)))

    def header(self, *, scenario: str, lock: str) -> dict[str, Any]:
        """Say what the tape is of."""
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return {"tape": FORMAT, "scenario": scenario, "seed": self._loop.streams.seed, "python": python, "lock": lock}

    def lines(self, *, scenario: str = "", lock: str = "") -> Iterator[bytes]:
        """Render the tape, header first; each line ends with a newline."""
        yield orjson.dumps(self.header(scenario=scenario, lock=lock)) + b"\n"
        marks = list(self.marks)
        for count, message in enumerate(self.messages):
            while marks and marks[0].after <= count:
                yield orjson.dumps(marks.pop(0).json()) + b"\n"
            yield orjson.dumps(message.json()) + b"\n"
        for mark in marks:
            yield orjson.dumps(mark.json()) + b"\n"


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return data.decode("utf-8", "replace")
