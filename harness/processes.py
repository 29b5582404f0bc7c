"""Programs that belong to us: their output is told with their name in front, and they end when we do.

Whatever ends this process ends them. An orderly end stops each one by itself (`Child.stop`). For the disorderly one, SIGKILL,
Linux sends a signal to the child when the thread that started it ends (``PR_SET_PDEATHSIG``, prctl(2)); elsewhere than on
Linux there is no such promise. Each is the head of a process group of its own, so that Ctrl-C in a terminal reaches us alone,
and we stop them in the right order.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1

_CHUNK_BYTES = 65536

_LAST_WORDS_S = 1.0
"""How long an ended program's output is waited for: what it started itself may still hold the other end."""


class ProcessError(Exception):
    """A program of ours could not be started, or ended when it should not have; the message says which and how."""


class Child:
    """One program. Start it in the main thread, within a running loop.

    :param name: what stands in front of each line that it writes.
    :param say: takes the name and a line, without the line's end.
    :param announces: whether its first line on standard output is for us; see `announcement`.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        say: Callable[[str, str], None],
        announces: bool = False,
    ) -> None:
        self.name, self.command = name, tuple(command)
        self._environ, self._say = dict(environ), say
        self._announced: asyncio.Future[str] | None = None
        self._announces = announces
        self._process: asyncio.subprocess.Process
        self._pumps: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the program.

        :raises ProcessError: there is no such program.
        """
        self._announced = asyncio.get_running_loop().create_future() if self._announces else None
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self._environ,
                process_group=0,
                preexec_fn=bound_to_us(signal.SIGTERM),
            )
        except OSError as error:
            raise ProcessError(f"{self.name}: cannot run {self.command[0]}: {error.strerror}") from error
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            self._pumps.append(asyncio.create_task(self._pump(stream)))

    async def announcement(self) -> str:
        """Wait for the first line of standard output.

        :raises ProcessError: the program ended without one.
        """
        assert self._announced is not None
        ended = asyncio.create_task(self.wait())
        either: list[asyncio.Future[Any]] = [self._announced, ended]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self._announced.done():
            ended.cancel()
            return self._announced.result()
        raise ProcessError(f"{self.name} ended {how(ended.result())} before it was ready")

    async def wait(self) -> int:
        """Wait for its end, with all that it wrote told; returns the exit code, negative for a signal."""
        code = await self._process.wait()
        await asyncio.wait(self._pumps, timeout=_LAST_WORDS_S)
        return code

    async def stop(self, *, patience_s: float) -> None:
        """Ask it to end (SIGTERM), insist after a while (SIGKILL, to its whole group), and wait for it."""
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), patience_s)
            except (TimeoutError, asyncio.CancelledError):
                self.kill()
        await self.wait()

    def kill(self) -> None:
        """End it, and everything in its process group, at once."""
        with contextlib.suppress(ProcessLookupError):  # it was faster
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _pump(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(_CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._take(line, stream)
        if rest:
            self._take(rest, stream)

    def _take(self, line: bytes, stream: asyncio.StreamReader) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        waiting = self._announced is not None and not self._announced.done() and stream is self._process.stdout
        if waiting and self._announced is not None:
            self._announced.set_result(text)
        else:
            self._say(self.name, text)


def how(code: int) -> str:
    """Say how a program ended: ``with exit code 1``, ``by SIGKILL``."""
    return f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"


def end_with_parent() -> None:
    """Ask to be killed when our parent is: for a process that somebody else starts on our behalf, such as a test worker.

    Where the system knows no such thing, nothing is asked.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def bound_to_us(with_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what the child has to run before ``exec``; ``None`` where the system knows no such thing.

    It runs between fork and exec, so everything that it needs is looked up beforehand.

    :raises ProcessError: not in the main thread; the promise is tied to the *thread* that starts the child.
    """
    if threading.current_thread() is not threading.main_thread():
        raise ProcessError("programs have to be started in the main thread: they would end with the thread that did")
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent, number = os.getpid(), int(with_signal)

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # we died in between: no signal will come
            os._exit(1)

    return bind
