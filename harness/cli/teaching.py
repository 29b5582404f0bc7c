"""Commands whose ``--help`` ends with examples, printed as they are written."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

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


class LazyGroup(TeachingGroup):
    """A group whose commands are imported when they are asked for: most of what one needs, the others never do.

    :param at: ``module:attribute`` of each command, by its name.
    """

    def __init__(self, *arguments: Any, at: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._at = at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        return sorted([*super().list_commands(ctx), *self._at])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported by now."""
        if (where := self._at.get(cmd_name)) is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = where.partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


def write_examples(formatter: click.HelpFormatter, examples: str) -> None:
    """Write a section of examples, line by line."""
    with formatter.section("Examples"):
        for line in examples.strip("\n").splitlines():
            formatter.write(f"{'':{formatter.current_indent}}{line}\n" if line else "\n")
