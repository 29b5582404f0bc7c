"""Watches: changes as lines of JSON, pushed in the write that caused them.

A watch begins with what the client asked for: everything that is there (no version, or "0"), the changes since a version,
or an in-stream 410 when the log does not reach back that far. Each line is built once for all subscribers of a version.
A bookmark says how far the watch has come, so that a quiet client can resume.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import orjson

from harness.apiserver.agenda import Appointment
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError, BadRequest, Expired, Invalid
from harness.apiserver.fields import forbidden, invalid
from harness.apiserver.messages import Object, Request
from harness.apiserver.presentation import Presenter, presenter
from harness.apiserver.resources import Resource
from harness.apiserver.selectors import FieldSelector, LabelSelector
from harness.apiserver.store import Change, Entry
from harness.apiserver.subscription import Subscription
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.read import selectors

TRUE: Final = frozenset({"1", "true", "True", "TRUE", "t", "T"})
_INITIAL_END: Final = {"k8s.io/initial-events-end": "true"}


def watch(cluster: Cluster, resource: Resource, namespace: str | None, request: Request) -> Subscription:
    """Open a watch on a resource, in one namespace or (None) in all.

    :raises BadRequest: an unreadable version or selector.
    :raises Invalid: options that exclude each other.
    """
    query = request.query
    labels, fields = selectors(resource, query)
    since = _since(query)
    initial = _initial_events(query)
    feed = _Feed(
        cluster,
        resource,
        namespace,
        labels=labels,
        fields=fields,
        present=presenter(resource, request.headers, cluster.clock),
        bookmarks=query.get("allowWatchBookmarks") in TRUE,
    )
    collection = resource.collection
    if initial or (initial is None and since == 0):
        feed.begin_with_everything(marked=bool(initial))
    elif since != 0 and since < collection.log.floor:
        feed.refuse(f"too old resource version: {since} ({collection.log.floor})")
        return feed.subscription
    elif since != 0:
        for change in collection.log.after(since):
            feed.deliver(change)
    # A version from the future is waited for; without one, and without initial events, the present is the start.
    feed.open(after=max(since, 0), timeout=_timeout(query))
    return feed.subscription


def _since(query: Mapping[str, str]) -> int:
    version = query.get("resourceVersion", "")
    if version in {"", "0"}:
        return 0
    if not version.isascii() or not version.isdigit():
        raise UnreadableVersionError(version)
    return int(version)


class UnreadableVersionError(ApiError):
    """500: so the real server answers a watch; it answers a list with 400."""

    def __init__(self, version: str) -> None:
        error = invalid("resourceVersion", version, f'strconv.ParseUint: parsing "{version}": invalid syntax')
        super().__init__(str(error))

    def status(self) -> Object:
        """Return the ``Status``, which has no reason."""
        return {name: value for name, value in super().status().items() if name != "reason"}


def _initial_events(query: Mapping[str, str]) -> bool | None:
    if "sendInitialEvents" not in query:
        if query.get("resourceVersionMatch"):
            detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            error = forbidden("resourceVersionMatch", detail)
            raise Invalid(group="meta.k8s.io", kind="ListOptions", name="", errors=[error])
        return None
    if query.get("resourceVersionMatch") != "NotOlderThan":
        detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        error = forbidden("resourceVersionMatch", detail)
        raise Invalid(group="meta.k8s.io", kind="ListOptions", name="", errors=[error])
    return query["sendInitialEvents"] in TRUE


def _timeout(query: Mapping[str, str]) -> timedelta | None:
    text = query.get("timeoutSeconds", "")
    try:
        seconds = int(text or 0)
    except ValueError:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
    return timedelta(seconds=seconds) if seconds > 0 else None


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
        labels: LabelSelector,
        fields: FieldSelector,
        present: Presenter | None,
        bookmarks: bool,
    ) -> None:
        self.subscription = Subscription()
        self._cluster, self._resource, self._namespace = cluster, resource, namespace
        self._labels, self._fields, self._present = labels, fields, present
        self._selective = bool(labels.requirements or fields.terms)
        self._bookmarks = bookmarks
        self._after = 0
        self._timers = _Timers()

    def begin_with_everything(self, *, marked: bool) -> None:
        """Send what exists as ADDED; ``marked`` adds the bookmark that ends the initial events (KEP-3157)."""
        for entry in self._resource.collection.scan(self._namespace):
            if self._matches(entry):
                self.subscription.push(self._line("ADDED", entry))
        self._after = self._cluster.store.revision
        if marked:
            self._bookmark(_INITIAL_END)

    def refuse(self, why: str) -> None:
        """Say in the stream that the version is gone, and end. An HTTP 410 would not make a client list again."""
        line = orjson.dumps({"type": "ERROR", "object": Expired(why).status()}) + b"\n"
        self.subscription.push(line)
        self.subscription.end()

    def open(self, *, after: int, timeout: timedelta | None) -> None:
        """Follow the collection from now on, as far as changes are newer than ``after``."""
        self._after = max(self._after, after)
        subscribers = self._resource.collection.subscribers
        subscribers[self.deliver] = self.subscription.end
        self.subscription.when_released(lambda: self._close())  # noqa: PLW0108  a bound method would keep its own reference
        if timeout is not None:
            self._end_after(timeout)
        self._plan_bookmark()

    def deliver(self, change: Change) -> None:
        """Send one change, if it concerns this watch."""
        entry, previous = change.entry, change.previous
        if entry.revision <= self._after or (self._namespace is not None and entry.key.namespace != self._namespace):
            return
        kind = self._kind(change, previous)
        if kind is None:
            return
        shown, place = entry, (self._resource.opening, kind)
        if kind == "DELETED" and not change.deleted and previous is not None:
            # It left what the selectors see: the event shows what they saw last, at the version of the change.
            shown = entry_of(self._resource, self._resource.load(previous), entry.revision)
            place = (self._resource.opening, "LEFT")
        if self._present is not None:
            line = self._line(kind, shown)
        else:
            found = change.lines.get(place)
            line = found if found is not None else change.lines.setdefault(place, self._line(kind, shown))
        self.subscription.push(line)

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
        return not self._selective or (self._labels.matches(entry.labels) and self._fields.matches(entry.fields))

    def _line(self, kind: str, entry: Entry) -> bytes:
        if self._present is not None:
            return orjson.dumps({"type": kind, "object": self._present.event(entry)}) + b"\n"
        return b'{"type":"' + kind.encode() + b'","object":' + self._resource.body(entry) + b"}\n"

    def _bookmark(self, annotations: Mapping[str, str] | None = None) -> None:
        metadata: Object = {"resourceVersion": str(max(self._cluster.store.revision, self._after))}
        if annotations:
            metadata["annotations"] = dict(annotations)
        marked = {"kind": self._resource.kind, "apiVersion": self._resource.api_version, "metadata": metadata}
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
