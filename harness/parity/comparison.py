"""The differences between two records of one scenario: data in, differences out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.parity.matching import agreeing, paired
from harness.parity.record import PHASES, Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.parity.record import Record

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """Objects of one role whose accounts of one aspect do not agree.

    :ivar expected: the accounts of the record compared with that have no equal in the other, in words.
    :ivar found: those of the other.
    """

    aspect: str
    role: str
    expected: str
    found: str


def differences(expected: Record, found: Record) -> list[Difference]:
    """Compare two records that have no gaps; role by role, aspect by aspect."""
    told: list[Difference] = []
    for aspect in expected.aspects:
        agree = agreeing(aspect, complete=(expected.complete, found.complete))
        ones, others = expected.accounts(aspect), found.accounts(aspect)
        for role in dict.fromkeys([*ones, *others]):
            mine, theirs = ones.get(role, []), others.get(role, [])
            if not paired(mine, theirs, agree):
                told.append(Difference(aspect, role, *_said(aspect, mine, theirs)))
    return told


def _said(aspect: str, ones: Sequence[Account], others: Sequence[Account]) -> tuple[str, str]:
    """Say what each side has that the other lacks; all of it when that is the same, seen from its end."""
    mine, theirs = (Counter(_told(aspect, one) for one in side) for side in (ones, others))
    return _listed(mine - theirs, "; "), _listed(theirs - mine, "; ")


def _told(aspect: str, account: Account) -> str:
    later = f" (later {_chain(aspect, account.later)})" if account.later else ""
    return _chain(aspect, account.seen) + later


def _chain(aspect: str, entries: Iterable[str]) -> str:
    if aspect == PHASES:
        return " → ".join(entries) or NOTHING
    return _listed(Counter(entries), ", ")


def _listed(counts: Counter[str], between: str) -> str:
    return between.join(text if count == 1 else f"{count} x {text}" for text, count in counts.items()) or NOTHING
