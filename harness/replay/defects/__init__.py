"""Historic defects: named, reversible substitutions of one collaborator each.

They are the proof that the scenarios are worth their time: each one must be caught, and the code without them must pass.
``--with-defect NAME`` switches one on.
"""

from harness.replay.defects.audit_without_outbox import AUDIT_WITHOUT_OUTBOX
from harness.replay.defects.defect import Defect
from harness.replay.defects.fingerprint_without_namespace import FINGERPRINT_WITHOUT_NAMESPACE
from harness.replay.defects.unguarded_write import UNGUARDED_WRITE

DEFECTS = {defect.name: defect for defect in (UNGUARDED_WRITE, FINGERPRINT_WITHOUT_NAMESPACE, AUDIT_WITHOUT_OUTBOX)}
"""All defects by name."""

__all__ = ["DEFECTS", "Defect"]
