"""``/statusz`` and ``/flagz``: what runs here and how it was started (KEP-4827, KEP-4828), for people and, since 1.35, for machines.

Of the flags those are shown that are true of this server: what a `ServerSettings` says, and what cannot be set here and is as
kube-apiserver has it without being told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from harness.apiserver.codec.accept import Form, pretty, wanted
from harness.apiserver.codec.yaml_out import to_yaml
from harness.apiserver.discovery.version import RUNTIME
from harness.apiserver.errors import NotAcceptable, warning_headers
from harness.apiserver.gotime import format_duration
from harness.apiserver.jsontext import dumps, laid_out
from harness.apiserver.messages import UNCACHED, Object, Reply, Request
from harness.apiserver.settings import ServerSettings

_JSON: Final = "application/json"
_YAML: Final = "application/yaml"
_TEXT: Final = "text/plain"
_OFFERED: Final = (_JSON, _YAML, _TEXT)
_GROUP: Final = "config.k8s.io"
_OLD: Final = "v1alpha1"
_VERSIONS: Final = frozenset({_OLD, "v1beta1"})
_COMPONENT: Final = "apiserver"
_PATHS: Final = ("/flagz", "/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version")
_CAVEAT: Final = (
    "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for "
    "debugging purposes only."
)


@dataclass(frozen=True, slots=True)
class _Page:
    kind: str
    fields: Object
    lines: list[str]


class StatusPages:
    """Answers both paths, to any method. ``clock`` tells how long the server has been up."""

    def __init__(self, settings: ServerSettings, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock, self._started = settings, clock, clock()

    def answer(self, request: Request) -> Reply | None:
        """Return the reply, or None when the path is another one.

        :raises NotAcceptable: the client takes neither text nor one of the versions of the kind.
        """
        match request.path:
            case "/statusz":
                return _presented(self._status(), request)
            case "/flagz":
                return _presented(self._flags(), request)
        return None

    def _status(self) -> _Page:
        up = int((self._clock() - self._started).total_seconds())
        release = self._settings.git_version.lstrip("v")
        emulated = ".".join(release.split(".")[:2])
        since = self._started.astimezone(UTC)
        fields = {
            "startTime": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "uptimeSeconds": up,
            "goVersion": RUNTIME,
            "binaryVersion": release,
            "emulationVersion": emulated,
            "paths": list(_PATHS),
        }
        lines = [
            "",
            f"Started: {since.strftime('%a %b %e %H:%M:%S UTC %Y')}",
            f"Up: {up // 3600} hr {up // 60 % 60:02} min {up % 60:02} sec",
            f"Go version: {RUNTIME}",
            f"Binary version: {release}",
            f"Emulation version: {emulated}",
            f"Paths: {' '.join(_PATHS)}",
        ]
        return _Page("Statusz", fields, lines)

    def _flags(self) -> _Page:
        flags = dict(sorted((_USUAL | _told(self._settings)).items()))
        return _Page("Flagz", {"flags": flags}, [f"{name}: {value}" for name, value in flags.items()])


def _presented(page: _Page, request: Request) -> Reply:
    accept = request.headers.get("accept", "").strip()
    form = wanted(accept, lambda form: _allowed(form, page.kind), _OFFERED) if accept else Form(_TEXT)
    if form is None:
        raise NotAcceptable(_OFFERED)
    if form.media == _TEXT:
        text = "\n".join(["", f"{_COMPONENT} {page.kind.lower()}", _CAVEAT, *page.lines, ""])
        return Reply(200, {"content-type": f"{_TEXT}; charset=utf-8", "cache-control": UNCACHED}, text.encode())
    head = {"kind": page.kind, "apiVersion": f"{_GROUP}/{form.version}", "metadata": {"name": _COMPONENT}}
    headers: Mapping[str, str] = {
        "content-type": f"{form.media};g={_GROUP};v={form.version};as={page.kind}",
        "cache-control": UNCACHED,
    }
    if form.version == _OLD:
        path = request.path[1:]
        headers = warning_headers(
            headers, [f"This version of the {path} endpoint is deprecated. Please use a newer version."]
        )
    value = {**head, **page.fields}
    if form.media == _YAML:
        return Reply(200, headers, to_yaml(value))
    body = dumps(value)
    indented = form.pretty or pretty(request.query, request.headers)
    return Reply(200, headers, laid_out(body) if indented else body + b"\n")


def _allowed(form: Form, kind: str) -> bool:
    if form.stream:
        return False
    if form.media == _TEXT:
        return not form.converts
    return form.group == _GROUP and form.kind == kind and form.version in _VERSIONS


_USUAL: Final = {
    "allow-privileged": "true",
    "enable-aggregator-routing": "false",
    "enable-bootstrap-token-auth": "false",
    "enable-logs-handler": "false",
    "enable-priority-and-fairness": "false",  # the one default that is not so: requests are answered one by one
    "encryption-provider-config": "",
    "endpoint-reconciler-type": "none",
    "feature-gates": "",
    "profiling": "false",
    "runtime-config": "",
    "service-account-lookup": "true",
    "service-node-port-range": "30000-32767",
}


def _told(settings: ServerSettings) -> dict[str, str]:
    mode = settings.authorization or ("RBAC" if settings.tokens else "AlwaysAllow")
    return {
        "authorization-mode": f"[{mode}]",
        "disable-admission-plugins": "[]" if settings.admit_service_accounts else "[ServiceAccount]",
        "event-ttl": format_duration((settings.event_ttl or timedelta()) // timedelta(microseconds=1) * 1000),
        "service-account-issuer": f"[{settings.service_account_issuer}]",
        "service-cluster-ip-range": settings.service_range,
    }
