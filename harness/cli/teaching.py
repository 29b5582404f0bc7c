"""Commands whose ``--help`` ends with examples, printed as they are written."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from harness.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Mapping


class TeachingCommand(click.Command):
    """A command with examples.

    :param examples: lines of what to type, each with what it does on the line below, indented.
    """

    def __init__(self, *arguments: Any, examples: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples; click would join and wrap their lines."""
        super().format_epilog(ctx, formatter)
        write_examples(formatter, self._examples)


class TeachingGroup(click.Group, TeachingCommand):
    """A group of commands with examples."""


class Later(NamedTuple):
    """A command that is imported when somebody asks for it.

    :ivar where: its ``module:attribute``.
    :ivar summary: what the list of commands says of it.
    """

    where: str
    summary: str


class LazyGroup(TeachingGroup):
    """A group whose commands are imported when they are asked for: most of what one needs, the others never do, nor does the list of them.

    :param later: its commands, by their names.
    """

    def __init__(self, *arguments: Any, later: Mapping[str, Later], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        return sorted([*super().list_commands(ctx), *self._later])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported by now."""
        if (command := self._later.get(cmd_name)) is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = command.where.partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Ctrl-C that the command does not see to itself ends it in one line, with the code that shells have for it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(f"{ctx.info_name}: stopped by Ctrl-C", err=True)
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; click would import each of them for its summary."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in sorted(self._later.items())])


def write_examples(formatter: click.HelpFormatter, examples: str) -> None:
    """Write a section of examples, line by line."""
    with formatter.section("Examples"):
        for line in examples.strip("\n").splitlines():
            formatter.write(f"{'':{formatter.current_indent}}{line}\n" if line else "\n")
