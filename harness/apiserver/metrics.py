"""``/metrics``: what the server can truly count, under the names that kube-apiserver gives it.

Counting is a dictionary increment on the way of a request; the exposition is made when somebody asks.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from harness.apiserver.exposition import exposed, started
from harness.apiserver.messages import Reply, Request
from harness.apiserver.resources import Registry
from harness.apiserver.routes import parse_route
from harness.apiserver.store import Store

_TRUE: Final = frozenset({"true", "True", "1", ""})
_APPLY: Final = "application/apply-patch"

_REQUEST: Final = ("verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component", "code")
_WATCH: Final = ("verb", "group", "version", "resource", "subresource", "scope", "component")


class _Place(NamedTuple):
    """A path without the names in it, which are no labels: there are too many of them."""

    group: str
    version: str
    plural: str
    subresource: str
    namespaced: bool
    named: bool


class _Asked(NamedTuple):
    route: _Place | None
    path: str
    verb: str
    dry_run: str
    code: int


class Metrics(Collector):
    """The counters of one server."""

    def __init__(self, store: Store, registry: Registry, clock: Callable[[], datetime]) -> None:
        self._store, self._resources, self._started = store, registry, clock()
        self._requests: Counter[_Asked] = Counter()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def count(self, request: Request, code: int) -> None:
        """Count an answered request."""
        route = _place(request.path)
        if route is None:
            asked = _Asked(None, request.path, request.method, "", code)
        else:
            asked = _Asked(route, "", _verb(request, route), request.query.get("dryRun", ""), code)
        self._requests[asked] += 1

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
        total = CounterMetricFamily(
            "apiserver_request",
            "[STABLE] Counter of apiserver requests, by what was asked and answered.",
            labels=_REQUEST,
        )
        by_labels: Counter[tuple[str, ...]] = Counter()  # different paths may have the same
        for asked, count in self._requests.items():
            if self._served(asked):
                by_labels[_labels(asked)] += count
        for labels, count in by_labels.items():
            total.add_metric(labels, count)
        yield total
        yield self._objects("apiserver_resource_objects", "Objects that are stored.", ("group", "resource"))
        yield self._watches()
        yield started(self._started)

    def _served(self, asked: _Asked) -> bool:
        """Tell whether something was there to ask: other paths are whatever clients made up."""
        route = asked.route
        if route is None:
            return asked.code != 404
        return self._resources.find(route.group, route.version, route.plural) is not None

    def _objects(self, name: str, text: str, labels: tuple[str, ...]) -> Metric:
        found = GaugeMetricFamily(name, f"[BETA] {text}", labels=labels)
        for collection in self._store.collections():
            found.add_metric((collection.group, collection.plural), len(collection))
        return found

    def _watches(self) -> Metric:
        found = GaugeMetricFamily(
            "apiserver_longrunning_requests", "[STABLE] Watches in progress, all scopes together.", labels=_WATCH
        )
        for collection in self._store.collections():
            resource = self._resources.of_collection(collection)
            if resource is not None and collection.subscribers:
                where = (resource.group, resource.version, resource.plural)
                found.add_metric(("WATCH", *where, "", "cluster", "apiserver"), len(collection.subscribers))
        return found


@lru_cache(maxsize=4096)  # as many as routes are kept
def _place(path: str) -> _Place | None:
    route = parse_route(path)
    if route is None or not route.plural:
        return None
    where = (route.group, route.version, route.plural, route.subresource)
    return _Place(*where, namespaced=route.namespace is not None, named=bool(route.name))


def _verb(request: Request, route: _Place) -> str:
    match request.method:
        case "GET" if request.query.get("watch", "false") in _TRUE:
            return "WATCH"
        case "GET" if not route.named:
            return "LIST"
        case "PATCH" if request.headers.get("content-type", "").startswith(_APPLY):
            return "APPLY"
    return request.method


def _labels(asked: _Asked) -> tuple[str, ...]:
    route = asked.route
    if route is None:
        return (asked.verb, asked.dry_run, "", "", "", asked.path, "", "apiserver", str(asked.code))
    named = route.named or asked.verb == "POST"
    scope = "resource" if named else "namespace" if route.namespaced else "cluster"
    where = (route.group, route.version, route.plural, route.subresource)
    return (asked.verb, asked.dry_run, *where, scope, "apiserver", str(asked.code))
