"""What ``harness serve --operators`` starts beside the API server: services and operators, as processes, as in a cluster.

A service is a module that is run as ``python -m MODULE --port 0 --json`` and says in one line of JSON where it answers
(``{"url": …}``); operators are told by a variable of its name (``DATASTORAGE_URL``). An operator is run by ``kopf run``.
Which ones there are is configuration: ``[tool.harness.serve]`` and ``[tool.harness.operators]``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING

from harness.processes import Child, ProcessError, how

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.config import Config

PATIENCE_S = 10.0
"""From SIGTERM to SIGKILL: an operator finishes the reconciles that are under way, and delivers their audit events."""

_IN_CLUSTER = ("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")
"""What tells a client that it runs in a pod. Ours must not find the cluster that this machine may be a pod of."""


class Company:
    """The services and operators of one ``harness serve``.

    :param environ: what they are told beside our own environment, such as KUBECONFIG.
    :param say: takes a program's name and a line that it wrote.
    :ivar urls: where each service answers, once all have started.
    """

    def __init__(self, config: Config, *, environ: Mapping[str, str], say: Callable[[str, str], None]) -> None:
        self._config, self._say = config, say
        self._environ = {name: value for name, value in os.environ.items() if name not in _IN_CLUSTER}
        self._environ |= {**environ, "PYTHONUNBUFFERED": "1"}
        self.urls: dict[str, str] = {}
        self._running: list[Child] = []

    @property
    def names(self) -> list[str]:
        """The programs that have been started, in that order."""
        return [child.name for child in self._running]

    async def start(self) -> None:
        """Start the services, wait until they answer, then start the operators.

        :raises ProcessError: one of them could not be started, or ended at once.
        """
        for name, module in self._config.serve.items():
            command = [sys.executable, "-m", module, "--port", "0", "--json"]
            child = await self._start(name, command, announces=True)
            self.urls[name] = _url_in(await child.announcement(), name)
            self._environ[f"{name.upper().replace('-', '_')}_URL"] = self.urls[name]
        for name in self._config.default_operators:
            target = self._config.operator(name)
            what = [target] if target.endswith(".py") or "/" in target else ["-m", target]
            await self._start(name, [sys.executable, "-m", "kopf", "run", "--standalone", "-A", *what])

    async def until_one_ends(self) -> str:
        """Wait until one of them ends by itself, which none should; returns which, and how."""
        waits = {asyncio.create_task(child.wait()): child for child in self._running}
        if not waits:
            await asyncio.Event().wait()  # nobody is there to end
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return "; ".join(f"{child.name} ended {how(wait.result())}" for wait, child in waits.items() if wait in done)

    async def stop(self) -> None:
        """End the operators together, then the services, which operators may still want to tell something."""
        services = [child for child in self._running if child.name in self._config.serve]
        operators = [child for child in self._running if child not in services]
        for group in (operators, services):
            await asyncio.gather(*(child.stop(patience_s=PATIENCE_S) for child in group))

    def kill(self) -> None:
        """End all of them at once."""
        for child in self._running:
            child.kill()

    async def _start(self, name: str, command: list[str], *, announces: bool = False) -> Child:
        child = Child(name, command, environ=self._environ, say=self._say, announces=announces)
        await child.start()
        self._running.append(child)
        return child


def _url_in(line: str, name: str) -> str:
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError, TypeError):
        raise ProcessError(
            f'{name} was expected to say where it answers, {{"url": …}}; it said: {line[:200]}'
        ) from None
