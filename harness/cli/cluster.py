"""``harness cluster up|down|status KIND``: a real cluster by hand. Only one that we made is ever touched."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.teaching import TeachingCommand, TeachingGroup
from harness.config import ConfigError

if TYPE_CHECKING:
    from types import ModuleType

_EXAMPLES = """
harness cluster up kind
  Kubernetes in Docker, with our CRDs; `pytest harness/` then uses it
harness cluster up envtest --crds crds/
  a real kube-apiserver, with our CRDs; says how to point kubectl at it
harness cluster status kind
  whether it runs, and where
harness cluster down kind
  end it; nothing is kept
"""

_UP = """
harness cluster up kind
  bring it up, unless it is
harness cluster up kind --config kind-config.yaml --retain
  with nodes of your own; keep what is half made, to see why
export KUBECONFIG=$(harness cluster up envtest --json | jq -r .kubeconfig)
  start it unless it runs, and point kubectl at it
"""

_DOWN = """
harness cluster down kind
  end what `harness cluster up kind` has made
"""

_STATUS = """
harness cluster status kind
  whether it runs, and where; exit code 1 when it does not
"""

_KINDS = {"envtest": "harness.cli.cluster_envtest", "kind": "harness.cli.cluster_kind"}


def _known(_context: click.Context, _parameter: click.Parameter, kind: str) -> ModuleType:
    if kind not in _KINDS:
        raise ConfigError(f"{kind}: no cluster that is started by hand; there are: {', '.join(_KINDS)}")
    return importlib.import_module(_KINDS[kind])


_KIND = click.argument("kind", callback=_known)
_NAME = click.option(
    "--name", metavar="NAME", help="kind: another name than controller-rehearsal, as KIND_CLUSTER_NAME."
)


@click.group(cls=TeachingGroup, examples=_EXAMPLES)
def cluster() -> None:
    """Start and end a real cluster by hand.

    kind is Kubernetes in Docker. envtest is etcd, kube-apiserver and
    kube-controller-manager as processes of this machine, without Docker;
    `make envtest` builds them, once.
    """


@cluster.command(cls=TeachingCommand, examples=_UP, short_help="Start it, unless it runs.")
@_KIND
@click.option(
    "--crds",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="CRDs to start with: a folder or a file; repeatable. For kind by default those of the project.",
)
@click.option("--json", "as_json", is_flag=True, help='Print one line: {"url": …, "kubeconfig": …}.')
@_NAME
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="kind: its configuration file, by default kind-config.yaml of the project.",
)
@click.option("--retain", is_flag=True, help="kind: keep what is half made when it fails.")
def up(kind: ModuleType, **options: Any) -> None:
    """Start a cluster that stays until `harness cluster down`, and wait for it."""
    kind.up(**_fitting(kind, options))


@cluster.command(cls=TeachingCommand, examples=_DOWN, short_help="End it.")
@_KIND
@_NAME
def down(kind: ModuleType, **options: Any) -> None:
    """End the cluster that `harness cluster up` has started, with all that is in it."""
    kind.down(**_fitting(kind, options))


@cluster.command(cls=TeachingCommand, examples=_STATUS, short_help="Say whether it runs, and where.")
@_KIND
@click.option("--json", "as_json", is_flag=True, help='Print one line: {"url": …, "kubeconfig": …}, or null.')
@_NAME
def status(kind: ModuleType, **options: Any) -> None:
    """Say whether the cluster runs, and where; exit code 1 when it does not."""
    kind.status(**_fitting(kind, options))


def _fitting(kind: ModuleType, options: dict[str, Any]) -> dict[str, Any]:
    """Drop the options that are for kind alone.

    :raises ConfigError: one of them was given for another.
    """
    if kind.__name__ == _KINDS["kind"]:
        return options
    own = {"name", "config", "retain"}
    if given := [one for one in own if options.get(one)]:
        raise ConfigError(f"--{given[0]}: for kind alone")
    return {name: value for name, value in options.items() if name not in own}
