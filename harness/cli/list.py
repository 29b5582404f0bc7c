"""``harness list``: the scenarios, with the sentence each stands for."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import click
import pytest

from harness.cli.selection import QUIET, Selection
from harness.cli.teaching import TeachingCommand
from harness.config import Config
from harness.scenario import id_of, plan_of, sentence_of

_EXAMPLES = """
harness list
  all configured scenarios: id, sentence, what they stand for upstream
harness list examples/access
  those of a folder
harness list --json | jq -r '.scenarios[].id'
  for a program
"""


@click.command(
    name="list", cls=TeachingCommand, examples=_EXAMPLES, short_help="List scenarios and what they stand for."
)
@click.argument("what", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def list_(what: tuple[str, ...], *, as_json: bool) -> None:
    """List scenarios and what they stand for.

    WHAT are paths or ids; without it, all configured scenarios.
    """
    config = Config.read(Path.cwd())
    selection = Selection(what, root=config.root)
    noise = io.StringIO()
    with contextlib.redirect_stdout(noise):
        code = pytest.main(["--collect-only", *QUIET, *selection.arguments(config)], plugins=[selection])
    if selection.errors or code not in {0, 5}:
        click.echo("\n".join(selection.errors) or noise.getvalue(), err=True)
        sys.exit(2)
    rows = []
    for item in selection.items:
        plan = plan_of(item)
        assert plan is not None
        rows.append({"id": id_of(item), "sentence": sentence_of(item), "upstream": plan.upstream})
    if as_json:
        click.echo(json.dumps({"scenarios": rows}, indent=2))
        return
    for row in rows:
        click.secho(row["id"], bold=True)
        click.echo(f"  {row['sentence']}")
        if row["upstream"]:
            click.secho(f"  {row['upstream']}", dim=True)
