"""``log``, ``exec``, ``attach``, ``portforward`` and ``proxy``: answered as a server without kubelets answers."""

from harness.apiserver.access.attributes import target_of
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, NotFound, PlainError
from harness.apiserver.messages import UNCACHED, Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.connecting import admitted_options


def without_node(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Say why there is nothing to connect to.

    :raises NotFound: there is no such pod, or not the node that it is bound to.
    :raises BadRequest: the pod is not bound, or has no such container.
    """
    part = target_of(request.path).subresource
    container = request.query.get("container", "")
    if part != "log":
        container = admitted_options(cluster, resource, key, request).get("container") or ""
    entry = resource.collection.get(key)
    if entry is None:
        raise NotFound(resource, key.name)
    pod = resource.load(entry)
    if part == "proxy":
        raise BadRequest("address not allowed")
    spec = pod["spec"]
    if part != "portforward":
        _check_container(spec, key.name, container)
    node = spec.get("nodeName")
    if not node:
        if part == "log":  # nothing has been written yet
            return Reply(204, {"cache-control": UNCACHED})
        raise BadRequest(f"pod {key.name} does not have a host assigned")
    nodes = cluster.registry.find("", "v1", "nodes")
    if nodes is None or nodes.collection.get(Key("", node)) is None:
        raise NotFound(resource, node)  # about the node, by the name of pods: so the real server says it
    raise PlainError("no preferred addresses found; known addresses: []")


def _check_container(spec: Object, name: str, asked: str) -> None:
    parts = ("initContainers", "containers", "ephemeralContainers")
    names = [container["name"] for part in parts for container in spec.get(part) or []]
    if not asked:
        if len(names) > 1:
            listed = " ".join(names)
            raise BadRequest(f"a container name must be specified for pod {name}, choose one of: [{listed}]")
    elif asked not in names:
        raise BadRequest(f"container {asked} is not valid for pod {name}")
