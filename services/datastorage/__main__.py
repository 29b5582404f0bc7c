"""``python -m services.datastorage``: the service as a process of its own.

One line on standard output says where it answers, once it does. Whatever ends the process ends what it started: a signal, an error, SIGKILL.
"""

import argparse
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NoReturn

import uvicorn
from sqlalchemy import Engine

from services.datastorage.app import create_app
from services.datastorage.embedded import embedded_postgres
from services.datastorage.engine import make_engine, trouble_translated
from services.datastorage.errors import DatabaseUnreachable, DataStorageError
from services.datastorage.migrate import migrate
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.settings import Settings

_PAUSE_S = 0.2
"""Between two looks for the database."""

_KEEP_ALIVE_S = 75
"""How long an idle connection stays open: longer than clients keep one (aiohttp: 15 s). uvicorn's five seconds would close it
at times in the very moment in which a client writes, who then has to take the sink for unreachable."""

_EXAMPLE = """\
examples:
  python -m services.datastorage --port 0
      on a free port, with a PostgreSQL of its own that is gone afterwards
  DATABASE_URL=postgresql://me:secret@localhost/audit python -m services.datastorage --port 8080
      on a database that stays; its tables are made, or brought up to date, first
  curl -s localhost:8080/api/v1/audit/events?since=1h
      the events of the last hour; /docs describes the rest
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes. Returns 0 then, 1 when it cannot serve; wrong usage exits with 2."""
    given = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)  # so that a SIGTERM unwinds the stack too, and PostgreSQL is stopped
    try:
        listening = _listen(given.host, given.port)
        with listening, _database(given.database_url) as url:
            _serve(listening, url=url, settings=_settings(given), as_json=given.json, patience=given.patience)
    except DataStorageError as error:
        return _failed(str(error))
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        return _failed(
            f"cannot listen on {given.host}:{given.port}: {reason}; take another --port, or 0 for a free one"
        )
    except (KeyboardInterrupt, SystemExit):
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.datastorage",
        description="Keep audit events in tamper-evident chains, and answer for them over HTTP.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    defaults = Settings()
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8080, help="port to listen on; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--database-url",
        default=os.environ.get("DATABASE_URL", ""),
        metavar="URL",
        help="postgresql://user:password@host:port/database; default: $DATABASE_URL, else a PostgreSQL of our own",
    )
    parser.add_argument(
        "--max-behind-days",
        type=float,
        default=defaults.max_behind / timedelta(days=1),
        metavar="DAYS",
        help="refuse events older than this (default: %(default)g)",
    )
    parser.add_argument(
        "--max-ahead-minutes",
        type=float,
        default=defaults.max_ahead / timedelta(minutes=1),
        metavar="MINUTES",
        help="refuse events that lie further in the future (default: %(default)g)",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="wait so long for the database at the start: in a cluster both start together (default: not at all)",
    )
    parser.add_argument("--json", action="store_true", help='say where it answers as JSON: {"url": …}')
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port: expected 0 to 65535")
    return port


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        max_behind=timedelta(days=given.max_behind_days), max_ahead=timedelta(minutes=given.max_ahead_minutes)
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


@contextmanager
def _database(given: str) -> Iterator[str]:
    if given:
        yield given
        return
    with embedded_postgres() as server:
        yield server.create_database("datastorage")


def _serve(listening: socket.socket, *, url: str, settings: Settings, as_json: bool, patience: float) -> None:
    engine = make_engine(url, settings=settings)
    try:
        _wait_for(engine, patience=patience)
        migrate(engine)
        app = create_app(PostgresStore(engine), settings=settings)
        host, port = listening.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        _Server(
            http_config(app),
            announcement=json.dumps({"url": address}) if as_json else f"DataStorage answers at {address}",
        ).run([listening])
    finally:
        engine.dispose()


def http_config(app: Any) -> uvicorn.Config:
    """Return how the application is served: quietly, and with connections that outlive their clients' patience."""
    return uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_keep_alive=_KEEP_ALIVE_S)


def _wait_for(engine: Engine, *, patience: float) -> None:
    """Wait until the database answers.

    :raises DatabaseUnreachable: it does not in time.
    """
    deadline = time.monotonic() + patience
    while patience > 0:
        try:
            with trouble_translated(engine), engine.connect():
                return
        except DatabaseUnreachable:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_S)


class _Server(uvicorn.Server):
    """Says one line when it listens."""

    def __init__(self, config: uvicorn.Config, *, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        print(self._announcement, flush=True)  # noqa: T201  the one line that this program is to write


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _failed(message: str) -> int:
    print(f"datastorage: {message}", file=sys.stderr)  # noqa: T201  a program's last words
    return 1


if __name__ == "__main__":
    sys.exit(main())
