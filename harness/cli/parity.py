"""``harness parity``: the scenarios on every cluster that is at hand, and whether these agree."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from harness.cli.exits import FAILED, INTERRUPTED, USAGE
from harness.cli.teaching import TeachingCommand
from harness.config import Config, ConfigError
from harness.parity.columns import Column, at_hand, named
from harness.parity.page import markdown, report
from harness.parity.playing import Played, PlayError, play
from harness.parity.record import aspects_of
from harness.parity.table import alone, cells, counted, notes
from harness.parity.verdicts import Verdict, reconsidered, rows
from harness.report.durations import real
from harness.report.seeds import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.parity.verdicts import Row

_EXAMPLES = """
harness parity
  all scenarios on all clusters that are at hand; says which are not, and how to get them
harness parity tenants-isolated --clusters embedded,envtest
  one scenario, on these two
harness parity --clusters embedded,embedded@7
  what depends on the interleaving
harness parity --json parity.json --markdown parity.md
  everything for a program, the table for a page
"""

_PAGE = 120
"""Columns of the whole table at most, and where nobody says how many there are."""

_ASPECT = 9
"""Columns of an aspect: three digits, a sign, three digits, and space."""

_CLUSTER = 10
"""Columns of a cluster: `1 m 05 s`, and space."""


@click.command(name="parity", cls=TeachingCommand, examples=_EXAMPLES)
@click.argument("what", nargs=-1)
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only scenarios that match, as pytest's -k.")
@click.option(
    "--clusters",
    metavar="A,B,…",
    help="What to compare, the others with the first: embedded, embedded@SEED, envtest, kind. By default all that are at hand.",
)
@click.option("--context", metavar="NAME", help="For kind: the cluster of this context of your kubeconfig instead.")
@click.option("--deploy", is_flag=True, help="Beside it: kind once more, with the operators inside as Deployments.")
@click.option("--image", default="", metavar="NAME", help="With --deploy: run this image, which nodes can pull.")
@click.option(
    "--seeds",
    type=click.IntRange(0),
    default=16,
    show_default=True,
    help="In so many further interleavings of the embedded cluster to look for what differs from it.",
)
@click.option("--jobs", "-n", type=click.IntRange(1), default=1, show_default=True, help="Processes for each cluster.")
@click.option("--operator", metavar="MODULE", help="Compare with your own operator: a module or a Python file.")
@click.option("--crds", type=click.Path(), help="With --operator: the folder of its CRDs.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False), help="Write everything to this file.")
@click.option("--markdown", "page", type=click.Path(dir_okay=False), help="Write the table for a page to this file.")
def parity(what: tuple[str, ...], **options: Any) -> None:
    """Run scenarios on several clusters, and compare what they did there.

    WHAT are paths or ids of scenarios, as `harness run` takes them.

    Compared are, for each scenario: its outcome, the phases that every object
    walked, what the project records beside them, the writes to every object
    and by whom, and the Kubernetes Events about it. Objects are known by kind
    and tenant, not by name. A difference is a failure (exit code 1) unless the
    scenario declares it with a reason: @scenario(differs={"writes": "…"}).
    """
    for option, file in (("--json", options["json_file"]), ("--markdown", options["page"])):
        if file is not None and not Path(file).absolute().parent.is_dir():
            raise ConfigError(f"{option} {file}: there is no folder {Path(file).parent}")
    columns, missing = _columns(options)
    stage = _Comparison(
        columns,
        _selection(what, options),
        aspects_of(Config.read(Path.cwd()).records),
        jobs=options["jobs"],
        image=options["image"],
    )
    for name, why in missing.items():
        stage.console.print(Text(f"{name:<{_CLUSTER}} not at hand: {why}", style="dim"))
    try:
        found = stage.look_closer(stage.play(), seeds=options["seeds"])
    except PlayError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code if error.code in {USAGE, INTERRUPTED} else FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    stage.show(found)
    if options["json_file"]:
        whole = report(found, columns, missing=missing, real_s=stage.real_s)
        Path(options["json_file"]).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if options["page"]:
        Path(options["page"]).write_text(markdown(found, columns, stage.aspects), "utf-8")
    sys.exit(FAILED if any(row.failed for row in found) else 0)


def _columns(options: dict[str, Any]) -> tuple[list[Column], dict[str, str]]:
    context = options["context"] or ""
    missing: dict[str, str] = {}
    if options["clusters"]:
        columns = named(options["clusters"], context=context)
    else:
        columns, missing = at_hand(context=context)
    if options["deploy"]:
        columns.append(Column.parse("kind+deploy", context=context))
    if len(columns) < 2:
        told = "; ".join(f"{name}: {why}" for name, why in missing.items())
        raise ConfigError(f"there is nothing to compare {columns[0].name} with: {told}")
    return columns, missing


def _selection(what: Sequence[str], options: dict[str, Any]) -> list[str]:
    arguments = [*what]
    for name in ("operator", "crds"):
        arguments += [f"--{name}={options[name]}"] if options[name] else []
    return arguments + (["-k", options["keyword"]] if options["keyword"] else [])


class _Comparison:
    """One comparison, from the first run to the table.

    :ivar real_s: seconds that each column took.
    """

    def __init__(
        self, columns: Sequence[Column], selection: Sequence[str], aspects: Sequence[str], *, jobs: int, image: str
    ) -> None:
        self._columns, self._selection, self.aspects = columns, selection, aspects
        self._jobs, self._image = jobs, image
        self.console = Console(highlight=False, soft_wrap=True)
        self.real_s: dict[str, float] = {}

    def play(self) -> list[Row]:
        """Play on every column, and hold the others to the first."""
        played = {}
        for column in self._columns:
            done = self._play(column.name, [*self._selection, *column.arguments(jobs=self._jobs, image=self._image)])
            self.real_s[column.name], played[column.name] = done.real_s, done.by_id()
        return rows(self._columns, played)

    def look_closer(self, found: list[Row], *, seeds: int) -> list[Row]:
        """Look in further interleavings of a simulated run for what differs from it, and for what may, and does not."""
        first = self._columns[0]
        doubtful = [
            row.id for row in found if row.stale or any(one.verdict is Verdict.DIFFERS for one in row.judged.values())
        ]
        if not (first.virtual and seeds and doubtful):
            return found
        others = [word for word in self._selection if word.startswith(("--operator", "--crds"))]
        further = replace(first, seed=first.seed + 1)
        arguments = [*doubtful, *others, *further.arguments(jobs=self._jobs), f"--seeds={seeds}"]
        done = self._play(f"{first.name}, {seeds} seeds", arguments)
        return [
            reconsidered(row, [run for run in done.runs if run.id == row.id], first=first.name)
            if row.id in doubtful
            else row
            for row in found
        ]

    def show(self, found: Sequence[Row]) -> None:
        """Print the table, what is to be said beside it, and the closing line."""
        width = self.console.width if self.console.is_terminal else _PAGE
        clusters = [max(_CLUSTER, len(one.name) + 2) for one in self._columns]
        label = max(24, min(width, _PAGE) - _ASPECT * len(self.aspects) - sum(clusters))
        widths = [_ASPECT] * len(self.aspects) + clusters
        heads = [*self.aspects, *(one.name for one in self._columns)]
        self.console.print()
        head = "".join(f"{shortened(text, room - 1):>{room}}" for text, room in zip(heads, widths, strict=True))
        self.console.print(Text(f"{'scenario':<{label}}{head}", style="dim"))
        shown = [row for row in found if row.compared]
        for row in shown:
            line = Text(f"{shortened(row.id, label - 1):<{label}}", style="red" if row.failed else "")
            for cell, room in zip(cells(row, self._columns, self.aspects), widths, strict=True):
                line.append(f"{cell.text:>{room}}", style=cell.style or "default")
            self.console.print(line)
        for row in shown:
            told = notes(row, self._columns)
            for note in [f"\n{row.id}", *(f"  {one}" for one in told)] if told else []:
                self.console.print(Text(note))
        names = ", ".join(one.name for one in self._columns)
        self.console.print(f"\n{counted(found)} on {names} in {real(sum(self.real_s.values()))}")
        for reason in alone(found):
            self.console.print(Text(f"  {reason}", style="dim"))

    def _play(self, name: str, arguments: Sequence[str]) -> Played:
        """Play once: a line that says what is being done, and ends as what was."""
        done = 0
        with self.console.status(f"{name}: setting the stage") as status:

            def ended(line: str) -> None:
                nonlocal done
                done += 1
                words = line.split()
                status.update(Text(shortened(f"{name}: {done} done, {words[1]} {words[0]}", self.console.width - 4)))

            played = play(arguments, ended=ended)
        counts: dict[str, int] = {}
        for run in played.runs:
            counts[run.outcome] = counts.get(run.outcome, 0) + 1
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
        self.console.print(f"{name:<{_CLUSTER}} {told} in {real(played.real_s)}")
        return played
