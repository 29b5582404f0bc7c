"""Which object of one run stands for which of the other.

Objects of one role are interchangeable: of four equal requests that are made in one instant any may win. So two runs agree
when their objects can be paired such that each pair agrees. An object that tells nothing may stand for one that is not there.

Pairs agree in one of three ways. Accounts that are both complete are the same to their end. A complete one and one that
stopped where its scenario ended agree when the latter has gone at least as far as the former at that moment, and no further
than it ever went. Of two that stopped somewhere, nobody knows what was to come: they have to be the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from harness.parity.record import PHASES, Account

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def agreeing(aspect: str, *, complete: tuple[bool, bool]) -> Callable[[Account, Account], bool]:
    """Return what tells whether two accounts agree.

    :param complete: whether the first and the second were played on to their end.
    """
    reached = _begins if aspect == PHASES else _within

    def both(one: Account, other: Account) -> bool:
        return _same(aspect, one.full, other.full)

    def first(one: Account, other: Account) -> bool:
        return reached(one.seen, other.seen) and reached(other.seen, one.full)

    def second(one: Account, other: Account) -> bool:
        return first(other, one)

    return {(True, True): both, (True, False): first, (False, True): second, (False, False): both}[complete]


def paired(ones: Sequence[Account], others: Sequence[Account], agree: Callable[[Account, Account], bool]) -> bool:
    """Whether every account can be paired with one of the other side that agrees with it (Kuhn's algorithm)."""
    size = max(len(ones), len(others))
    left, right = ([*side, *[Account()] * (size - len(side))] for side in (ones, others))
    partner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for other in range(size):
            if other not in tried and agree(left[one], right[other]):
                tried.add(other)
                if other not in partner or place(partner[other], tried):
                    partner[other] = one
                    return True
        return False

    return all(place(one, set()) for one in range(size))


def _same(aspect: str, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return one == other if aspect == PHASES else Counter(one) == Counter(other)


def _begins(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return whole[: len(part)] == part


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return Counter(part) <= Counter(whole)
