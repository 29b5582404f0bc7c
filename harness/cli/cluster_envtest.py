"""``harness cluster … envtest``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from harness.cli.exits import FAILED
from harness.clusters.envtest import hand
from harness.clusters.envtest.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.clusters.envtest.hand import Kept

_NAME = "envtest"


def up(*, crds: Sequence[Path], as_json: bool) -> None:
    """Start one that stays."""
    place = hand.Place()
    if place.status() is None:
        click.echo(f"starting {_NAME}: seconds on an idle machine, its log is {place.log}", err=True)
    try:
        kept = hand.up(place, crds=crds)
    except ControlPlaneError as error:
        click.echo(f"harness: {_NAME}: {error}", err=True)
        sys.exit(FAILED)
    _tell(kept, as_json=as_json)


def down() -> None:
    """End it."""
    kept = hand.down(hand.Place())
    click.echo(f"{_NAME}: was not up" if kept is None else f"{_NAME}: down")


def status(*, as_json: bool) -> None:
    """Say whether it runs."""
    kept = hand.Place().status()
    if kept is None:
        click.echo("null" if as_json else f"{_NAME}: not up; harness cluster up {_NAME} starts it")
        sys.exit(FAILED)
    _tell(kept, as_json=as_json)


def _tell(kept: Kept, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"url": kept.url, "kubeconfig": kept.kubeconfig, "pid": kept.pid}))
        return
    click.echo(f"{_NAME}: Kubernetes API at {kept.url}, since {kept.since.isoformat()}, process {kept.pid}")
    if kept.missing:
        click.echo(f"  {kept.missing}")
    click.echo(f"  logs in {kept.folder}\n\n  export KUBECONFIG={kept.kubeconfig}")
