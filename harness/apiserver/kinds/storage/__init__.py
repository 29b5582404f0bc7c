"""Kinds of storage.k8s.io."""

from typing import Final

from harness.apiserver.kinds.storage.attachments import AttachmentStrategy
from harness.apiserver.kinds.storage.classes import StorageClassStrategy
from harness.apiserver.kinds.storage.drivers import DriverStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "CSIDriver": DriverStrategy(),
    "StorageClass": StorageClassStrategy(),
    "VolumeAttachment": AttachmentStrategy(),
}
