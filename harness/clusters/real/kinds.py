"""What a server calls the kinds of manifests: ``Deployment`` of ``apps/v1`` is found below ``deployments``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.clusters.client import ApiError, Plural
from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.clusters.client import Client
    from harness.clusters.real.venue import Venue


async def kind_of(client: Client, venue: Venue, *, api_version: str, kind: str) -> Plural:
    """Look a kind up; what discovery says is kept, what it does not say is asked again.

    :raises ClusterError: the server has no such kind; the message says which ones of that version it has.
    """
    key = api_version, kind
    if key not in venue.kinds:
        venue.kinds.update(await _discovered(client, api_version))
    if key not in venue.kinds:
        known = ", ".join(sorted(one for version, one in venue.kinds if version == api_version)) or "none"
        raise ClusterError(f"{kind} of {api_version} is not served here; of that version there are: {known}")
    return venue.kinds[key]


def defined_by(crd: Mapping[str, Any]) -> tuple[str, Plural]:
    """Return kind and coordinates of what a CustomResourceDefinition defines, in its stored version."""
    spec = crd["spec"]
    version = next(one["name"] for one in spec["versions"] if one.get("storage"))
    namespaced = spec["scope"] == "Namespaced"
    return spec["names"]["kind"], Plural(spec["group"], version, spec["names"]["plural"], namespaced=namespaced)


async def _discovered(client: Client, api_version: str) -> dict[tuple[str, str], Plural]:
    group, _, version = api_version.rpartition("/")
    try:
        found = await client.request("GET", f"/apis/{api_version}" if group else f"/api/{version}")
    except ApiError as error:
        if error.status == 404:
            return {}
        raise
    return {
        (api_version, one["kind"]): Plural(group, version, one["name"], namespaced=one["namespaced"])
        for one in found["resources"]
        if "/" not in one["name"]
    }
