"""What a difference means: excused by the scenario, found in another interleaving as well, or a failure.

The first column is what the others are held to. In real time nobody chooses the interleaving; so what differs from the plain
run in virtual time is looked for under further seeds, and is no difference when one of them plays it, too: whatever a real
cluster does has to be among what the simulated one can do.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.parity.comparison import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from harness.parity.columns import Column
    from harness.parity.playing import Run

OUTCOME = "outcome"


class Verdict(enum.StrEnum):
    """What is to be said of one scenario on one cluster."""

    EQUAL = "equal"
    EXCUSED = "excused"
    """It differs as the scenario says that it may."""
    DIFFERS = "differs"
    INCONCLUSIVE = "inconclusive"
    """Versions are missing: neither equal nor different."""
    ALONE = "alone"
    """It was not played on both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One run, held to that of the first column.

    :ivar differences: all of them, excused ones as well.
    :ivar seed: the interleaving of the first column that it equals, when that is not the one shown.
    """

    verdict: Verdict
    differences: Sequence[Difference] = ()
    gaps: Sequence[str] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One scenario on all clusters.

    :ivar runs: by column; a column in which it was not played is missing.
    :ivar judged: by column, without the first.
    :ivar differs: what may differ, and why, as the scenario says.
    :ivar varies: the aspects in which interleavings of the first column were seen to differ among themselves.
    """

    id: str
    runs: Mapping[str, Run]
    judged: Mapping[str, Judged]
    differs: Mapping[str, str] = field(default_factory=dict)
    varies: frozenset[str] = frozenset()

    @property
    def compared(self) -> bool:
        """Whether there is anything that it was held to."""
        return any(one.verdict is not Verdict.ALONE for one in self.judged.values())

    @property
    def stale(self) -> list[str]:
        """The aspects that may differ, the scenario says, and do not: on no cluster, in no interleaving that was played."""
        if not self.compared:
            return []
        found = {one.aspect for judged in self.judged.values() for one in judged.differences} | self.varies
        return [aspect for aspect in self.differs if aspect not in found]

    @property
    def failed(self) -> bool:
        """Whether somebody has to look into it."""
        bad = {Verdict.DIFFERS, Verdict.INCONCLUSIVE}
        failing = any(run.outcome in {"failed", "error"} for run in self.runs.values())
        return failing or any(one.verdict in bad for one in self.judged.values())


def judge(expected: Run, found: Run) -> Judged:
    """Hold one run of a scenario to another."""
    if "skipped" in {expected.outcome, found.outcome}:
        return Judged(verdict=Verdict.ALONE)
    if expected.outcome != found.outcome:
        told = Difference(OUTCOME, "", expected.outcome, found.outcome)
        return Judged(verdict=Verdict.DIFFERS, differences=[told])
    if expected.record is None or found.record is None:
        return Judged(verdict=Verdict.ALONE)  # it failed on both
    if gaps := [*expected.record.gaps, *found.record.gaps]:
        return Judged(verdict=Verdict.INCONCLUSIVE, gaps=gaps)
    told_all = differences(expected.record, found.record)
    if not told_all:
        return Judged(verdict=Verdict.EQUAL)
    excused = all(one.aspect in expected.differs for one in told_all)
    return Judged(verdict=Verdict.EXCUSED if excused else Verdict.DIFFERS, differences=told_all)


def among(interleavings: Iterable[Run], found: Run) -> Judged | None:
    """Return the verdict on a run that equals one of many interleavings; ``None`` when it equals none of them."""
    for one in interleavings:
        judged = judge(one, found)
        if judged.verdict in {Verdict.EQUAL, Verdict.EXCUSED}:
            return Judged(verdict=judged.verdict, differences=judged.differences, seed=one.seed)
    return None


def rows(columns: Sequence[Column], played: Mapping[str, Mapping[str, Run]]) -> list[Row]:
    """Hold every column to the first.

    :param played: the runs by column and scenario.
    """
    first = columns[0].name
    ids = dict.fromkeys(id_ for column in columns for id_ in played[column.name])
    return [_row(id_, first, {name: found[id_] for name, found in played.items() if id_ in found}) for id_ in ids]


def _row(id_: str, first: str, runs: Mapping[str, Run]) -> Row:
    expected = runs.get(first)
    judged = {
        name: judge(expected, run) if expected is not None else Judged(verdict=Verdict.ALONE)
        for name, run in runs.items()
        if name != first
    }
    differs = next((run.differs for run in runs.values()), {})
    return Row(id=id_, runs=runs, judged=judged, differs=differs)


def reconsidered(row: Row, interleavings: Sequence[Run], *, first: str) -> Row:
    """Look among further interleavings of the first column for what differs, and for what the scenario says may differ."""
    judged = {
        name: (among(interleavings, row.runs[name]) or one) if one.verdict is Verdict.DIFFERS else one
        for name, one in row.judged.items()
    }
    among_themselves = [judge(row.runs[first], one) for one in interleavings]
    varies = frozenset(one.aspect for found in among_themselves for one in found.differences)
    return replace(row, judged=judged, varies=varies)
