"""``harness serve``: the embedded API server on a port, in real time, for kubectl and for operators as other processes."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.company import Company
from harness.cli.exits import FAILED, USAGE
from harness.cli.teaching import TeachingCommand
from harness.config import Config, ConfigError
from harness.processes import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.apiserver import User
    from harness.apiserver.stages import Stages
    from harness.cli.served import Served, Serving

_FILE = click.Path(dir_okay=False, path_type=Path)


_EXAMPLES = """
harness serve --crds crds/
  our CRDs on a free port; it says how to point kubectl at it
harness serve --operators
  the services and operators, too, each as a process, as in a cluster
harness serve --stages
  workloads move: deployments make pods, pods run on a node that is not there
harness serve --port 6443 --kubeconfig dev.kubeconfig
  always in the same place
harness serve --json --token-auth-file tokens.csv
  for a program, with users of your own
"""


@click.command(
    name="serve",
    cls=TeachingCommand,
    examples=_EXAMPLES,
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 takes any free one.")
@click.option(
    "--crds", type=click.Path(path_type=Path), multiple=True, help="CRDs to start with: a folder or a file; repeatable."
)
@click.option("--operators", is_flag=True, help="Start the configured services and operators, too, each as a process.")
@click.option(
    "--stages", is_flag=True, help="Move workloads: pods of deployments, jobs and the like come, run, end and go."
)
@click.option(
    "--stage-file",
    "stage_files",
    type=_FILE,
    multiple=True,
    help="Stages of your own, in YAML; they go before the ready-made ones, and imply --stages. Repeatable.",
)
@click.option("--kubeconfig", type=_FILE, help="Where to write the kubeconfig; default: a temporary file.")
@click.option(
    "--token-auth-file",
    type=_FILE,
    help='Who may come in, a line each as kube-apiserver has it: token,user,uid,"groups".',
)
@click.option(
    "--authorization-mode",
    type=click.Choice(["RBAC", "AlwaysAllow"]),
    default="RBAC",
    show_default=True,
    help="What users of the token file may do: what the roles say, or everything.",
)
@click.option(
    "--tls/--no-tls",
    default=True,
    help="TLS is the default: kubectl sends no token over plain http, so everybody is let in there.",
)
@click.option("--json", "as_json", is_flag=True, help='Print one line when ready: {"url": …, "kubeconfig": …}.')
def serve(
    *,
    host: str,
    port: int,
    crds: tuple[Path, ...],
    operators: bool,
    stages: bool,
    stage_files: tuple[Path, ...],
    kubeconfig: Path | None,
    token_auth_file: Path | None,
    authorization_mode: str,
    tls: bool,
    as_json: bool,
) -> None:
    """Serve the embedded Kubernetes API, in real time, until Ctrl-C.

    Nothing is kept: the objects are gone with the command, and so is everything
    that it started.
    """
    from harness.apiserver.http import FrontError  # noqa: PLC0415  heavy; other commands and --help do without
    from harness.cli.served import Serving  # noqa: PLC0415  as above

    config = Config.read(Path.cwd())
    if operators and not config.default_operators:
        raise ConfigError(
            f"--operators: none are configured; name them in [tool.harness.operators] of {config.root / 'pyproject.toml'}"
        )
    tokens = _tokens(token_auth_file, tls=tls, host=host)
    folders = [*(config.crds if operators else ()), *crds]
    serving = Serving(
        host=host,
        port=port,
        tls=tls,
        tokens=tokens,
        authorization=authorization_mode,
        kubeconfig=kubeconfig,
        stages=_stages(stage_files) if stages or stage_files else None,
        crds=list({folder.resolve(): folder for folder in folders}.values()),
    )
    try:
        sys.exit(asyncio.run(_play(serving, config if operators else None, as_json=as_json)))
    except FrontError as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(USAGE)


def _stages(files: tuple[Path, ...]) -> Stages:
    from harness.apiserver.stages import Stages, StagesError, read_stages  # noqa: PLC0415  as above

    try:
        return Stages(stages=tuple(stage for file in files for stage in read_stages(file)))
    except StagesError as error:
        raise ConfigError(f"--stage-file: {error}") from None


def _tokens(file: Path | None, *, tls: bool, host: str) -> dict[str, User]:
    from harness.cli.served import LOOPBACK  # noqa: PLC0415  as above
    from harness.cli.tokens import read_tokens  # noqa: PLC0415  as above

    if file is not None:
        return read_tokens(file)
    if not tls and host not in LOOPBACK:
        raise ConfigError(
            f"--no-tls on {host} would let everybody on the network in: leave --no-tls out, or give --token-auth-file"
        )
    return {}


async def _play(serving: Serving, config: Config | None, *, as_json: bool) -> int:
    """Serve until a signal comes or one of the company ends; returns the exit code."""
    from harness.cli.served import Served  # noqa: PLC0415  as above

    leaving = asyncio.Event()
    with Served(serving) as served:
        config = config or Config(root=Path.cwd())
        tell = _teller([*config.serve, *config.default_operators])
        company = Company(config, environ=served.environ(), say=tell)
        _on_signals(leaving, company)
        leave = asyncio.create_task(leaving.wait())
        play = asyncio.create_task(_until_one_ends(served, company, as_json=as_json))
        try:
            await asyncio.wait({leave, play}, return_when=asyncio.FIRST_COMPLETED)
            if not play.done():
                return 0
            click.echo(f"harness: {play.result()}; what it said stands above", err=True)
        except ProcessError as error:
            click.echo(f"harness: {error}", err=True)
        finally:
            play.cancel()
            leave.cancel()
            await company.stop()
    return FAILED


async def _until_one_ends(served: Served, company: Company, *, as_json: bool) -> str:
    await company.start()
    if as_json:
        click.echo(json.dumps({"url": served.url, "kubeconfig": str(served.kubeconfig)}))
    else:
        click.echo(_welcome(served, company))
    sys.stdout.flush()
    return await company.until_one_ends()


def _on_signals(leaving: asyncio.Event, company: Company) -> None:
    """Leave in good order at the first signal, at once at the second."""

    def leave() -> None:
        if leaving.is_set():
            company.kill()
        leaving.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, leave)


def _teller(names: Iterable[str]) -> Callable[[str, str], None]:
    """Return what passes on the lines of programs, names aligned; standard output is for our own answer."""
    width = max((len(name) for name in names), default=0)

    def tell(name: str, line: str) -> None:
        click.echo(f"{click.style(f'{name:{width}}', fg='cyan')} | {line}", err=True)

    return tell


def _welcome(served: Served, company: Company) -> str:
    kinds = sum(one.startswith("customresourcedefinitions/") for one in served.applied)
    lines = [f"Kubernetes API at {served.url}, with {kinds or 'no'} CRD{'' if kinds == 1 else 's'}"]
    lines += [f"{name} at {url}" for name, url in company.urls.items()]
    started = [name for name in company.names if name not in company.urls]
    lines += [f"operators: {', '.join(started)}"] if started else []
    example = "kubectl get crds" if kinds else "kubectl apply -f crds/ --validate=false"
    lines += ["", f"  export KUBECONFIG={served.kubeconfig}", f"  {example}", "", "Ctrl-C ends it"]
    return "\n".join(lines)
