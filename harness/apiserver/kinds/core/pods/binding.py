"""``pods/binding`` and ``bindings``: what a scheduler posts to put a pod onto a node."""

from dataclasses import replace

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, Conflict, NotFound, PlainError
from harness.apiserver.kinds.core.pods.writing import SUCCESS, save, with_condition
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.objects import reply
from harness.apiserver.verbs.posted import Posted, read_posted


def bind_pod(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Bind the pod that the path names."""
    posted = read_posted(cluster, resource, key, request, posted=_binding(resource), subresource="binding")
    if posted.value["metadata"].get("name", key.name) != key.name:
        raise BadRequest("name in URL does not match name in Binding object")
    return _bind(cluster, resource, key, posted)


def bind_named(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Bind the pod that the body names (``POST …/bindings``)."""
    posted = read_posted(cluster, resource, key, request, posted=_binding(resource))
    pods = cluster.registry.find("", "v1", "pods")
    if pods is None:
        raise AssertionError("pods are not served")
    return _bind(cluster, pods, Key(key.namespace, posted.value["metadata"].get("name", "")), posted)


def _binding(resource: Resource) -> Resource:
    """Return what a binding's body is read as."""
    return replace(resource, kind="Binding", model="io.k8s.api.core.v1.Binding", strategy=Strategy())


def _bind(cluster: Cluster, pods: Resource, key: Key, posted: Posted) -> Reply:
    binding = posted.value
    target = binding.get("target") or {}
    wrong = []
    if target.get("kind") not in {None, "", "Node"}:
        wrong.append(f'target.kind: Unsupported value: "{target["kind"]}": supported values: "Node", "<empty>"')
    if not target.get("name"):
        wrong.append("target.name: Required value")
    if wrong:
        raise PlainError(wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]")
    posted.check(binding)
    entry = pods.collection.get(key)
    if entry is None:
        raise NotFound(pods, key.name)
    pod = pods.load(entry)
    given = binding.get("metadata") or {}
    if given.get("uid") not in {None, "", entry.uid}:
        why = f"Precondition failed: UID in precondition: {given['uid']}, UID in object meta: {entry.uid}"
        raise Conflict(pods, key.name, why)
    spec, metadata = pod["spec"], pod["metadata"]
    if why := _refusal(key.name, metadata, spec):
        raise Conflict(_Bindings(), key.name, why)
    metadata = {**metadata}
    for part in ("annotations", "labels"):
        if given.get(part):
            metadata[part] = {**(metadata.get(part) or {}), **given[part]}
    bound = with_condition(cluster, pod, {"type": "PodScheduled", "status": "True"})
    status = {name: item for name, item in bound["status"].items() if name != "nominatedNodeName"}
    value = {**bound, "metadata": metadata, "spec": {**spec, "nodeName": target["name"]}, "status": status}
    if not posted.options.dry_run:
        save(cluster, pods, entry, value)
    return reply(201, orjson.dumps(SUCCESS))


def _refusal(name: str, metadata: Object, spec: Object) -> str:
    if "deletionTimestamp" in metadata:
        return f"pod {name} is being deleted, cannot be assigned to a host"
    if spec.get("nodeName"):
        return f'pod {name} is already assigned to node "{spec["nodeName"]}"'
    return f"pod {name} has non-empty .spec.schedulingGates" if spec.get("schedulingGates") else ""


class _Bindings:
    """How refusals name what was asked for."""

    group, plural, kind = "", "pods/binding", "Binding"
