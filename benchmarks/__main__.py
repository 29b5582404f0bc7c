"""``python -m benchmarks``: measure, print, compare, keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from benchmarks import baseline, document, machine
from benchmarks.registry import UnavailableError, subjects
from benchmarks.table import render

if TYPE_CHECKING:
    from benchmarks.figure import Figure

_WIDTH = 120
"""Columns of the table where the output is no terminal."""


def _only(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    known = [one.name for one in subjects()]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"no subject {name!r}; there are: {', '.join(known)}")
    return names


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, metavar="NAME", callback=_only, help="Measure this subject only; repeatable.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures to a file."
)
@click.option(
    "--compare",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Print ratios to the figures in this file; default: benchmarks/baseline.json, when it is there.",
)
@click.option(
    "--save-baseline", is_flag=True, help="Keep the figures as benchmarks/baseline.json, and in docs/performance.md."
)
@click.option(
    "--patience",
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="Before each subject, wait so long for an idle machine.",
)
@click.option("--list", "listing", is_flag=True, help="Say what can be measured, and end.")
def main(
    *,
    only: tuple[str, ...],
    json_file: Path | None,
    compare: Path | None,
    save_baseline: bool,
    patience: float,
    listing: bool,
) -> None:
    """Measure the embedded server and the controllers. A missed promise is marked; it does not fail the command.

    Example: python -m benchmarks --only resting --json figures.json
    """
    chosen = [one for one in subjects() if not only or one.name in only]
    if listing:
        for one in chosen:
            click.echo(f"{one.name:<12} {one.sentence}")
        return
    before = _before(compare)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    figures: list[Figure] = []
    circumstances = {"before": _circumstances()}
    with console.status("") as status:
        for number, one in enumerate(chosen, start=1):
            says = f"{number}/{len(chosen)} {one.name}"
            status.update(f"{says}: {one.sentence}")
            if not console.is_terminal:
                console.print(f"{says}: {one.sentence}", style="dim")
            machine.wait_for_quiet(patience)
            try:
                for figure in one.measure():
                    figures.append(figure)
                    status.update(f"{says}: {figure.name}")
            except UnavailableError as problem:
                console.print(f"{says}: not measured: {problem}", style="yellow")
            circumstances[f"after {one.name}"] = _circumstances()
    circumstances["after"] = _circumstances()
    _print(console, figures, before=before, circumstances=circumstances)
    found = baseline.document(figures, circumstances)
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if save_baseline:
        document.rewrite(baseline.write(baseline.BASELINE, found))
        console.print("kept as benchmarks/baseline.json, and in docs/performance.md")


def _circumstances() -> dict[str, float]:
    return machine.calibrate() | {"load": machine.load()}


def _before(compare: Path | None) -> dict[str, Any]:
    if compare is None and not baseline.BASELINE.exists():
        return {}
    try:
        return baseline.read(compare or baseline.BASELINE)
    except baseline.BaselineError as error:
        raise click.UsageError(str(error)) from error


def _print(console: Console, figures: list[Figure], *, before: dict[str, Any], circumstances: dict[str, Any]) -> None:
    console.print(render(figures, before.get("figures", {})))
    here = machine.describe()
    console.print(
        f"\n{here['cores']} cores, {here['system']}, {here['python']}; arithmetic in "
        f"{circumstances['before']['calibration_ms']:g} ms (baseline: "
        f"{before['circumstances']['before']['calibration_ms'] if before else '-'}), wall over CPU "
        f"{circumstances['before']['busy']:g} before, {circumstances['after']['busy']:g} after (1 is an idle machine)"
    )
    missed = [figure.name for figure in figures if figure.missed]
    if missed:
        console.print(f"promised for an idle machine, and missed in this run: {', '.join(missed)}", style="red")


if __name__ == "__main__":
    main()
