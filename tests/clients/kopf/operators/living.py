"""Daemons and timers."""

import asyncio
from typing import Any

import kopf

from ..trace import TRIED, trace


@kopf.daemon("gizmos", labels=TRIED, cancellation_backoff=1, cancellation_timeout=5)
async def obedient(name: str, stopped: Any, **_: Any) -> None:
    trace("obedient starts", name=name)
    await stopped.wait()
    trace("obedient stops", reason=str(stopped.reason))


@kopf.daemon("gizmos", labels=TRIED, cancellation_timeout=5)
async def stubborn(**_: Any) -> None:
    trace("stubborn starts")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        trace("stubborn is cancelled")
        raise


@kopf.timer("gizmos", labels=TRIED, interval=0.5)
def ticking(retry: int, patch: Any, status: Any, **_: Any) -> None:
    ticks = status.get("ticks", 0) + 1
    if ticks <= 3:
        trace("tick", ticks=ticks, retry=retry)
        patch.status["ticks"] = ticks
