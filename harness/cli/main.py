"""The command group, and what all subcommands share."""

from __future__ import annotations

import os
import signal
import sys

import click

from harness import memory
from harness.cli.exits import USAGE
from harness.cli.teaching import Later, LazyGroup
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
harness cluster up kind
  Kubernetes in Docker instead; envtest: a real kube-apiserver alone
harness parity
  whether the clusters agree, in one table
"""


@click.group(
    cls=LazyGroup,
    examples=_EXAMPLES,
    later={
        "run": Later("harness.cli.run:run", "Run scenarios, with a live table."),
        "list": Later("harness.cli.list:list_", "List scenarios and what they stand for."),
        "serve": Later("harness.cli.serve:serve", "Serve the embedded API server on a port, for kubectl and kopf run."),
        "cluster": Later(
            "harness.cli.cluster:cluster", "Start and end a real cluster by hand: kind, or a kube-apiserver alone."
        ),
        "parity": Later("harness.cli.parity:parity", "Do the clusters agree? One table."),
    },
    # click would colour for any terminal; rich and pytest ask for NO_COLOR themselves.
    context_settings={"help_option_names": ["-h", "--help"], "color": False if os.environ.get("NO_COLOR") else None},
)
def harness() -> None:
    """Rehearse Kubernetes controllers: real Kopf operators, an API server in
    memory, a clock of its own.

    Exit codes: 0 well, 1 something failed, 2 wrong usage, 130 Ctrl-C.
    """


def main() -> None:
    """Run the command; errors of configuration are one line, not a traceback."""
    memory.imports()
    try:
        harness(standalone_mode=True)
    except (ConfigError, ClusterError) as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(USAGE)
    finally:
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # it has its outcome; a Ctrl-C while Python ends takes nothing of that
