"""Commands whose ``--help`` ends with examples, printed as they are written."""

from __future__ import annotations

from typing import Any

import click


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


def write_examples(formatter: click.HelpFormatter, examples: str) -> None:
    """Write a section of examples, line by line."""
    with formatter.section("Examples"):
        for line in examples.strip("\n").splitlines():
            formatter.write(f"{'':{formatter.current_indent}}{line}\n" if line else "\n")
