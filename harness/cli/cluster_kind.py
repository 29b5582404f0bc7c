"""``harness cluster … kind``. What it brings up is what plain ``pytest harness/`` and ``harness run`` use in this project from then on."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import click

from harness.cli.exits import FAILED, INTERRUPTED
from harness.clusters import choice
from harness.clusters.kind import api, lifecycle
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.lifecycle import Wish
from harness.clusters.kind.record import NAME, NAME_VARIABLE, Place
from harness.clusters.kind.steps import Steps
from harness.clusters.venues import KIND
from harness.config import Config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.clusters.kind.record import Record

_CONFIG = "kind-config.yaml"


def up(*, crds: Sequence[Path], as_json: bool, name: str | None, config: Path | None, retain: bool) -> None:
    """Bring it up, and choose it.

    :raises ClusterError: something is missing or in the way.
    """
    project, place, begun = Config.read(Path.cwd()), Place(name or ""), time.monotonic()
    own = project.root / _CONFIG
    wish = Wish(
        config=config or (own if own.exists() else None),
        crds=crds or tuple(one for one in project.crds if one.exists()),
        retain=retain,
    )
    _on_sigterm_as_ctrl_c()
    try:
        record = lifecycle.up(place, wish, Steps())
    except KeyboardInterrupt:
        _stopped()
    if place.name == NAME:
        choice.choose(project.root, KIND)
    if as_json:
        click.echo(_json(place, record))
        return
    took = time.monotonic() - begun
    if place.name != NAME:
        use = f"  scenarios use it with {NAME_VARIABLE}={place.name} and --cluster kind"
    else:
        use = (
            "  pytest harness/ and harness run use it from now on, in this folder; harness cluster down kind goes back"
        )
    click.echo(f"kind: {place.name} is ready after {took:.0f} s: Kubernetes API at {record.server}")
    click.echo(f"{use}\n\n  export KUBECONFIG={place.kubeconfig}")


def down(*, name: str | None) -> None:
    """Remove it, and go back to the embedded one.

    :raises KindError: it cannot be removed, or it is somebody else's.
    """
    place, begun = Place(name or ""), time.monotonic()
    _on_sigterm_as_ctrl_c()
    try:
        if place.name == NAME:
            choice.forget(Config.read(Path.cwd()).root)
        record = lifecycle.down(place, Steps())
    except KeyboardInterrupt:
        _stopped()
    took = f"down after {time.monotonic() - begun:.0f} s, nothing is left"
    click.echo(f"kind: {place.name} {'was not up' if record is None else took}")


def status(*, as_json: bool, name: str | None) -> None:
    """Say whether it is up."""
    place = Place(name or "")
    try:
        record = lifecycle.standing(place)
        version = api.version(lifecycle.address(place, record))
    except KindError as error:
        click.echo("null" if as_json else f"kind: {error}")
        sys.exit(FAILED)
    if as_json:
        click.echo(_json(place, record))
        return
    click.echo(f"kind: {place.name}, Kubernetes {version} at {record.server}, since {record.since.isoformat()}")
    click.echo(
        f"  {len(record.nodes)} node(s) of {record.image or 'kind default'}\n\n  export KUBECONFIG={place.kubeconfig}"
    )


def _json(place: Place, record: Record) -> str:
    return json.dumps({"url": record.server, "kubeconfig": str(place.kubeconfig), "name": place.name})


def _on_sigterm_as_ctrl_c() -> None:
    """Whoever ends us, a half-made cluster is removed."""

    def interrupt(*_: Any) -> Never:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _stopped() -> Never:
    click.echo("harness: kind: stopped by Ctrl-C", err=True)
    sys.exit(INTERRUPTED)
