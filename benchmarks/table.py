"""The table on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.figure import Figure


def render(figures: Sequence[Figure], before: Mapping[str, Any]) -> Table:
    """Lay the figures out.

    :param before: the baseline's figures by name; empty for no comparison. The ratio is of the best values; for times below 1 is faster.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure", no_wrap=True)
    for title in ("best", "median", "CPU", "promised", "ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    subject = ""
    for figure in figures:
        head, _, rest = figure.name.partition("/")
        if head != subject:
            table.add_section()
            table.add_row(f"[bold]{head}")
            subject = head
        style = "red" if figure.missed else None
        table.add_row(
            f"  {rest.replace('/', ' · ')}",
            quantity(figure.best, figure.unit),
            quantity(figure.median, figure.unit),
            "" if figure.cpu is None else quantity(figure.cpu, figure.unit),
            _promise(figure),
            _ratio(figure, before.get(figure.name)),
            style=style,
        )
    return table


def quantity(value: float, unit: str) -> str:
    """Return a value with its unit, to about three digits; a count has no unit and no digits."""
    if not unit:
        return f"{value:,.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f} {unit}"


def _promise(figure: Figure) -> str:
    if figure.target is None:
        return ""
    sign = "≥" if figure.rate else "≤"
    return f"{sign} {figure.target:g} {figure.unit}{' missed' if figure.missed else ''}"


def _ratio(figure: Figure, before: Mapping[str, Any] | None) -> str:
    if before is None or before["unit"] != figure.unit or not before["best"]:
        return ""
    return f"x {figure.best / before['best']:.2f}"
