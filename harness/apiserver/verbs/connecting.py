"""CONNECT: what is asked of admission before somebody is connected to a pod, a service or a node, and in which words.

The object that is shown are the options of the connection, read from the query. Nothing stands behind a connection here, so what
follows is the refusal of a server whose nodes cannot be reached.
"""

from typing import Final

from harness.apiserver.access.attributes import target_of
from harness.apiserver.admission import CONNECT, Attributes, Kind
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, NotServed
from harness.apiserver.messages import ADMINISTRATOR, Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.asking import Asking
from harness.apiserver.verbs.parameters import flag, number, several

CONNECTIONS: Final = frozenset({"attach", "exec", "portforward", "proxy"})
_KINDS: Final = {
    "attach": "PodAttachOptions",
    "exec": "PodExecOptions",
    "portforward": "PodPortForwardOptions",
}
_STREAMS: Final = ("stdin", "stdout", "stderr", "tty")


def connects(path: str) -> bool:
    """Tell whether a path is one of a connection, which is admitted whatever the method."""
    return target_of(path).subresource in CONNECTIONS


def admitted_options(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Object:
    """Return the options of a connection, as those leave them who may change them.

    :raises BadRequest: they cannot be read, or ask for a dry run.
    :raises ApiError: somebody refuses the connection.
    """
    if "dryRun" in request.query:
        raise BadRequest("dryRun is not supported")
    part = target_of(request.path).subresource
    kind = _KINDS.get(part) or f"{resource.kind}ProxyOptions"
    options: Object = {"kind": kind, "apiVersion": "v1", **_options(part, request)}
    asking = Asking(
        cluster,
        Attributes(
            operation=CONNECT,
            resource=resource,
            user=request.user or ADMINISTRATOR,
            namespace=key.namespace,
            name=key.name,
            options=None,
            subresource=part,
            kind=Kind("", "v1", kind),
        ),
        seen=lambda value: value,
        read=lambda changed: changed,
        warn=lambda text: request.warnings.append(text) if text not in request.warnings else None,
    )
    options = asking.changed(options)
    asking.check(options)
    return options


def to_nowhere(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Admit a connection to a service or a node, which then cannot be made.

    :raises NotServed: always, unless somebody refuses it before.
    """
    admitted_options(cluster, resource, key, request)
    raise NotServed(resource, target_of(request.path).subresource)


def _options(part: str, request: Request) -> Object:
    query, found = request.query, Object()
    if part == "proxy":
        rest = request.path.partition("/proxy/")[2]
        return {"path": f"/{rest}"} if rest else found
    if part == "portforward":
        ports = [number({"port": one}, "port") for one in several(query, "ports")]
        return {"ports": ports} if ports else found
    found = {name: True for name in _STREAMS if flag(query, name)}
    if container := query.get("container"):
        found["container"] = container
    return {**found, "command": several(query, "command") or None} if part == "exec" else found
