"""``/livez``, ``/readyz``, ``/healthz``: whether the server is well, by checks that can be left out or asked alone.

The checks bear the names that kube-apiserver 1.36 gives them, because monitors ask by name. Here they hold by
construction: the core has started before it can answer, and what it keeps is in its own memory.
"""

from typing import Final

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


def health(request: Request) -> Reply | None:
    """Return the reply to a request of any method, or None when its path is no check."""
    checks = CHECKS.get(request.path)
    if checks is not None:
        return Reply(200, _WHOLE, _report(request, checks))
    path, _, check = request.path[1:].partition("/")
    return Reply(200, _TEXT, b"ok") if check in CHECKS.get(f"/{path}", ()) else None


def _report(request: Request, checks: tuple[str, ...]) -> bytes:
    if "verbose" not in request.query:
        return b"ok"
    excluded = {request.query["exclude"]} if "exclude" in request.query else set()
    lines = [f"[+]{check} excluded: ok" if check in excluded else f"[+]{check} ok" for check in checks]
    if unknown := sorted(excluded.difference(checks)):
        lines.append(f"warn: some health checks cannot be excluded: no matches for {','.join(map(quote, unknown))}")
    return "\n".join([*lines, f"{request.path[1:]} check passed", ""]).encode()
