"""Read from the cluster what the signal is about (BR-SP-001, BR-SP-100).

One attempt is a few GETs: the Namespace, the target, and for a Pod its Node and its chain of controllers. Every read
goes to the API server; a cached namespace would classify on labels that somebody has since corrected.

Three ends, and who deals with them:

* a context, perhaps in *degraded mode*: the target is gone (pods are, when they crash), its namespace still says what
  it meant. Degraded is not failed.
* ``Unresolvable``: the namespace does not exist, or none is named where one is needed. Permanent; no retry will find
  it.
* any other error of the API server, or a time-out: raised as it is. The queue tries again, with backoff, and nothing is
  written meanwhile.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from operators.runtime.errors import NotFound
from operators.signal_processing.errors import EnrichmentTimeoutError
from operators.signal_processing.owners import owner_chain
from operators.signal_processing.workloads import NAMESPACE, NODE, TARGETS, Target, namespace_block, node_block

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from operators.api.kinds import Kind


class Reader(Protocol):
    """The one thing enrichment needs of ``Kube``."""

    async def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any]:
        """The object; raises ``NotFound`` when there is none."""


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What was found, as ``status.kubernetesContext`` will hold it."""

    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def degraded(self) -> bool:
        """Whether the target itself was missing."""
        return bool(self.context.get("degradedMode"))


@dataclass(frozen=True, slots=True)
class Unresolvable:
    """The place that the signal names does not exist.

    :ivar reason: for the condition ``EnrichmentComplete``.
    """

    reason: str
    message: str


async def enrich(kube: Reader, signal: Mapping[str, Any], *, patience: timedelta) -> Enrichment | Unresolvable:
    """Read the context of one signal.

    :param signal: ``spec.signal`` of the SignalProcessing.
    :param patience: for all reads of this attempt together.
    :raises EnrichmentTimeoutError: the attempt took longer.
    :raises KubeError: the API server refused or failed; worth another attempt.
    """
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await _read(kube, signal)
    except TimeoutError as error:
        target = signal["targetResource"]
        raise EnrichmentTimeoutError(
            f"reading {target['kind']} {target['name']!r} and what belongs to it took longer than "
            f"{patience.total_seconds():g} s (setting enrichment_timeout); it is tried again",
        ) from error


async def _read(kube: Reader, signal: Mapping[str, Any]) -> Enrichment | Unresolvable:
    named = signal["targetResource"]
    # Only the cluster's own targets are objects here; something of AWS or Datadog may still belong to a namespace.
    target = TARGETS.get(named["kind"]) if signal.get("targetType") == "kubernetes" else None
    namespace = named.get("namespace", "") if target is None or target.namespaced else ""
    if target is not None and target.namespaced and not namespace:
        return Unresolvable(
            "EnrichmentFailed", f"the signal names {named['kind']} {named['name']!r} without a namespace"
        )

    context: dict[str, Any] = {"degradedMode": False}
    if namespace:
        found = await _find(kube, NAMESPACE, "", namespace)
        if found is None:
            return Unresolvable(
                "ResourceNotFound", f"namespace {namespace!r} of {named['kind']} {named['name']!r} does not exist"
            )
        context["namespace"] = namespace_block(found)
    if target is not None:
        context |= await _read_target(kube, target, namespace=namespace, name=named["name"])
    return Enrichment(context)


async def _read_target(kube: Reader, target: Target, *, namespace: str, name: str) -> dict[str, Any]:
    found = await _find(kube, target.kind, namespace, name)
    if found is None:
        return {"degradedMode": True}
    blocks: dict[str, Any] = {target.field: target.keep(found)}
    if target.field != "pod":
        return blocks
    node_name = (found.get("spec") or {}).get("nodeName")
    if (
        node_name and (node := await _find(kube, NODE, "", node_name)) is not None
    ):  # a drained node leaves pods behind for a while
        blocks["node"] = node_block(node)
    if chain := await owner_chain(kube, found):
        blocks["ownerChain"] = chain
    return blocks


async def _find(kube: Reader, kind: Kind, namespace: str, name: str) -> dict[str, Any] | None:
    try:
        return await kube.get(kind, namespace, name)
    except NotFound:
        return None
