"""An administrator for one session: a service account of its own, since operators take a token, and kind gives certificates.

What a session has made is found by its label (`sessions`), and removed; its namespaces are waited for until they are gone.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from harness.clusters.client import NAMESPACES, ApiError, Client, Plural
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.sessions import LABEL

if TYPE_CHECKING:
    from harness.clusters.cluster import Address

_ACCOUNTS: Final = Plural("", "v1", "serviceaccounts")
_BINDINGS: Final = Plural("rbac.authorization.k8s.io", "v1", "clusterrolebindings", namespaced=False)

_LIFETIME_S: Final = 86400
"""Of the token: no session is longer."""

_LOOK_S: Final = 0.5
"""Between two looks at namespaces that go."""

_PATIENCE_S: Final = 120.0
"""What namespaces may take to go: the controllers come to each of them in turn."""


async def appoint(owner: Address, mark: str) -> str:
    """Make the session's administrator; returns its token."""
    client = Client(owner, name="harness")
    name = f"rehearsal-{mark}"
    metadata = {"name": name, "labels": {LABEL: mark}}
    try:
        await client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        await client.create(_ACCOUNTS, {"metadata": metadata}, namespace=name)
        await client.create(_BINDINGS, _binding(name, metadata))
        asked = {"spec": {"expirationSeconds": _LIFETIME_S}}
        answer = await client.request("POST", _ACCOUNTS.path(name, name, "token"), body=asked)
    except ApiError as error:
        raise KindError(
            f"cannot make an administrator for this session, the context has not the rights: {error}"
        ) from error
    finally:
        await client.close()
    return str(answer["status"]["token"])


async def dismiss(owner: Address, mark: str) -> None:
    """Remove all that a session has made, and wait until it is gone.

    :raises KindError: a namespace does not go; the message says what holds it.
    """
    client = Client(owner, name="harness")
    try:
        await client.request("DELETE", _BINDINGS.path(), query={"labelSelector": f"{LABEL}={mark}"})
        for one in await _left(client, mark):
            if "deletionTimestamp" not in one["metadata"]:
                await _delete(client, one["metadata"]["name"])
        left: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while left := await _left(client, mark):  # noqa: ASYNC110  the end of a namespace is looked for
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise KindError(f"namespaces do not go within {_PATIENCE_S:.0f} s: {_holding(left)}") from None
    finally:
        await client.close()


async def _left(client: Client, mark: str) -> list[dict[str, Any]]:
    return await client.list(NAMESPACES, labelSelector=f"{LABEL}={mark}")


async def _delete(client: Client, name: str) -> None:
    try:
        await client.delete(NAMESPACES, name)
    except ApiError as error:
        if error.status not in {404, 409}:  # gone, or told to go in this moment
            raise


def _holding(left: list[dict[str, Any]]) -> str:
    """Say of each namespace what its conditions say."""
    found = []
    for one in left:
        conditions = one.get("status", {}).get("conditions") or ()
        why = "; ".join(condition["message"] for condition in conditions if condition["status"] == "True")
        found.append(f"{one['metadata']['name']} ({why or 'no reason given'})")
    return ", ".join(found)


def _binding(name: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "metadata": metadata,
        "roleRef": {"apiGroup": _BINDINGS.group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": name}],
    }
