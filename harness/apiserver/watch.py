"""Watches: changes as lines of JSON, pushed in the write that caused them.

A watch begins with what the client asked for: everything that is there (no version, or "0"), the changes since a version,
or an in-stream 410 when the log does not reach back that far. Each line is built once for all subscribers of a version.
A bookmark says how far the watch has come, so that a quiet client can resume.
"""

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import orjson

from harness.apiserver.agenda import Appointment
from harness.apiserver.cluster import Cluster
from harness.apiserver.conversions import ConversionError
from harness.apiserver.errors import ApiError, Expired, Timeout
from harness.apiserver.messages import Object, Request
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Entry
from harness.apiserver.subscription import Subscription
from harness.apiserver.verbs.listing import ListOptions, list_options
from harness.apiserver.verbs.objects import finished
from harness.apiserver.verbs.parameters import version_number
from harness.apiserver.verbs.read import check_revision

_INITIAL_END: Final = {"k8s.io/initial-events-end": "true"}


def watch(
    cluster: Cluster, resource: Resource, namespace: str | None, request: Request, *, name: str = ""
) -> Subscription:
    """Open a watch on a resource, in one namespace or (None) in all; on one object where a path has its ``name``.

    :raises BadRequest: an unreadable selector or number.
    :raises UnreadableVersionError: an unreadable version.
    :raises Invalid: options that exclude each other.
    """
    options = list_options(resource, request.query, watch=True, name=name)
    since = version_number(options.version)
    feed = _Feed(cluster, resource, namespace, options=options)
    log = resource.collection.log
    if options.initial:
        try:
            check_revision(cluster, resource, since)
        except Timeout as problem:
            feed.refuse(problem)
            return feed.subscription
        feed.begin_with_everything()
    elif since and resource.uncached and since < cluster.store.compacted:
        feed.refuse(Expired("The resourceVersion for the provided watch is too old."))
        return feed.subscription
    elif since and since < log.watchable:
        feed.refuse(Expired(f"too old resource version: {since} ({log.watchable})"))
        return feed.subscription
    elif since:
        for change in log.after(since):
            feed.deliver(change)
    # A version from the future is waited for; without one, and without initial events, the present is the start.
    feed.open(after=since, timeout=options.timeout)
    return feed.subscription


class _Timers(dict[str, Appointment]):
    """The appointments of one watch, by what they are for."""

    def cancel(self) -> None:
        for timer in self.values():
            timer.cancel()
        self.clear()


class _Feed:
    """From changes of a collection to the lines of one subscription."""

    def __init__(
        self,
        cluster: Cluster,
        resource: Resource,
        namespace: str | None,
        *,
        options: ListOptions,
    ) -> None:
        self.subscription = Subscription()
        self._cluster, self._resource, self._namespace = cluster, resource, namespace
        self._labels, self._fields = options.labels, options.fields
        self._selective = options.selective
        self._bookmarks = options.bookmarks
        self._after = 0
        self._waiting: deque[Change] = deque()
        self._timers = _Timers()

    def begin_with_everything(self) -> None:
        """Send what exists as ADDED, and (KEP-3157) the bookmark that ends the initial events, if bookmarks are allowed."""
        if self._resource.converter is not None:
            self._resource.prepare(self._resource.collection.scan(self._namespace))
        for entry in self._resource.collection.scan(self._namespace):
            if self._matches(entry):
                self.subscription.push(_line("ADDED", self._resource.shown(entry)))
        self._after = self._cluster.store.revision
        if self._bookmarks:
            self._bookmark(_INITIAL_END)

    def refuse(self, refusal: ApiError) -> None:
        """Say in the stream why there is nothing to watch, and end. An HTTP 410 would not make a client list again."""
        line = orjson.dumps({"type": "ERROR", "object": refusal.status()}) + b"\n"
        self.subscription.push(line)
        self.subscription.end()

    def open(self, *, after: int, timeout: int) -> None:
        """Follow the collection from now on, as far as changes are newer than ``after``, for ``timeout`` seconds or (0) without end."""
        self._after = max(self._after, after)
        subscribers = self._resource.collection.subscribers
        subscribers[self.deliver] = self.subscription.end
        self.subscription.when_released(lambda: self._close())  # noqa: PLW0108  a bound method would keep its own reference
        if timeout > 0:
            self._end_after(timedelta(seconds=timeout))
        self._plan_bookmark()

    def deliver(self, change: Change) -> None:
        """Send one change, if it concerns this watch; where a webhook makes what is shown, when it has answered, and in order."""
        if self._resource.converter is None:
            self._send(change)
            return
        self._waiting.append(change)
        if len(self._waiting) == 1:
            self._cluster.run_errand(self._send_waiting)

    def _send_waiting(self) -> None:
        while self._waiting:
            try:
                self._send(self._waiting[0])
            except ConversionError:  # the real server's cache begins anew then, and lets go of its watches
                self._waiting.clear()
                self.subscription.end()
                return
            self._waiting.popleft()

    def _send(self, change: Change) -> None:
        entry, previous = change.entry, change.previous
        if entry.revision <= self._after or (self._namespace is not None and entry.key.namespace != self._namespace):
            return
        kind = self._kind(change, previous)
        if kind is None:
            return
        left = kind == "DELETED" and not change.deleted and previous is not None
        place = (self._resource.opening, "LEFT" if left else kind)
        line = change.lines.get(place)
        if line is None:
            shown = self._resource.shown(entry) if not left or previous is None else self._last_seen(previous, entry)
            line = change.lines.setdefault(place, _line(kind, shown))
        self.subscription.push(line)

    def _last_seen(self, previous: Entry, entry: Entry) -> bytes:
        """Return an object that left what the selectors see: what they saw last, at the version of the change."""
        value = orjson.loads(self._resource.shown(previous))
        value["metadata"]["resourceVersion"] = str(entry.revision)
        return orjson.dumps(value)

    def _kind(self, change: Change, previous: Entry | None) -> str | None:
        """Return the type of the event as this watch's selectors see it, or None when they do not."""
        if not self._selective:
            return "DELETED" if change.deleted else ("ADDED" if previous is None else "MODIFIED")
        before = previous is not None and self._matches(previous)
        now = not change.deleted and self._matches(change.entry)
        if now:
            return "MODIFIED" if before else "ADDED"
        return "DELETED" if before else None

    def _matches(self, entry: Entry) -> bool:
        if not self._selective:
            return True
        labels, fields = self._resource.seen(entry)
        return self._labels.matches(labels) and self._fields.matches(fields)

    def _bookmark(self, annotations: Mapping[str, str] | None = None) -> None:
        metadata: Object = {"resourceVersion": str(self._cluster.store.revision)}
        if annotations:
            metadata["annotations"] = dict(annotations)
        marked: Object = {"kind": self._resource.kind, "apiVersion": self._resource.api_version, "metadata": metadata}
        marked = self._resource.strategy.bookmarked(finished(self._resource, marked))
        self.subscription.push(orjson.dumps({"type": "BOOKMARK", "object": marked}) + b"\n")

    def _plan_bookmark(self) -> None:
        interval = self._cluster.settings.bookmark_interval
        if not self._bookmarks or interval is None:
            return

        def due() -> None:
            self._bookmark()
            self._plan_bookmark()

        self._timers["bookmark"] = self._cluster.agenda.at(self._cluster.clock() + interval, due)

    def _end_after(self, timeout: timedelta) -> None:
        now, agenda = self._cluster.clock(), self._cluster.agenda
        lead = self._cluster.settings.bookmark_lead
        if self._bookmarks and timeout > lead:
            self._timers["last bookmark"] = agenda.at(now + timeout - lead, self._bookmark)
        self._timers["end"] = agenda.at(now + timeout, self.subscription.end)

    def _close(self) -> None:
        self._resource.collection.subscribers.pop(self.deliver, None)
        self._timers.cancel()


def _line(kind: str, shown: bytes) -> bytes:
    return b'{"type":"' + kind.encode() + b'","object":' + shown + b"}\n"
