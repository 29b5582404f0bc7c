"""The figures in the documentation: the table between the marks of docs/performance.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        promised = "" if target is None else f"{'≥' if unit == '/s' else '≤'} {target:g} {unit}".rstrip()
        cells = [name.replace("/", " · "), quantity(figure["best"], unit), quantity(figure["median"], unit)]
        cells += [quantity(figure["cpu"], unit) if "cpu" in figure else "", promised]
        lines.append("| " + " | ".join(cells) + " |")
    machine, before, after = found["machine"], found["circumstances"]["before"], found["circumstances"]["after"]
    return [
        *lines,
        "",
        (
            f"On {machine['cores']} cores, {machine['system']}, {machine['python']}; arithmetic in {before['calibration_ms']:g} ms; wall over CPU time "
            f"{before['busy']:g} before and {after['busy']:g} after (1 is an idle machine)."
        ),
    ]
