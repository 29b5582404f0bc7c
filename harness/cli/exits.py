"""Exit codes of all subcommands. 0 is well."""

from typing import Final

FAILED: Final = 1
"""Something was found, or failed."""

USAGE: Final = 2
"""The command was given something that it cannot work with; nothing was run."""

INTERRUPTED: Final = 130
"""Ctrl-C, as shells count it."""
