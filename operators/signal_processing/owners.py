"""Who controls a Pod: the chain of controller references above it, nearest first (BR-SP-100).

Only references with ``controller: true`` count; at most five are followed, which is more than any built-in controller
nests. An owner is listed by what its child says of it, so the last one is named even when it is gone or of a kind that
cannot be read from here. Owners live in the namespace of what they own; references cannot cross it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from operators.api.kinds import Kind
from operators.runtime.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from operators.signal_processing.enrichment import Reader

LONGEST_CHAIN = 5

# Kinds that control pods, directly or not, and their plural in the API; the chain ends at any other.
_FOLLOWED = {
    ("apps", "ReplicaSet"): "replicasets",
    ("apps", "Deployment"): "deployments",
    ("apps", "StatefulSet"): "statefulsets",
    ("apps", "DaemonSet"): "daemonsets",
    ("batch", "Job"): "jobs",
    ("batch", "CronJob"): "cronjobs",
}
_CLUSTER_SCOPED = frozenset({"Node", "Namespace", "PersistentVolume", "ClusterRole", "ClusterRoleBinding"})


async def owner_chain(kube: Reader, found: Mapping[str, Any]) -> list[dict[str, str]]:
    """``[{"kind", "name", "namespace"}, …]`` above ``found``, which itself is not in it.

    :raises KubeError: the API server failed at an owner; one that does not exist (any more) only ends the chain.
    """
    namespace = found["metadata"].get("namespace", "")
    chain: list[dict[str, str]] = []
    child: Mapping[str, Any] | None = found
    while child is not None and len(chain) < LONGEST_CHAIN and (reference := _controller(child)) is not None:
        entry = {"kind": reference["kind"], "name": reference["name"]}
        chain.append(entry if reference["kind"] in _CLUSTER_SCOPED else {**entry, "namespace": namespace})
        child = await _owner(kube, reference, namespace) if len(chain) < LONGEST_CHAIN else None
    return chain


def _controller(child: Mapping[str, Any]) -> Mapping[str, Any] | None:
    references = child["metadata"].get("ownerReferences") or []
    return next((reference for reference in references if reference.get("controller")), None)


async def _owner(kube: Reader, reference: Mapping[str, Any], namespace: str) -> dict[str, Any] | None:
    group, _, version = reference["apiVersion"].rpartition("/")
    plural = _FOLLOWED.get((group, reference["kind"]))
    if plural is None:
        return None
    kind = Kind(group=group, version=version, plural=plural, kind=reference["kind"], phase_field="")
    try:
        return await kube.get(kind, namespace, reference["name"])
    except NotFound:
        return None
