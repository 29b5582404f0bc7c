"""The figures in the documentation: the table between the marks of docs/performance.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import MORE_IS_BETTER
from benchmarks.table import quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


def rewrite(found: Mapping[str, Any]) -> None:
    """Put the figures of a document of `baseline` between the marks."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    DOCUMENT.write_text("\n".join([before + _BEGIN, *_lines(found), _END + after]), "utf-8")


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = ["| figure | best | median | CPU | promised |", "|---|---:|---:|---:|---:|"]
    for name, figure in found["figures"].items():
        unit = figure["unit"]
        target = figure.get("target")
        promised = "" if target is None else f"{'≥' if unit in MORE_IS_BETTER else '≤'} {target:g} {unit}".rstrip()
        cells = [name.replace("/", " · "), quantity(figure["best"], unit), quantity(figure["median"], unit)]
        cells += [quantity(figure["cpu"], unit) if "cpu" in figure else "", promised]
        lines.append("| " + " | ".join(cells) + " |")
    machine = found["machine"]
    return [
        *lines,
        "",
        (
            f"On {machine['cores']} cores, {machine['system']}, {machine['python']}. Subjects may be of different runs; how the machine was right after each "
            "(wall over CPU time is 1 where nobody else wanted the core):"
        ),
        "",
        "| subject | arithmetic | wall over CPU | load |",
        "|---|---:|---:|---:|",
        *_circumstances(found),
    ]


def _circumstances(found: Mapping[str, Any]) -> list[str]:
    subjects = dict.fromkeys(name.partition("/")[0] for name in found["figures"])
    known = {name: found["circumstances"].get(f"after {name}") for name in subjects}
    return [
        f"| {name} | {how['calibration_ms']:g} ms | {how['busy']:g} | {how['load']:g} |"
        if how
        else f"| {name} | not noted | | |"
        for name, how in known.items()
    ]
