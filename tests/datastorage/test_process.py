"""``python -m services.datastorage``: one line when it answers, one line when it cannot, and nothing left running."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PATIENCE_MS = 30_000


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts the service without DATABASE_URL; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [sys.executable, "-m", "services.datastorage", *arguments]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**given, **environment}
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_it_says_where_it_answers_and_takes_postgresql_with_it(start, with_signal) -> None:
    """Ctrl-C, an orchestrator's SIGTERM, and the SIGKILL after which nobody can clean up."""
    process = start("--port", "0", "--json")
    url = json.loads(process.stdout.readline())["url"]
    with urllib.request.urlopen(f"{url}/health/ready") as answer:
        assert {"status": "ready"} == json.load(answer)
    handle = os.pidfd_open(int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()))  # its one child
    process.send_signal(with_signal)
    output, errors = process.communicate()

    assert ("", "") == (output, errors)
    assert (-9 if with_signal == signal.SIGKILL else 0) == process.returncode
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    assert poll.poll(PATIENCE_MS)
    os.close(handle)


def test_a_port_in_use_is_one_line(start) -> None:
    """Known before PostgreSQL is started, and said with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output, errors = (process := start("--port", str(port))).communicate()

    assert (1, "") == (process.returncode, output)
    assert (
        f"datastorage: cannot listen on 127.0.0.1:{port}: Address already in use; take another --port, or 0 for a free one\n"
        == errors
    )


def test_a_database_url_that_does_not_answer_is_one_line(start) -> None:
    """The host, the reason, the way out; not a stack trace, and not the password."""
    output, errors = (
        process := start("--port", "0", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/audit")
    ).communicate()

    assert (1, "", 1) == (process.returncode, output, errors.count("\n"))
    assert errors.startswith("datastorage: the database at 127.0.0.1:1/audit cannot be reached: ")
    assert "secret" not in errors


def test_wrong_usage_exits_with_two_and_help_teaches_with_an_example(start) -> None:
    """The exit codes of all our commands: 0 well, 1 failed, 2 usage."""
    wrong, helped = start("--port", "70000"), start("--help")
    _, errors = wrong.communicate()
    taught, _ = helped.communicate()

    assert (2, 0) == (wrong.returncode, helped.returncode)
    assert "70000 is no port: expected 0 to 65535" in errors
    assert "python -m services.datastorage --port 0" in taught


def test_with_patience_it_waits_for_its_database(start, unused_tcp_port) -> None:
    """In a cluster both start together; who gives up at once is restarted after ten seconds, then twenty, then forty."""
    elsewhere = f"postgresql://me:secret@127.0.0.1:{unused_tcp_port}/audit"
    process = start("--port", "0", "--database-url", elsewhere, "--patience", "0.5")
    began = time.monotonic()
    _, errors = process.communicate(timeout=60)

    assert 1 == process.returncode
    assert "cannot be reached" in errors
    assert 0.5 <= time.monotonic() - began
