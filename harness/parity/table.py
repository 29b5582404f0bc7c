"""The table of parity, as cells: for a terminal of 120 columns and for a page alike.

A number is how many entries all clusters have under an aspect. ``36…38`` is a range that is in order: a deadline came in time
for one of them, or another interleaving was played. ``36≠38`` is a difference, ``36~38`` one that the scenario declares; of
several numbers the farthest is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.parity.verdicts import OUTCOME, Verdict
from harness.report.durations import real

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.parity.columns import Column
    from harness.parity.verdicts import Judged, Row

_NOT_ON = re.compile(r"^not on \S+: ")
"""How a reason begins for which a scenario was skipped: it is the same on all real clusters."""

GAP = "?"
"""Stands where versions are missing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; its style is one of rich's, and empty for what is well."""

    text: str
    style: str = ""


def cells(row: Row, columns: Sequence[Column], aspects: Sequence[str]) -> list[Cell]:
    """Return the cells of a row behind its label: a count for each aspect, then a time or a word for each cluster."""
    return [*(_count(row, columns, one) for one in aspects), *(_time(row, one.name) for one in columns)]


def notes(row: Row, columns: Sequence[Column]) -> list[str]:
    """Tell what the numbers do not: differences with both sides, reasons, gaps, other interleavings; empty when all is equal."""
    first = columns[0].name
    told = []
    for name, judged in row.judged.items():
        if judged.seed is not None:
            told.append(f"{name} is equal to {first} as seed {judged.seed} plays it")
        told += [f"{name} is inconclusive: {gap}" for gap in judged.gaps]
        told += _differences(row, judged, first=first, name=name)
    for aspect in row.stale:
        told.append(f"stale: {aspect} may differ, it says ({row.differs[aspect]}), and is equal everywhere")
    return told


def counted(rows: Sequence[Row]) -> str:
    """Say in one line how many rows are equal, and what the others are."""
    compared = [row for row in rows if row.compared]
    counts = {
        "equal": sum(not row.failed and not _excused(row) for row in compared),
        "with declared differences": sum(not row.failed and _excused(row) for row in compared),
        "inconclusive": sum(_has(row, Verdict.INCONCLUSIVE) for row in compared),
        "different": sum(_has(row, Verdict.DIFFERS) for row in compared),
        "failed": sum(row.failed and not _has(row, Verdict.INCONCLUSIVE, Verdict.DIFFERS) for row in rows),
        "stale declarations": sum(len(row.stale) for row in rows),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count or what == "equal")


def alone(rows: Sequence[Row]) -> list[str]:
    """Say how many scenarios were not compared, and why, a line for each reason."""
    reasons: dict[str, int] = {}
    for row in rows:
        if not row.compared:
            reason = next((run.reason for run in row.runs.values() if run.reason), "played on one cluster only")
            reason = _NOT_ON.sub("", reason)
            reasons[reason] = reasons.get(reason, 0) + 1
    return [f"{count} not compared: {reason}" for reason, count in reasons.items()]


def _count(row: Row, columns: Sequence[Column], aspect: str) -> Cell:
    counts = {
        name: run.record.count(aspect)
        for name in (one.name for one in columns)
        if (run := row.runs.get(name)) is not None and run.record is not None
    }
    differing = [name for name, judged in row.judged.items() if any(one.aspect == aspect for one in judged.differences)]
    if not counts:
        return Cell("")
    if _has(row, Verdict.INCONCLUSIVE):
        return Cell(GAP, "yellow")
    if differing:
        excused = aspect in row.differs
        sign = "~" if excused else "≠"
        expected = counts.get(columns[0].name, 0)
        other = max((counts.get(name, 0) for name in differing), key=lambda count: abs(count - expected))
        text = f"{expected}{sign}{other}" if other != expected else f"{sign}{expected}"  # as many, but others
        return Cell(text, "yellow" if excused else "red")
    low, high = min(counts.values()), max(counts.values())
    return Cell(str(low) if low == high else f"{low}…{high}")


def _time(row: Row, name: str) -> Cell:
    run = row.runs.get(name)
    if run is None:
        return Cell("")
    if run.outcome == "passed":
        return Cell(real(run.real_s))
    return Cell(run.outcome, "yellow" if run.outcome == "skipped" else "red")


def _differences(row: Row, judged: Judged, *, first: str, name: str) -> list[str]:
    lines = []
    for one in judged.differences:
        where = f" of {one.role}" if one.role else ""
        reason = f" ({row.differs[one.aspect]})" if one.aspect in row.differs else ""
        what = "may differ" if reason else "differs"
        width = max(len(first), len(name))
        lines += [
            f"{one.aspect}{where} {what}{reason}",
            f"  {first:<{width}}  {one.expected}",
            f"  {name:<{width}}  {one.found}",
        ]
        if one.aspect == OUTCOME:
            lines += [f"  {line}" for line in row.runs[name].failure.splitlines()]
    return lines


def _has(row: Row, *verdicts: Verdict) -> bool:
    return any(one.verdict in verdicts for one in row.judged.values())


def _excused(row: Row) -> bool:
    return _has(row, Verdict.EXCUSED)
