"""``kopf run -m operators.<package>``: the only case in which importing a package registers its handlers.

Everybody else (a harness, a test, a process of several operators) imports the package and calls its ``build``.
"""

import logging
import os
from collections.abc import Callable
from typing import TypeVar

import click
import kopf

from operators.runtime.errors import OperatorError
from operators.runtime.loading import load
from operators.runtime.operator import Operator
from operators.runtime.settings import RuntimeSettings

__all__ = ["imported_by_kopf_run", "register_for_kopf_run"]

SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)


def imported_by_kopf_run() -> bool:
    """Whether the command line that runs right now is ``kopf run``."""
    context = click.get_current_context(silent=True)
    if context is None:
        return False
    from kopf import cli  # noqa: PLC0415 - only a command line needs Kopf's

    return context.command is cli.run


def register_for_kopf_run(
    build: Callable[[kopf.OperatorRegistry, SettingsT], Operator],
    settings: type[SettingsT],
) -> None:
    """Build the operator on Kopf's default registry, if it is ``kopf run`` that imports; else do nothing.

    Settings come from the environment and from the file that ``KUBERNAUT_CONFIG`` names. What is wrong with them, or with
    what the operator loads (a policy), ends the command with one line.
    """
    if not imported_by_kopf_run():
        return
    _hush()
    try:
        build(kopf.get_default_registry(), load(settings, environ=os.environ))
    except OperatorError as error:
        raise click.ClickException(str(error)) from error


def _hush() -> None:
    """Let Kopf not note each event that a handler of ours took: it only woke a queue, and what came of it is logged there.

    With ``--verbose`` and ``--debug`` everything is wanted.
    """
    if logging.getLogger().level >= logging.INFO:
        logging.getLogger("kopf.objects").setLevel(logging.WARNING)
