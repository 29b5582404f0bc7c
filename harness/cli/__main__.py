"""``python -m harness.cli``: the command, where no script is on the path."""

from harness.cli.main import main

main()
