"""The end of events: etcd forgets them an hour after they were last written (``--event-ttl``).

Every write of an event is noted in a queue, whose order is that of their ends, as all live equally long; one appointment looks at
its head. So thousands of events cost an entry each, and one that is written again costs another, which the older one makes way for.
"""

from collections import deque
from datetime import datetime, timedelta

from harness.apiserver.cluster import Cluster
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Key
from harness.apiserver.verbs.objects import entry_of


class EventExpiry:
    """Removes events whose time is over. Nobody is asked: finalizers do not hold what a lease of etcd takes away."""

    def __init__(self, cluster: Cluster, events: Resource, ttl: timedelta) -> None:
        self._cluster, self._events, self._ttl = cluster, events, ttl
        self._ends: deque[tuple[datetime, Key, int]] = deque()

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a write of an event."""
        if collection is not self._events.collection or change.deleted:
            return
        self._ends.append((self._cluster.clock() + self._ttl, change.entry.key, change.revision))
        if len(self._ends) == 1:
            self._plan()

    def _plan(self) -> None:
        if self._ends:
            self._cluster.agenda.at(self._ends[0][0], self._expire)

    def _expire(self) -> None:
        now, store, collection = self._cluster.clock(), self._cluster.store, self._events.collection
        while self._ends and self._ends[0][0] <= now:
            _, key, revision = self._ends.popleft()
            entry = collection.get(key)
            if entry is not None and entry.revision == revision:
                last = entry_of(self._events, self._events.load(entry), store.revision + 1)
                store.remove(collection, last, entry)
        self._plan()
