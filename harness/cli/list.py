"""``harness list``: the scenarios, with the sentence each stands for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest

from harness.cli.exits import USAGE
from harness.cli.selection import Selection
from harness.cli.teaching import TeachingCommand
from harness.config import Config
from harness.scenario import id_of, needs_virtual_time, plan_of, sentence_of

_EXAMPLES = """
harness list
  all configured scenarios: id, sentence, what they stand for upstream
harness list examples/access
  those of a folder
harness list --json | jq -r '.scenarios[].id'
  for a program
"""


@click.command(name="list", cls=TeachingCommand, examples=_EXAMPLES)
@click.argument("what", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def list_(what: tuple[str, ...], *, as_json: bool) -> None:
    """List scenarios and what they stand for.

    WHAT are paths or ids; without it, all configured scenarios.
    """
    selection = Selection(what)
    code = pytest.main(["--collect-only", *selection.arguments(Config.read(Path.cwd()))], plugins=[selection])
    if selection.errors or code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        click.echo("\n".join(f"harness: {error}" for error in selection.errors), err=True, nl=bool(selection.errors))
        sys.exit(USAGE)
    rows = []
    for item in selection.items:
        plan = plan_of(item)
        assert plan is not None
        rows.append(
            {
                "id": id_of(item),
                "sentence": sentence_of(item),
                "upstream": plan.upstream,
                "virtual_time": needs_virtual_time(item),
            }
        )
    if as_json:
        click.echo(json.dumps({"scenarios": rows}, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.secho(row["id"], bold=True)
        click.echo(f"  {row['sentence']}")
        if row["upstream"]:
            click.secho(f"  {row['upstream']}", dim=True)
        if row["virtual_time"]:
            click.secho(f"  in virtual time only: {row['virtual_time']}", dim=True)
