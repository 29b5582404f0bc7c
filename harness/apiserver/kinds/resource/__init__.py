"""Kinds of resource.k8s.io: devices, and who gets them (dynamic resource allocation)."""

from typing import Final

from harness.apiserver.kinds.resource.claims import ClaimStrategy, ClaimTemplateStrategy
from harness.apiserver.kinds.resource.classes import DeviceClassStrategy
from harness.apiserver.kinds.resource.slices import SliceStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "DeviceClass": DeviceClassStrategy(),
    "ResourceClaim": ClaimStrategy(),
    "ResourceClaimTemplate": ClaimTemplateStrategy(),
    "ResourceSlice": SliceStrategy(),
}
