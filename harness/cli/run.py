"""``harness run``: the scenarios with a live table. The same engine as ``pytest harness/``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from harness import plugin
from harness.cli.exits import FAILED, INTERRUPTED, USAGE
from harness.cli.selection import Selection
from harness.cli.table import LiveTable
from harness.cli.teaching import TeachingCommand
from harness.clusters import choice
from harness.clusters.venues import KIND
from harness.config import Config, ConfigError

if TYPE_CHECKING:
    from harness.report.outcomes import Outcome


_EXAMPLES = """
harness run
  all configured scenarios
harness run tenants-isolated --seeds 200
  one of them with all of its parameters, under 200 seeds
harness run 'tenants-isolated[interleaved-two tenants]' --seed 7 --pdb
  one run exactly, with the debugger at its failure
harness run --with-defect unguarded-write
  with a defect of the past, to see which scenario finds it
harness run --cluster envtest
  the scenarios that need no virtual time, on a real kube-apiserver
harness run --cluster kind --deploy
  the same on kind, with the operators inside, as Deployments
harness run examples/access \\
    --operator examples/access/operator.py --crds examples/access/crds
  an operator of your own
"""


@click.command(name="run", cls=TeachingCommand, examples=_EXAMPLES)
@click.argument("what", nargs=-1)
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only scenarios that match, as pytest's -k.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="0 is the plain run; any other draws latencies and ties."
)
@click.option(
    "--seeds", type=click.IntRange(1), default=1, show_default=True, help="Run each scenario under so many seeds."
)
@click.option(
    "--cluster",
    metavar="KIND",
    help="Where to run: embedded, envtest (a real kube-apiserver, in real time) or kind (Kubernetes in Docker). By default kind "
    "once `harness cluster up kind` has been run here, else embedded.",
)
@click.option("--context", metavar="NAME", help="Run on the cluster of this context of your kubeconfig, as on kind.")
@click.option(
    "--with-defect", "defects", multiple=True, metavar="NAME", help="Switch a historic defect on; repeatable."
)
@click.option("--deploy", is_flag=True, help="On a cluster with nodes: run operators there, as Deployments.")
@click.option("--image", default="", metavar="NAME", help="With --deploy: an image that the nodes can pull.")
@click.option("--roles", is_flag=True, help="Give operators the rights of their roles in deploy/, and no others.")
@click.option("--tape", type=click.Path(dir_okay=False), help="Write the tape of the run (one scenario, one seed).")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False),
    help="Write the outcomes to this file; - for standard output.",
)
@click.option(
    "--record", is_flag=True, help="With --json: also what each scenario did, as `harness parity` compares it."
)
@click.option("--operator", metavar="MODULE", help="Rehearse your own operator: a module or a Python file.")
@click.option("--crds", type=click.Path(), help="With --operator: the folder of its CRDs.")
@click.option(
    "--jobs", "-n", type=click.IntRange(1), default=1, show_default=True, help="Processes to spread the runs over."
)
@click.option("--pdb", is_flag=True, help="Enter the debugger at a failure.")
def run(what: tuple[str, ...], **options: Any) -> None:
    """Run scenarios, with a live table.

    WHAT are paths, or ids of scenarios as `harness list` shows them, with or
    without the part in brackets; without it, all configured ones run.
    """
    config = Config.read(Path.cwd())
    options["cluster"] = options["cluster"] or _default(config, options)
    json_file = options["json_file"]
    if json_file not in {None, "-"} and not Path(json_file).absolute().parent.is_dir():
        raise ConfigError(f"--json {json_file}: there is no folder {Path(json_file).parent}")
    if options["record"] and not json_file:
        raise ConfigError("--record goes with --json: there is no other place for what scenarios did")
    selection = Selection(what)
    table = LiveTable(quiet=json_file == "-")
    arguments = [*_pytest_arguments(options), *selection.arguments(config)]
    code = int(pytest.main(arguments, plugins=[selection, table]))
    stopped = code == pytest.ExitCode.INTERRUPTED and not selection.errors
    table.finish(stopped=("in the debugger" if options["pdb"] else "by Ctrl-C") if stopped else "")
    if json_file:
        _write_json(json_file, options["cluster"], plugin.OUTCOMES)
    sys.exit(_exit_code(code, selection, plugin.OUTCOMES, in_debugger=options["pdb"]))


def _default(config: Config, options: dict[str, Any]) -> str:
    if options["context"]:
        return KIND
    return choice.default(config.root, simulated=bool(options["seed"] or options["seeds"] > 1 or options["tape"]))


def _pytest_arguments(options: dict[str, Any]) -> list[str]:
    arguments = [f"--seed={options['seed']}", f"--seeds={options['seeds']}", f"--cluster={options['cluster']}"]
    arguments += [f"--with-defect={name}" for name in options["defects"]]
    for name in ("tape", "operator", "crds", "context"):
        if options[name]:
            arguments.append(f"--{name}={options[name]}")
    if options["keyword"]:
        arguments += ["-k", options["keyword"]]
    if options["jobs"] > 1:
        arguments += ["-n", str(min(options["jobs"], os.cpu_count() or 1))]
    arguments += [f"--{name}" for name in ("deploy", "roles", "pdb", "record") if options[name]]
    if options["image"]:
        arguments.append(f"--image={options['image']}")
    return arguments


def _write_json(file: str, cluster: str, outcomes: list[Outcome]) -> None:
    found = {"cluster": cluster, "scenarios": [outcome.json() for outcome in outcomes]}
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if file == "-":
        click.echo(text)
    else:
        Path(file).write_text(text + "\n", "utf-8")


def _exit_code(code: int, selection: Selection, outcomes: list[Outcome], *, in_debugger: bool) -> int:
    """0 well, 1 found or failed, 2 usage; pytest has more, and counts an empty selection as its own kind."""
    refused = dict.fromkeys(outcome.failure for outcome in outcomes if outcome.refused)
    for message in [*selection.errors, *refused]:
        click.echo(f"harness: {message}", err=True)
    if selection.errors or refused or code == pytest.ExitCode.USAGE_ERROR:
        return USAGE
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        click.echo("harness: no scenario was selected; `harness list` shows those there are", err=True)
        return USAGE
    if code == pytest.ExitCode.INTERRUPTED:
        return FAILED if in_debugger else INTERRUPTED  # there is no debugger without a failure
    return 0 if code == 0 and all(outcome.clean for outcome in outcomes) else FAILED
