"""Programs that end when we do."""

import os
import select
import subprocess
import sys
import threading

import pytest

from harness.clusters.envtest.daemons import Daemon
from harness.clusters.envtest.errors import ControlPlaneError

PARENT = """
import pathlib, sys, time
from harness.clusters.envtest.daemons import Daemon
daemon = Daemon("sleeper", ["sleep", "600"], log=pathlib.Path(sys.argv[1]) / "log")
print(daemon.pid, flush=True)
time.sleep(600)
"""


def gone(handle: int) -> bool:
    """Wait until a process has ended."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(30_000))


def test_how_it_ended_and_what_it_said_last_is_told(tmp_path, program):
    """A control plane that does not start is explained by the program at fault, not by a time-out."""
    daemon = Daemon(
        "talker", [str(program(tmp_path / "talk", "echo first; echo; echo last; exit 3"))], log=tmp_path / "log"
    )
    daemon._process.wait()

    with pytest.raises(ControlPlaneError, match=r"^talker ended with exit code 3: first / last$"):
        daemon.check()


def test_a_program_that_is_none_is_one_line(tmp_path):
    """Assets of another architecture are met like this, too."""
    with pytest.raises(ControlPlaneError, match=r"cannot run /no/such: No such file"):
        Daemon("nobody", ["/no/such"], log=tmp_path / "log")


def test_it_is_not_started_from_a_thread_that_may_end_before_us(tmp_path):
    """Linux ends the child when that *thread* ends."""
    refused = []

    def start() -> None:
        try:
            Daemon("sleeper", ["sleep", "600"], log=tmp_path / "log")
        except ControlPlaneError as error:
            refused.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert ["programs have to be started in the main thread: they would end with the thread that did"] == refused


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
def test_it_does_not_survive_the_sigkill_of_its_parent(tmp_path):
    """Left-over servers are what makes people distrust envtest."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        handle = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()

    assert gone(handle)
    os.close(handle)
