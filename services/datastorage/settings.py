"""What can be set: one frozen dataclass; flags win over the environment, the environment over these defaults."""

import os
from dataclasses import dataclass
from datetime import timedelta


def _threads_of_asyncio() -> int:
    return min(32, (os.cpu_count() or 1) + 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the service behaves; every default is what the platform's own service does, unless said otherwise."""

    max_ahead: timedelta = timedelta(minutes=60)
    """How far an event's time may lie ahead of this service's clock."""

    max_behind: timedelta = timedelta(days=7)
    """How far it may lie behind. A delivery that was delayed for longer is refused, even of an event stored already."""

    pool_size: int = _threads_of_asyncio()
    """Connections: one for each thread that ``asyncio.to_thread`` uses, so that a request never waits for one. Used up is an error."""

    connect_timeout: timedelta = timedelta(seconds=3)
    """How long the database may take to answer a new connection; whole seconds, at least 2 (libpq's rule)."""

    lock_timeout: timedelta = timedelta(seconds=5)
    """How long a write waits for another write of the same chain."""

    statement_timeout: timedelta = timedelta(seconds=10)
    """How long one statement may run."""
