"""Patches: what they are, and what an object is after one. None of them changes what it is applied to.

Server-side apply, which comes as a patch, too, is in ``managed.applying``.
"""

from harness.apiserver.patches.applying import Patched, apply_patch
from harness.apiserver.patches.media import APPLY, JSON_PATCH, MERGE, STRATEGIC, patch_type
from harness.apiserver.patches.reading import read_configuration

__all__ = ["APPLY", "JSON_PATCH", "MERGE", "STRATEGIC", "Patched", "apply_patch", "patch_type", "read_configuration"]
