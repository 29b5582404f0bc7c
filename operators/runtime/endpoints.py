"""The HTTP side of an operator: probes, metrics, and what an observer needs to know whether it is at rest.

==============  ==========================================================================================================
``/healthz``    200 while the queue serves, else 500 with the reason: a process that only a restart can help
``/readyz``     200 from the end of the start to the beginning of the stop, else 503
``/metrics``    the operator's instruments, in Prometheus' text format
``/idle``       JSON, see below; ``?namespaces=a,b`` leaves out what was heard of others
==============  ==========================================================================================================

``/idle`` answers ``{"operator", "incarnation", "busy", "nextDeadline", "activity", "heard"}``:

- ``busy``: what is going on, in a few words; null when nothing is;
- ``nextDeadline``: the earliest declared deadline, RFC 3339; null when there is none;
- ``activity``: a number that grows with each event and each reconcile. Two answers of one ``incarnation`` that are not busy
  and name the same number say that nothing went on between them either;
- ``heard``: the newest version of each object of each kind that it follows, by uid (:mod:`operators.runtime.heard`).

Nobody has to log in: it tells names and numbers, as ``/metrics`` does. It is off unless ``http_port`` is set.
"""

import os
import secrets
from collections.abc import Callable

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from operators.api.times import micro
from operators.runtime.errors import SettingsError
from operators.runtime.heard import Heard
from operators.runtime.metrics import Metrics
from operators.runtime.queue import ReconcileQueue

__all__ = ["Endpoints"]


class Endpoints:
    """Answers for one started operator; made anywhere, opened and closed on its event loop.

    :param ill: says what only a restart can help, or None.
    :ivar ready: whether requests to ``/readyz`` are answered with 200.
    """

    def __init__(
        self,
        name: str,
        *,
        queue: ReconcileQueue,
        heard: Heard,
        metrics: Metrics,
        ill: Callable[[], str | None],
    ) -> None:
        self.ready = False
        self._name, self._queue, self._heard, self._metrics, self._ill = name, queue, heard, metrics, ill
        self._incarnation = secrets.token_hex(8)
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen.

        :raises SettingsError: the address is taken, or not ours.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._serve_metrics)
        app.router.add_get("/idle", self._idle)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise SettingsError(
                f"{self._name} cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}; "
                "choose another http_host or http_port, or 0 for none"
            ) from error
        self._runner = runner

    @property
    def port(self) -> int:
        """The port that it listens on; 0 when it does not."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else 0

    async def close(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _: web.Request) -> web.Response:
        ill = self._ill()
        return web.Response(text=ill or "ok", status=500 if ill else 200)

    async def _readyz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok" if self.ready else "not ready", status=200 if self.ready else 503)

    async def _serve_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _idle(self, request: web.Request) -> web.Response:
        deadline = self._queue.next_deadline()
        answer = {
            "operator": self._name,
            "incarnation": self._incarnation,
            "busy": self._queue.busy(),
            "nextDeadline": micro(deadline) if deadline is not None else None,
            "activity": self._heard.events + self._queue.started,
            "heard": self._heard.versions([one for one in request.query.get("namespaces", "").split(",") if one]),
        }
        return web.Response(body=orjson.dumps(answer), content_type="application/json")
