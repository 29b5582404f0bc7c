"""Audit events and the way to their sink.

An event's id is a UUIDv5 of the object's uid, the ordinal of its transition and the event's type, so whoever sends it
again, in this process or the next, sends the same event; the sink stores it once (DD-AUDIT-003).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import aiohttp
import orjson

from operators.api.times import micro, parse

__all__ = ["AuditClient", "AuditEvent", "AuditIdentity", "AuditIntent", "Receipt"]

_BATCH = "/api/v1/audit/events/batch"
_RETRYABLE = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditIdentity:
    """Who speaks: the fields of the envelope that are the same for every event of an operator."""

    category: str
    """``event_category``, such as ``orchestration``."""
    actor: str
    """``actor_id``, such as ``remediationorchestrator-controller``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditIntent:
    """An event that a transition is about to cause, as the controller states it.

    Id, time and ordinal are added by the transition, because only it knows which write wins.
    """

    type: str
    """``event_type``; at most one of a type per transition, or their ids would be the same."""
    action: str
    outcome: str
    """``success``, ``failure`` or ``pending``."""
    correlation_id: str
    """:func:`operators.api.names.correlation_id` of the RemediationRequest."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """``event_data``; ``event_type``, ``resource_uid`` and ``ordinal`` are added."""
    duration: timedelta | None = None
    """``duration_ms``, in whole milliseconds rounded up (a step that took time never took zero)."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event with its name: what an outbox holds."""

    id: str
    type: str
    time: datetime
    payload: Mapping[str, Any]
    """The parts of the envelope that differ from event to event: action, outcome, correlation_id, duration_ms, data."""

    @classmethod
    def of(cls, intent: AuditIntent, *, uid: str, ordinal: int, now: datetime) -> "AuditEvent":
        """The event that ``intent`` becomes when the object's ``ordinal``-th transition is written at ``now``."""
        payload: dict[str, Any] = {
            "action": intent.action,
            "outcome": intent.outcome,
            "correlation_id": intent.correlation_id,
            "data": {"event_type": intent.type, "resource_uid": uid, "ordinal": ordinal, **intent.data},
        }
        if intent.duration is not None:
            payload["duration_ms"] = -(-intent.duration // timedelta(milliseconds=1))
        return cls(str(uuid5(UUID(uid), f"{ordinal}/{intent.type}")), intent.type, now, payload)

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "AuditEvent":
        """Read an entry of ``status.outbox``."""
        return cls(item["id"], item["type"], parse(item["time"]), item["payload"])

    def item(self) -> dict[str, Any]:
        """The entry of ``status.outbox``."""
        return {"id": self.id, "type": self.type, "time": micro(self.time), "payload": dict(self.payload)}

    def wire(self, obj: Mapping[str, Any], identity: AuditIdentity) -> dict[str, Any]:
        """The event as the sink takes it; depends only on the entry and on names, so a repeat is byte for byte the same."""
        metadata, payload = obj["metadata"], self.payload
        event = {
            "event_id": self.id,
            "version": "1.0",
            "event_type": self.type,
            "event_timestamp": micro(self.time),
            "event_category": identity.category,
            "event_action": payload["action"],
            "event_outcome": payload["outcome"],
            "correlation_id": payload["correlation_id"],
            "actor_type": "service",
            "actor_id": identity.actor,
            "resource_type": obj["kind"],
            "resource_id": metadata["name"],
            "namespace": metadata.get("namespace", ""),
            "event_data": payload["data"],
        }
        if "duration_ms" in payload:
            event["duration_ms"] = payload["duration_ms"]
        return event


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of the events of one post; together they name each event at most once."""

    delivered: tuple[str, ...] = ()
    """Ids that the sink has."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Ids that the sink will never take (4xx), with its reason."""
    unreachable: str = ""
    """Why the others could not be delivered now; empty when there are none."""


class AuditClient:
    """Posts events to DataStorage, all of a call in one request."""

    def __init__(self, url: str, *, name: str, timeout: timedelta) -> None:
        self._url = url.rstrip("/") + _BATCH
        self._headers = {"User-Agent": name, "Content-Type": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._session: aiohttp.ClientSession | None = None

    async def post(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        """Deliver events in order; never raises for what the sink or the network does.

        A batch that is refused is sent again one by one, so that one bad event does not take the good ones with it.
        """
        ids = tuple(str(event["event_id"]) for event in events)
        status, text = await self._send(list(events))
        if 200 <= status < 300:
            return Receipt(delivered=ids)
        if not _refusal(status):
            return Receipt(unreachable=text)
        if len(events) == 1:
            return Receipt(refused={ids[0]: text})
        return await self._one_by_one(events)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _one_by_one(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        delivered: list[str] = []
        refused: dict[str, str] = {}
        for event in events:
            status, text = await self._send([event])
            if 200 <= status < 300:
                delivered.append(str(event["event_id"]))
            elif _refusal(status):
                refused[str(event["event_id"])] = text
            else:  # the rest keeps its order behind this one
                return Receipt(delivered=tuple(delivered), refused=refused, unreachable=text)
        return Receipt(delivered=tuple(delivered), refused=refused)

    async def _send(self, events: list[Mapping[str, Any]]) -> tuple[int, str]:
        """Status and, unless it is 2xx, what was said; status 0 when there was no reply."""
        if self._session is None:  # made on first use: a session belongs to the loop it was made on
            self._session = aiohttp.ClientSession(trust_env=False, timeout=self._timeout)
        try:
            async with self._session.post(self._url, data=orjson.dumps(events), headers=self._headers) as response:
                if response.status < 300:
                    return response.status, ""
                text = (await response.text(errors="replace"))[:500].strip()
                return response.status, f"{response.status}: {text}"
        except TimeoutError:
            return 0, f"no reply from {self._url} within {self._timeout.total} s"
        except (aiohttp.ClientError, OSError) as error:
            return 0, f"{self._url}: {error or type(error).__name__}"


def _refusal(status: int) -> bool:
    return 400 <= status < 500 and status not in _RETRYABLE
