"""managedFields (KEP-555): who owns which fields of an object.

``managers`` reads and writes the entries, ``tracking`` follows creates, updates and patches, ``applying`` is server-side apply.
"""

from harness.apiserver.managed.managers import manager_of, same_owners, written_by
from harness.apiserver.managed.tracking import owners_of_new, owners_of_revised

__all__ = ["manager_of", "owners_of_new", "owners_of_revised", "same_owners", "written_by"]
