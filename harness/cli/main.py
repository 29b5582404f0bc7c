"""The command group, and what all subcommands share."""

from __future__ import annotations

import sys

import click

from harness.cli.exits import USAGE
from harness.cli.list import list_
from harness.cli.run import run
from harness.cli.serve import serve
from harness.clusters.cluster import ClusterError
from harness.config import ConfigError

@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def harness() -> None:
    r"""Rehearse Kubernetes controllers: real Kopf operators, an API server in memory, a clock of its own.

    \b
    harness run                                   all scenarios, with a live table
    harness run NAME --seed 7                     one scenario, as seed 7 plays it
    harness run --with-defect unguarded-write     break a rule and see which scenario says so
    harness list                                  what the scenarios stand for
    harness serve --crds crds/                    the API server on a port, for kubectl and kopf run

    Exit codes: 0 well, 1 something failed, 2 wrong usage.
    """


harness.add_command(run)
harness.add_command(list_, name="list")
harness.add_command(serve)


def main() -> None:
    """Run the command; errors of configuration are one line, not a traceback."""
    try:
        harness(standalone_mode=True)
    except (ConfigError, ClusterError) as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(USAGE)
