"""The command group, and what all subcommands share."""

from __future__ import annotations

import os
import sys

import click

from harness import memory
from harness.cli.cluster import cluster
from harness.cli.exits import USAGE
from harness.cli.list import list_
from harness.cli.parity import parity
from harness.cli.run import run
from harness.cli.serve import serve
from harness.cli.teaching import TeachingGroup
from harness.clusters.cluster import ClusterError
from harness.config import ConfigError

_EXAMPLES = """
harness run
  all scenarios, with a live table
harness run NAME --seed 7
  one scenario, as seed 7 plays it
harness run --with-defect unguarded-write
  break a rule, and see which scenario says so
harness list
  what the scenarios stand for
harness serve --operators
  the API server and the operators as processes, for kubectl
harness cluster up envtest
  a real kube-apiserver instead
harness parity
  whether the clusters agree, in one table
"""


@click.group(
    cls=TeachingGroup,
    examples=_EXAMPLES,
    # click would colour for any terminal; rich and pytest ask for NO_COLOR themselves.
    context_settings={"help_option_names": ["-h", "--help"], "color": False if os.environ.get("NO_COLOR") else None},
)
def harness() -> None:
    """Rehearse Kubernetes controllers: real Kopf operators, an API server in
    memory, a clock of its own.

    Exit codes: 0 well, 1 something failed, 2 wrong usage, 130 Ctrl-C.
    """


harness.add_command(run)
harness.add_command(list_, name="list")
harness.add_command(serve)
harness.add_command(cluster)
harness.add_command(parity)


def main() -> None:
    """Run the command; errors of configuration are one line, not a traceback."""
    memory.imports()
    try:
        harness(standalone_mode=True)
    except (ConfigError, ClusterError) as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(USAGE)
