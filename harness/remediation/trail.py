"""The audit trail, as its readers see it: over the HTTP API of DataStorage. And a vandal, to prove that vandals are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import delete, update

from operators.api.names import correlation_id
from services.datastorage.schema import AUDIT_EVENTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from harness.history import Watched
    from harness.remediation.reach import Ask, Statement
    from harness.stage import Stage

_PAGE = 500
_TRANSITIONS = {"signalprocessing.phase.transition", "orchestrator.lifecycle.transitioned"}


async def recorded(stage: Stage) -> dict[str, list[str]]:
    """Return what the trail holds of each object: the audited edges, by uid. For `harness parity`."""
    trail: AuditTrail = stage.services["datastorage"]
    found: dict[str, list[str]] = {}
    for namespace in stage.cluster.tenants:
        for event in await trail.of_tenant(namespace):
            data = event["event_data"]
            edge = f" {_say(data['from_phase'], data['to_phase'])}" if "to_phase" in data else ""
            told = str(event["event_type"]).partition(".")[2] + edge
            found.setdefault(data["resource_uid"], []).append(told)
    return found


class Correlated(Protocol):
    """Something with an audit trail: a signal has its key, a remediation's is made of its names."""

    subject: Any


class Audited(Correlated, Protocol):
    """Something whose every edge is audited."""

    correlation: str

    @property
    def history(self) -> Watched:
        """What was seen of it."""
        ...


@dataclass(frozen=True, slots=True)
class Transition:
    """One audited edge."""

    from_phase: str
    to_phase: str
    namespace: str
    correlation_id: str


class AuditTrail:
    """The fixture ``audit``.

    :param ask: the way to DataStorage; see `reach`.
    :param statement: the vandal's way to its database: carries out statements in one transaction.
    :param settled: waits for a quiescence point: a trail is read at rest, when every outbox has been delivered.
    """

    def __init__(self, ask: Ask, statement: Statement, *, settled: Callable[[], Awaitable[None]]) -> None:
        self._ask, self._statement, self._settled = ask, statement, settled

    async def events(self, of: Correlated) -> list[dict[str, Any]]:
        """Settle; then return all events of a trail, in the order of its chain; pages until there are no more."""
        await self._settled()
        found = await self._found(correlation_id=_key(of))
        return sorted(found, key=lambda event: int(event["sequence"]))

    async def _found(self, **filters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {**filters, "limit": str(_PAGE), "offset": str(len(found))}
            page = await self._ask("GET", "/api/v1/audit/events", query=query)
            found += page["data"]
            if not page["pagination"]["has_more"]:
                return found

    async def of_tenant(self, namespace: str) -> list[dict[str, Any]]:
        """Settle; then return all events of a tenant."""
        await self._settled()
        return await self._found(namespace=namespace)

    async def transitions(self, of: Correlated) -> list[Transition]:
        """Return the audited edges of a trail, in the order of its chain."""
        return [
            Transition(
                from_phase=event["event_data"]["from_phase"],
                to_phase=event["event_data"]["to_phase"],
                namespace=event["namespace"],
                correlation_id=event["correlation_id"],
            )
            for event in await self.events(of)
            if event["event_type"] in _TRANSITIONS
        ]

    async def holds_the_edges_walked(self, of: Audited) -> None:
        """Settle; then the trail has exactly the edges that the object walked: once each, in order, under its own tenant's key.

        :raises FailedExpectation: with the first difference and the story of the object.
        """
        walked = await of.history.phases()
        edges = list(zip(["", *walked], walked, strict=False))
        found = await self.transitions(of)
        audited = [(one.from_phase, one.to_phase) for one in found]
        expected = f"the trail of {of.subject} holds exactly the {len(edges)} edges walked"
        if audited != edges:
            raise of.history.failed(expected, _difference(edges, audited))
        tenant = of.subject.namespace
        for one in found:
            if one.namespace != tenant or one.correlation_id != of.correlation:
                wrong = (
                    f"{_say(one.from_phase, one.to_phase)} is kept for {one.namespace!r} under {one.correlation_id!r}"
                )
                raise of.history.failed(f"{expected}, all of {tenant!r} under {of.correlation!r}", wrong)

    async def verify(self, of: Correlated) -> dict[str, Any]:
        """Settle; then have the chain of a trail verified; returns the verdict."""
        await self._settled()
        return dict(await self._ask("POST", "/api/v1/audit/verify-chain", body={"correlation_id": _key(of)}))

    async def tamper(self, of: Correlated, how: str) -> set[str]:
        """Vandalise a trail behind the service's back; returns the ids of the events touched.

        :param how: ``change`` a field of a row, ``remove`` one from the middle, ``cut`` the last one off, ``reorder`` two.
        """
        ids = [str(event["event_id"]) for event in await self.events(of)]
        middle = len(ids) // 2
        table = AUDIT_EVENTS
        match how:
            case "change":
                forged = {"event_outcome": "failure", "actor_id": "nobody"}
                await self._statement(update(table).where(table.c.event_id == ids[middle]).values(**forged))
                return {ids[middle]}
            case "remove":
                await self._statement(delete(table).where(table.c.event_id == ids[middle]))
                return {ids[middle]}
            case "cut":
                await self._statement(delete(table).where(table.c.event_id == ids[-1]))
                return {ids[-1]}
            case "reorder":
                first, second = ids[middle], ids[middle + 1]
                await self._statement(
                    update(table).where(table.c.event_id == first).values(sequence=middle + 2),
                    update(table).where(table.c.event_id == second).values(sequence=middle + 1),
                )
                return {first, second}
        raise ValueError(f"cannot {how}; there are: change, remove, cut, reorder")


def _difference(edges: list[tuple[str, str]], audited: list[tuple[str, str]]) -> str:
    lacking = [_say(*edge) for edge in edges if edge not in audited]
    doubled = sorted({_say(*edge) for edge in audited if audited.count(edge) > edges.count(edge)})
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    if doubled:
        return f"it has more than was walked: {', '.join(doubled)}"
    return f"their order is {', '.join(_say(*edge) for edge in audited)}"


def _say(before: str, after: str) -> str:
    return f"{before or '∅'} → {after}"


def _key(of: Correlated) -> str:
    given = getattr(of, "correlation", None)
    return str(given) if given else correlation_id(of.subject.namespace, of.subject.name)
