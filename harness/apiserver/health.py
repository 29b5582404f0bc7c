"""``/livez``, ``/readyz``, ``/healthz``: whether the server is well, by checks that can be left out or asked alone.

The checks bear the names that kube-apiserver 1.36 gives them, because monitors ask by name. Here they hold by
construction: the core has started before it can answer, and what it keeps is in its own memory. How often each was made is
at ``/metrics/slis`` (KEP-3466).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from harness.apiserver.exposition import exposed, started
from harness.apiserver.fields import quote
from harness.apiserver.messages import UNCACHED, Reply, Request

_HOOKS: Final = tuple(
    f"poststarthook/{hook}"
    for hook in (
        "start-apiserver-admission-initializer",
        "generic-apiserver-start-informers",
        "priority-and-fairness-config-consumer",
        "priority-and-fairness-filter",
        "storage-object-count-tracker-hook",
        "start-apiextensions-informers",
        "start-apiextensions-controllers",
        "crd-informer-synced",
        "start-system-namespaces-controller",
        "peer-endpoint-reconciler-controller",
        "start-cluster-authentication-info-controller",
        "start-kube-apiserver-identity-lease-controller",
        "start-kube-apiserver-identity-lease-garbage-collector",
        "storage-readiness",
        "start-legacy-token-tracking-controller",
        "start-service-ip-repair-controllers",
        "rbac/bootstrap-roles",
        "scheduling/bootstrap-system-priority-classes",
        "priority-and-fairness-config-producer",
        "bootstrap-controller",
        "start-kubernetes-service-cidr-controller",
        "start-kube-aggregator-informers",
        "apiservice-status-local-available-controller",
        "apiservice-status-remote-available-controller",
        "apiservice-registration-controller",
        "apiservice-discovery-controller",
        "kube-apiserver-autoregistration",
    )
)
_LAST: Final = (
    *_HOOKS,
    "autoregister-completion",
    "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller",
)

CHECKS: Final = {
    "/healthz": ("ping", "log", "loopback-serving-certificate", "etcd", *_LAST),
    "/livez": ("ping", "log", "loopback-serving-certificate", "etcd", *_LAST),
    "/readyz": ("ping", "log", "etcd", "etcd-readiness", "informer-sync", *_LAST, "shutdown"),
}
"""The checks of each path, in the order in which they are made."""

_TEXT: Final = {"content-type": "text/plain; charset=utf-8", "cache-control": UNCACHED}
_WHOLE: Final = {**_TEXT, "x-content-type-options": "nosniff"}


class Health(Collector):
    """Answers the paths of checks to any method, and counts. ``clock`` tells when the server has started."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._made: Counter[tuple[str, str]] = Counter()
        self._started = clock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def answer(self, request: Request) -> Reply | None:
        """Return the reply to a request, or None when its path is no check."""
        if request.path == "/metrics/slis":
            return exposed(request, self._registry, self._started)
        checks = CHECKS.get(request.path)
        if checks is not None:
            excluded = set(request.query["exclude"].split("\n")) if "exclude" in request.query else set()
            kind = request.path[1:]
            self._made.update((check, kind) for check in checks if check not in excluded)
            return Reply(200, _WHOLE, _report(request, checks, excluded))
        path, _, check = request.path[1:].partition("/")
        return Reply(200, _TEXT, b"ok") if check in CHECKS.get(f"/{path}", ()) else None

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: no other collector shares the registry, so that nothing can clash."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as of now."""
        well = GaugeMetricFamily(
            "kubernetes_healthcheck",
            "[STABLE] Whether a health check passed when it was made last.",
            labels=("name", "type"),
        )
        made = CounterMetricFamily(
            "kubernetes_healthchecks", "[STABLE] How often health checks were made.", labels=("name", "status", "type")
        )
        for (check, kind), count in sorted(self._made.items()):
            well.add_metric((check, kind), 1)
            made.add_metric((check, "success", kind), count)
        yield well
        yield made
        yield started(self._started)


def _report(request: Request, checks: tuple[str, ...], excluded: set[str]) -> bytes:
    if "verbose" not in request.query:
        return b"ok"
    lines = [f"[+]{check} excluded: ok" if check in excluded else f"[+]{check} ok" for check in checks]
    if unknown := sorted(excluded.difference(checks)):
        lines.append(f"warn: some health checks cannot be excluded: no matches for {','.join(map(quote, unknown))}")
    return "\n".join([*lines, f"{request.path[1:]} check passed", ""]).encode()
