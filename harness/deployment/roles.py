"""Operators of the test's process with the rights of a deployment: each speaks as its service account, and nobody looks away.

The rights come from the manifests as they stand, so that what passes here is what a cluster would grant. An operator belongs
to the Deployment of its name; that names the service account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.clusters.cluster import ClusterError
from harness.deployment.manifests import PLURALS, apply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.clusters.client import Client

_KINDS: Final = ("Namespace", "ServiceAccount", "ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding")
"""What rights are made of, in the order in which it has to be there."""

_LIFETIME_S: Final = 31 * 86400
"""Longer than any scenario: nobody replaces these tokens, as a kubelet does those of pods."""

_REQUEST: Final = {
    "apiVersion": "authentication.k8s.io/v1",
    "kind": "TokenRequest",
    "spec": {"expirationSeconds": _LIFETIME_S},
}

ADMINISTRATOR: Final = "administrator"
"""The token of whoever sets the stage, where it is ours to give."""


class Rights:
    """What the manifests of a deployment let operators do.

    :param manifests: the objects of the deployment; others than accounts, roles and bindings are left aside.
    """

    def __init__(self, manifests: Sequence[Mapping[str, Any]]) -> None:
        self._manifests = manifests

    async def grant(self, client: Client) -> None:
        """Put accounts, roles and bindings onto an API server.

        :raises ClusterError: one is refused.
        """
        await apply(client, [one for kind in _KINDS for one in self._manifests if one["kind"] == kind])

    async def token(self, client: Client, operator: str) -> str:
        """Request a token for the service account that an operator runs under, long enough for a scenario.

        :raises ClusterError: the deployment has no such operator.
        """
        namespace, account = self._account_of(operator)
        path = PLURALS["ServiceAccount"].path(namespace, account, "token")
        answer = await client.request("POST", path, body=_REQUEST)
        return str(answer["status"]["token"])

    def _account_of(self, operator: str) -> tuple[str, str]:
        deployed = {one["metadata"]["name"]: one for one in self._manifests if one["kind"] == "Deployment"}
        if operator not in deployed:
            known = ", ".join(sorted(deployed)) or "none"
            raise ClusterError(
                f"the deployment has no Deployment {operator!r}, whose rights it could be given; it has: {known}"
            )
        found = deployed[operator]
        pod = found["spec"]["template"]["spec"]
        return found["metadata"]["namespace"], pod.get("serviceAccountName", "default")
