"""One recorded version of an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """An object as one watch event showed it.

    :ivar at: when the version came to be.
    :ivar type: ADDED, MODIFIED or DELETED.
    """

    at: datetime
    type: str
    object: dict[str, Any]

    @property
    def gone(self) -> bool:
        """Whether this is the object's last, the one that was deleted."""
        return self.type == "DELETED"

    @property
    def resource_version(self) -> str:
        """The version's number, to be compared for equality only."""
        return str(self.object["metadata"]["resourceVersion"])

    def writer(self, before: Version | None) -> str:
        """Return the manager who has won fields since the version before, else the one of the newest entry.

        Entries of ``managedFields`` tell whole seconds, and the loser of a field has a changed entry, too.
        """
        entries = self.object["metadata"].get("managedFields") or [{}]
        known = [] if before is None else before.object["metadata"].get("managedFields") or []
        fresh = [entry for entry in entries if not any(_kept(entry, one) for one in known)] or entries
        return str(max(fresh, key=lambda entry: entry.get("time", "")).get("manager", "unknown"))


def _kept(entry: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether an entry is what is left of an earlier one."""
    return all(entry.get(name) == before.get(name) for name in ("manager", "subresource", "time")) and _within(
        entry.get("fieldsV1") or {}, before.get("fieldsV1") or {}
    )


def _within(fields: dict[str, Any], others: dict[str, Any]) -> bool:
    return all(name in others and _within(below, others[name]) for name, below in fields.items())
