"""The table of parity on a page (Markdown), and all of it for programs (JSON)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harness.parity.table import alone, cells, counted, notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.parity.columns import Column
    from harness.parity.verdicts import Row


def markdown(rows: Sequence[Row], columns: Sequence[Column], aspects: Sequence[str]) -> str:
    """Return the table and its notes, to be put into a page."""
    heads = ["scenario", *aspects, *(one.name for one in columns)]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    compared = [row for row in rows if row.compared]
    for row in compared:
        texts = [row.id, *(cell.text or "-" for cell in cells(row, columns, aspects))]
        lines.append(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |")
    lines += ["", f"{counted(rows)}.".capitalize(), *(f"{line}." for line in alone(rows))]
    for row in compared:
        if told := notes(row, columns):
            lines += ["", f"`{row.id}`:", "", "```", *told, "```"]
    return "\n".join(lines) + "\n"


def report(
    rows: Sequence[Row], columns: Sequence[Column], *, missing: Mapping[str, str], real_s: Mapping[str, float]
) -> dict[str, Any]:
    """Return everything that is known, as JSON takes it."""
    return {
        "columns": [{**asdict(one), "real_s": round(real_s[one.name], 3)} for one in columns],
        "missing": dict(missing),
        "well": not any(row.failed for row in rows),
        "scenarios": [
            {
                "id": row.id,
                "well": not row.failed,
                "differs": dict(row.differs),
                "stale": row.stale,
                "runs": {name: _run(run) for name, run in row.runs.items()},
                "judged": {name: asdict(judged) for name, judged in row.judged.items()},
            }
            for row in rows
        ],
    }


def _run(run: Any) -> dict[str, Any]:
    found = asdict(run)
    return {name: value for name, value in found.items() if name not in {"id", "differs"}}
