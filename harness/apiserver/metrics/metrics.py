"""The counters of one server, and their exposition, which is made when somebody asks.

Counting is a look-up and a few additions on the way of a request. Durations are by the server's clock: where time is virtual,
only what waits takes any. A watch is counted when it is over, as kube-apiserver does it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from harness.apiserver.exposition import exposed, started
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metrics.labels import KIND, REQUEST, Asked, asked, single
from harness.apiserver.metrics.tallies import SECONDS, SIZES, Tally
from harness.apiserver.metrics.webhooks import WebhookCounts
from harness.apiserver.resources import Registry
from harness.apiserver.store import Store
from harness.apiserver.subscription import Subscription

_BUILD: Final = (
    *(("major", "major"), ("minor", "minor"), ("git_version", "gitVersion"), ("git_commit", "gitCommit")),
    *(("git_tree_state", "gitTreeState"), ("build_date", "buildDate"), ("go_version", "goVersion")),
    *(("compiler", "compiler"), ("platform", "platform")),
)


_QUICK: Final = timedelta(seconds=SECONDS[0])
_SMALL: Final = int(SIZES[0])


class _Seen:
    """What is known of the requests that are told apart by nothing: how long they took, and how large the replies were.

    ``quick`` and ``small`` count what falls below the first bound of either, as most does, ``took`` and ``bytes`` are the sums
    of that: an addition each, which is all that most requests pay. The tallies have the rest.
    """

    __slots__ = ("bytes", "quick", "seconds", "sizes", "small", "took")

    def __init__(self) -> None:
        self.seconds, self.sizes = Tally(SECONDS), Tally(SIZES)
        self.took, self.quick, self.bytes, self.small = timedelta(), 0, 0, 0

    def add(self, took: timedelta, size: int) -> None:
        """Count a request."""
        if took <= _QUICK:
            self.took += took
            self.quick += 1
        else:
            self.seconds.add(took.total_seconds())
        if size <= _SMALL:
            self.bytes += size
            self.small += 1
        else:
            self.sizes.add(size)

    def merge_into(self, seconds: Tally, sizes: Tally) -> None:
        """Add all that was counted to other tallies."""
        seconds.merge(self.seconds)
        seconds.add_small(self.quick, self.took.total_seconds())
        sizes.merge(self.sizes)
        sizes.add_small(self.small, self.bytes)

    @property
    def count(self) -> int:
        """How many there were."""
        return self.quick + self.seconds.count


class Metrics(Collector):
    """The counters of one server. ``build`` is what it says of its version."""

    def __init__(self, store: Store, registry: Registry, *, clock: Callable[[], datetime], build: Object) -> None:
        self._store, self._resources = store, registry
        self._clock, self._started, self._build = clock, clock(), build
        self._requests: dict[Asked, _Seen] = {}
        self._watches: dict[int, tuple[Asked, bool, Subscription]] = {}
        self._sent: Counter[tuple[str, str, str]] = Counter()
        self.webhooks = WebhookCounts()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def count(self, request: Request, reply: Reply, *, began: datetime) -> None:
        """Count a request that has been answered."""
        what = asked(request, reply.status)
        seen = self._requests.get(what)
        if seen is None:
            seen = self._requests[what] = _Seen()
        seen.add(self._clock() - began, len(reply.body))

    def watch(self, request: Request, subscription: Subscription, *, began: datetime) -> None:
        """Count a watch from now on, and as a request when it is over."""
        what = asked(request, subscription.status)
        self._watches[id(subscription)] = (what, single(request), subscription)
        subscription.when_released(partial(self._watched, what, subscription=subscription, began=began))

    def _watched(self, what: Asked, *, subscription: Subscription, began: datetime) -> None:
        self._requests.setdefault(what, _Seen()).add(self._clock() - began, 0)
        del self._watches[id(subscription)]
        self._sent[_kind(what)] += subscription.sent

    def answer(self, request: Request) -> Reply | None:
        """Return the exposition, to any method, or None when the path is another one."""
        if request.path != "/metrics":
            return None
        return exposed(request, self._registry, self._started)

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: no other collector shares the registry, so that nothing can clash."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as of now."""
        served = {what: seen for what, seen in self._requests.items() if self._served(what)}
        yield from _of_requests(served)
        yield self._deprecated(served)
        yield from self._objects()
        yield from self._of_watches()
        yield from self.webhooks.collect()
        build = GaugeMetricFamily(
            "kubernetes_build_info", "[BETA] What runs here; always 1.", labels=[label for label, _ in _BUILD]
        )
        build.add_metric([self._build[name] for _, name in _BUILD], 1)
        yield build
        yield started(self._started)

    def _served(self, what: Asked) -> bool:
        """Tell whether something was there to ask: other paths are whatever clients made up."""
        place = what.place
        if place is None:
            return what.code != 404
        return self._resources.find(place.group, place.version, place.plural) is not None

    def _deprecated(self, served: dict[Asked, _Seen]) -> Metric:
        found = GaugeMetricFamily(
            "apiserver_requested_deprecated_apis",
            "[STABLE] Deprecated kinds that somebody has asked for.",
            labels=(*KIND, "subresource", "removed_release"),
        )
        places = dict.fromkeys(what.place for what in served if what.place is not None)
        for place in dict.fromkeys((one.group, one.version, one.plural, one.subresource) for one in places):
            resource = self._resources.find(*place[:3])
            if resource is None or resource.custom or not resource.deprecation:
                continue
            if not place[3] or place[3] in resource.subresources:
                found.add_metric((*place, ""), 1)
        return found

    def _objects(self) -> Iterator[Metric]:
        counted = GaugeMetricFamily(
            "apiserver_resource_objects", "[ALPHA] Objects that are stored.", labels=("group", "resource")
        )
        older = GaugeMetricFamily(
            "apiserver_storage_objects", "[STABLE] (Deprecated since 1.34.0) The same.", labels=("resource",)
        )
        for collection in self._store.collections():
            counted.add_metric((collection.group, collection.plural), len(collection))
            name = f"{collection.plural}.{collection.group}" if collection.group else collection.plural
            older.add_metric((name,), len(collection))
        yield counted
        yield older

    def _of_watches(self) -> Iterator[Metric]:
        running = GaugeMetricFamily(
            "apiserver_longrunning_requests",
            "[STABLE] Watches in progress.",
            labels=("verb", *KIND, "subresource", "scope", "component"),
        )
        events = CounterMetricFamily("apiserver_watch_events", "[ALPHA] Events that watches have sent.", labels=KIND)
        open_ones: Counter[tuple[str, ...]] = Counter()
        sent = self._sent.copy()
        for what, of_one, subscription in self._watches.values():
            verb, _, *kind, subresource, scope, component = what.labels()
            open_ones[verb, *kind, subresource, "resource" if of_one else scope, component] += 1
            sent[_kind(what)] += subscription.sent
        for labels, count in open_ones.items():
            running.add_metric(labels, count)
        for of_kind, count in sent.items():
            events.add_metric(of_kind, count)
        yield running
        yield events


def _kind(what: Asked) -> tuple[str, str, str]:
    place = what.place
    return ("", "", "") if place is None else (place.group, place.version, place.plural)


def _of_requests(served: dict[Asked, _Seen]) -> Iterator[Metric]:
    total = CounterMetricFamily(
        "apiserver_request",
        "[STABLE] Counter of apiserver requests, by what was asked and answered.",
        labels=(*REQUEST, "code"),
    )
    took = HistogramMetricFamily(
        "apiserver_request_duration_seconds", "[STABLE] How long requests took to be answered.", labels=REQUEST
    )
    sizes = HistogramMetricFamily(
        "apiserver_response_sizes",
        "[STABLE] How large the replies to reading requests were.",
        labels=tuple(name for name in REQUEST if name != "dry_run"),
    )
    counts: Counter[tuple[str, ...]] = Counter()  # different paths may have the same labels
    by_labels: dict[tuple[str, ...], tuple[Tally, Tally]] = {}
    for what, seen in served.items():
        labels = what.labels()
        counts[*labels, str(what.code)] += seen.count
        seen.merge_into(*by_labels.setdefault(labels, (Tally(SECONDS), Tally(SIZES))))
    for counted, count in counts.items():
        total.add_metric(counted, count)
    read: dict[tuple[str, ...], Tally] = {}
    for labels, (seconds, size) in by_labels.items():
        took.add_metric(labels, seconds.buckets(), seconds.total)
        if labels[0] in {"GET", "LIST"}:
            read.setdefault((labels[0], *labels[2:]), Tally(SIZES)).merge(size)
    for labels, size in read.items():
        sizes.add_metric(labels, size.buckets(), size.total)
    yield total
    yield took
    yield sizes
