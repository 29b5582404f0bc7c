"""Handlers that fail for a time, or for ever."""

from typing import Any

import kopf

from ..trace import TRIED, trace


@kopf.on.create("gizmos", labels=TRIED)
def late(retry: int, **_: Any) -> str:
    trace("late", retry=retry)
    if retry < 2:
        raise kopf.TemporaryError("not yet", delay=1)
    return "done"


@kopf.on.create("gizmos", labels=TRIED)
def never(**_: Any) -> None:
    trace("never")
    raise kopf.PermanentError("never")


@kopf.on.create("gizmos", labels=TRIED, retries=2, backoff=1)
def broken(retry: int, **_: Any) -> None:
    trace("broken", retry=retry)
    raise RuntimeError("broken")
