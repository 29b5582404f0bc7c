"""Kinds of storage.k8s.io."""

from typing import Final

from harness.apiserver.kinds.storage.attachments import AttachmentStrategy
from harness.apiserver.kinds.storage.capacities import CapacityStrategy
from harness.apiserver.kinds.storage.classes import AttributesClassStrategy, StorageClassStrategy
from harness.apiserver.kinds.storage.drivers import DriverStrategy
from harness.apiserver.kinds.storage.nodes import CSINodeStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "CSIDriver": DriverStrategy(),
    "CSINode": CSINodeStrategy(),
    "CSIStorageCapacity": CapacityStrategy(),
    "StorageClass": StorageClassStrategy(),
    "VolumeAttachment": AttachmentStrategy(),
    "VolumeAttributesClass": AttributesClassStrategy(),
}
