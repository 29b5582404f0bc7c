"""A store in memory: the contract of the PostgreSQL store, at microseconds a call.

For exploring thousands of interleavings a minute, where the database is not what is on trial. It passes the same contract tests. What it
does not do: keep anything beyond the process, and fail as a database fails.
"""

import threading
from collections.abc import Sequence
from datetime import datetime

from services.datastorage.chain import ChainRecord, Head, SealedEvent
from services.datastorage.events import AuditEvent, micro
from services.datastorage.store import EventQuery, Page, not_yet_stored, seal, submissions


class MemoryStore:
    """Audit events in dictionaries. One transaction at a time: the lock stands for the database's serialisable isolation."""

    def __init__(self) -> None:
        self._one_transaction = threading.Lock()
        self._chains: dict[str, list[SealedEvent]] = {}
        self._heads: dict[str, Head] = {}
        self._digests: dict[str, str] = {}

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Store all of the events or none (see ``AuditStore``)."""
        ready = submissions(events)
        with self._one_transaction:
            new = not_yet_stored(ready, self._digests)
            sealed, moved = seal(new, self._heads)
            for event in sealed:
                self._chains.setdefault(str(event.fields["correlation_id"]), []).append(event)
            self._heads.update(moved)
            self._digests.update({submission.event_id: submission.digest for submission in new})

    def find(self, query: EventQuery) -> Page:
        """Return a page of events, the latest first (see ``AuditStore``)."""
        wanted = {
            name: value
            for name in ("event_type", "event_category", "event_outcome", "severity", "correlation_id", "namespace")
            if (value := getattr(query, name)) is not None
        }
        with self._one_transaction:
            keys = sorted(self._chains) if query.correlation_id is None else [query.correlation_id]
            found = [
                event
                for key in keys
                for event in reversed(self._chains.get(key, []))
                if all(event.fields[name] == value for name, value in wanted.items())
                and _within(str(event.fields["event_timestamp"]), since=query.since, until=query.until)
            ]
        found.sort(key=lambda event: str(event.fields["event_timestamp"]), reverse=True)  # keeps the order of ties
        return Page(found[query.offset : query.offset + query.limit], len(found))

    def chain(self, correlation_id: str) -> ChainRecord | None:
        """Return all there is of one chain (see ``AuditStore``)."""
        with self._one_transaction:
            head = self._heads.get(correlation_id)
            if head is None:
                return None
            events = tuple(self._chains[correlation_id])
        return ChainRecord(correlation_id, events, {event.sequence: event.event_id for event in events}, head)

    def ping(self) -> None:
        """Return at once: memory answers."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def clear(self) -> None:
        """Forget everything, as between two scenarios."""
        with self._one_transaction:
            self._chains.clear()
            self._heads.clear()
            self._digests.clear()


def _within(timestamp: str, *, since: datetime | None, until: datetime | None) -> bool:
    """Compare as text: times of one width in one zone are in order as text too."""
    return (since is None or timestamp >= micro(since)) and (until is None or timestamp <= micro(until))
