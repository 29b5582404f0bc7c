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
