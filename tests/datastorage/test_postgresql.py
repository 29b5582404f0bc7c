"""``python -m services.postgresql``: one database on a port, for whoever knows the password."""

import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECRET = "secret"
PATIENCE = 300
"""Looks, 0.1 s apart, for what takes one second."""


@pytest.fixture
def folder():
    """A folder on a way that is open to everybody: who runs PostgreSQL need not be who runs the tests."""
    with tempfile.TemporaryDirectory(prefix="postgresql-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture
def start(folder, unused_tcp_port):
    """Return what starts it; what still runs at the end is killed."""
    started = []

    def begin(**environ):
        words = ["--data", str(folder / "data"), "--user", "me", "--database", "audit", "--port", str(unused_tcp_port)]
        process = subprocess.Popen(
            [sys.executable, "-m", "services.postgresql", *words],
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], **environ},
            cwd=ROOT,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def connected(port, *, password=SECRET):
    for _ in range(PATIENCE):
        try:
            return psycopg.connect(f"postgresql://me:{password}@127.0.0.1:{port}/audit")
        except psycopg.OperationalError as error:
            if "refused" not in str(error) and "starting up" not in str(error):
                raise
            select.select([], [], [], 0.1)
    raise AssertionError("PostgreSQL does not answer")


def test_what_was_written_is_there_after_a_restart(start, unused_tcp_port):
    """The data folder is made once; a container that is started again finds it."""
    first = start(POSTGRES_PASSWORD=SECRET)
    with connected(unused_tcp_port) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    first.send_signal(signal.SIGINT)
    assert 0 == first.wait(30)
    start(POSTGRES_PASSWORD=SECRET)
    with connected(unused_tcp_port) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchall()

    assert [(0,)] == found


def test_a_wrong_password_is_refused(start, unused_tcp_port):
    """It listens on all addresses: the password is what keeps others out."""
    start(POSTGRES_PASSWORD=SECRET)
    connected(unused_tcp_port).close()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connected(unused_tcp_port, password="guessed")


def test_without_a_password_it_does_not_start(start):
    """One line that names the variable."""
    _, errors = start().communicate(timeout=60)

    assert b"postgresql: POSTGRES_PASSWORD is not set: it is the password that me will have\n" == errors
