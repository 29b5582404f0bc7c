"""``harness serve``: the embedded API server on a port."""

import click


@click.command(name="serve")
def serve() -> None:
    """Serve."""
