"""The ``harness`` command: one module per subcommand."""

from harness.cli.main import main

__all__ = ["main"]
