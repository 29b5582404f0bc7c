"""What one run of a scenario did, as far as two clusters can be held to the same.

Names, uids, times and resourceVersions differ from run to run. What is left of an object is its *role* (its kind, and the
tenant it belongs to) and an *account* of each *aspect*: the phases it walked, the writes that made its versions, the
Kubernetes Events about it, and what the project adds (``[tool.harness.records]``).

A scenario ends at some moment, and on another clock some deadline may just have come by then: a blocked request is blocked
for an hour here, and for seven seconds there. So an account has two parts, what was *seen* at the end and what came
*later*, when time was let pass. Only virtual time can be let pass; a record says whether it was.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

PHASES: Final = "phases"
WRITES: Final = "writes"
EVENTS: Final = "events"

GENERIC: Final = (PHASES, WRITES, EVENTS)
"""The aspects that every record has. In which order the entries of an account stand means something for phases alone."""


def aspects_of(records: Mapping[str, str]) -> tuple[str, ...]:
    """Return the aspects of a project's records, in the order of the table: what objects did, then what was told of it."""
    return (PHASES, *records, WRITES, EVENTS)


@dataclass(frozen=True, slots=True)
class Account:
    """What is told of one object under one aspect.

    :ivar seen: at the end of the scenario, in order.
    :ivar later: what came after it, when time was let pass.
    """

    seen: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def full(self) -> tuple[str, ...]:
        """All of it."""
        return self.seen + self.later


@dataclass(frozen=True, slots=True)
class Part:
    """An object that took part.

    :ivar role: kind and tenant: ``remediationrequests in a``.
    :ivar accounts: by aspect.
    """

    role: str
    accounts: Mapping[str, Account]


@dataclass(frozen=True, slots=True)
class Record:
    """What one run of a scenario did.

    :ivar aspects: what was recorded, in the order of the table's columns.
    :ivar complete: whether time was let pass at the end, until nothing was to come any more.
    :ivar gaps: which versions are missing; nothing can be said of a run with gaps.
    """

    aspects: tuple[str, ...] = GENERIC
    parts: tuple[Part, ...] = ()
    complete: bool = False
    gaps: tuple[str, ...] = field(default=())

    def accounts(self, aspect: str) -> dict[str, list[Account]]:
        """Return the accounts of one aspect by role; those that tell nothing are left out."""
        found: dict[str, list[Account]] = {}
        for part in self.parts:
            account = part.accounts.get(aspect, Account())
            if account.full:
                found.setdefault(part.role, []).append(account)
        return found

    def count(self, aspect: str) -> int:
        """Return how many entries were seen under an aspect."""
        return sum(len(account.seen) for accounts in self.accounts(aspect).values() for account in accounts)

    def json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Read what `json` returned, also after it was written and read as text."""
        return cls(
            aspects=tuple(found["aspects"]),
            parts=tuple(_part(one) for one in found["parts"]),
            complete=found["complete"],
            gaps=tuple(found["gaps"]),
        )


def _part(found: Mapping[str, Any]) -> Part:
    accounts = {aspect: Account(tuple(one["seen"]), tuple(one["later"])) for aspect, one in found["accounts"].items()}
    return Part(found["role"], accounts)
