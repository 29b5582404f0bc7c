"""Where the objects of a deployment live on an API server, and how they get there: by server-side apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.clusters.client import NAMESPACES, ApiError, Client, Plural, Resource
from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RBAC: Final = "rbac.authorization.k8s.io"

PODS: Final = Plural("", "v1", "pods")
DEPLOYMENTS: Final = Plural("apps", "v1", "deployments")
STATEFUL_SETS: Final = Plural("apps", "v1", "statefulsets")

PLURALS: Final[Mapping[str, Plural]] = {
    "Namespace": NAMESPACES,
    "ServiceAccount": Plural("", "v1", "serviceaccounts"),
    "Secret": Plural("", "v1", "secrets"),
    "ConfigMap": Plural("", "v1", "configmaps"),
    "Service": Plural("", "v1", "services"),
    "Deployment": DEPLOYMENTS,
    "StatefulSet": STATEFUL_SETS,
    "PodDisruptionBudget": Plural("policy", "v1", "poddisruptionbudgets"),
    "ClusterRole": Plural(_RBAC, "v1", "clusterroles", namespaced=False),
    "ClusterRoleBinding": Plural(_RBAC, "v1", "clusterrolebindings", namespaced=False),
    "Role": Plural(_RBAC, "v1", "roles"),
    "RoleBinding": Plural(_RBAC, "v1", "rolebindings"),
}
"""The kinds that a deployment is made of."""

CLUSTER_SCOPED: Final = frozenset(kind for kind, plural in PLURALS.items() if not plural.namespaced)

_APPLY: Final = "application/apply-patch+yaml"


async def apply(client: Client, manifests: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Apply objects in the order given, ours over whoever set a field before; returns them as they are stored.

    :raises ClusterError: one is refused, or of a kind that a deployment has no use for.
    """
    return [await _apply(client, manifest) for manifest in manifests]


async def _apply(client: Client, manifest: Mapping[str, Any]) -> Resource:
    kind, metadata = str(manifest["kind"]), manifest["metadata"]
    plural = PLURALS.get(kind)
    if plural is None:
        raise ClusterError(f"{kind} {metadata['name']}: a deployment is made of {', '.join(sorted(PLURALS))}")
    path = plural.path(metadata.get("namespace", "default") if plural.namespaced else "", metadata["name"])
    try:
        stored = await client.request(
            "PATCH", path, body=manifest, query={"fieldManager": "harness", "force": "true"}, content=_APPLY
        )
    except ApiError as error:
        raise ClusterError(f"{kind} {metadata['name']} was refused: {error}") from error
    return dict(stored)
