"""``harness cluster up|down|status KIND``: a real cluster by hand. Only one that we made is ever touched."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.exits import FAILED
from harness.cli.teaching import TeachingCommand, TeachingGroup
from harness.clusters.envtest import hand
from harness.clusters.envtest.errors import ControlPlaneError
from harness.config import ConfigError

if TYPE_CHECKING:
    from harness.clusters.envtest.hand import Kept

_EXAMPLES = """
harness cluster up envtest --crds crds/
  a real kube-apiserver, with our CRDs; says how to point kubectl at it
harness cluster status envtest
  whether it runs, and where
harness cluster down envtest
  end it; nothing is kept
"""

_UP = """
harness cluster up envtest --crds crds/
  start it with our CRDs
export KUBECONFIG=$(harness cluster up envtest --json | jq -r .kubeconfig)
  start it unless it runs, and point kubectl at it
"""

_DOWN = """
harness cluster down envtest
  end what `harness cluster up envtest` has started
"""

_STATUS = """
harness cluster status envtest
  whether it runs, and where; exit code 1 when it does not
"""


def _known(_context: click.Context, _parameter: click.Parameter, kind: str) -> str:
    if kind == "kind":
        raise ConfigError("kind: not built yet (docs/limitations.md); there is: envtest")
    if kind != "envtest":
        raise ConfigError(f"{kind}: no cluster that is started by hand; there is: envtest")
    return kind


@click.group(
    cls=TeachingGroup, examples=_EXAMPLES, short_help="Start and end a real cluster by hand: etcd, kube-apiserver."
)
def cluster() -> None:
    """Start and end a real cluster by hand.

    envtest is etcd, kube-apiserver and kube-controller-manager as processes of
    this machine, without Docker. `make envtest` builds them, once.
    """


@cluster.command(cls=TeachingCommand, examples=_UP, short_help="Start it, unless it runs.")
@click.argument("kind", callback=_known)
@click.option(
    "--crds",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="CRDs to start with: a folder or a file; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help='Print one line: {"url": …, "kubeconfig": …, "pid": …}.')
def up(kind: str, *, crds: tuple[Path, ...], as_json: bool) -> None:
    """Start a cluster that stays until `harness cluster down`, and wait for it."""
    place = hand.Place()
    if place.status() is None:
        click.echo(f"starting {kind}: seconds on an idle machine, its log is {place.log}", err=True)
    try:
        kept = hand.up(place, crds=crds)
    except ControlPlaneError as error:
        click.echo(f"harness: {kind}: {error}", err=True)
        sys.exit(FAILED)
    _tell(kind, kept, as_json=as_json)


@cluster.command(cls=TeachingCommand, examples=_DOWN, short_help="End it.")
@click.argument("kind", callback=_known)
def down(kind: str) -> None:
    """End the cluster that `harness cluster up` has started, with all that is in it."""
    kept = hand.down(hand.Place())
    click.echo(f"{kind}: was not up" if kept is None else f"{kind}: down")


@cluster.command(cls=TeachingCommand, examples=_STATUS, short_help="Say whether it runs, and where.")
@click.argument("kind", callback=_known)
@click.option("--json", "as_json", is_flag=True, help='Print one line: {"url": …, "kubeconfig": …, "pid": …}, or null.')
def status(kind: str, *, as_json: bool) -> None:
    """Say whether the cluster runs, and where; exit code 1 when it does not."""
    kept = hand.Place().status()
    if kept is None:
        click.echo("null" if as_json else f"{kind}: not up; harness cluster up {kind} starts it")
        sys.exit(FAILED)
    _tell(kind, kept, as_json=as_json)


def _tell(kind: str, kept: Kept, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"url": kept.url, "kubeconfig": kept.kubeconfig, "pid": kept.pid}))
        return
    click.echo(f"{kind}: Kubernetes API at {kept.url}, since {kept.since.isoformat()}, process {kept.pid}")
    if kept.missing:
        click.echo(f"  {kept.missing}")
    click.echo(f"  logs in {kept.folder}\n\n  export KUBECONFIG={kept.kubeconfig}")
