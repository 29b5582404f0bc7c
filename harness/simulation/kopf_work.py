"""What Kopf does by itself, made visible to `quiescence`. Kopf itself is not changed; what it does is counted."""

from __future__ import annotations

import asyncio
import contextlib
import types
import weakref
from typing import TYPE_CHECKING, Any

from kopf._cogs.aiokits import aiotasks
from kopf._cogs.clients import api, watching
from kopf._core.reactor import processing

from harness.simulation.actors import Actor, current_actor

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator


class KopfWork:
    """Kopf's own doings as a work source.

    Counted are the events being processed, the handlers' retries and delays included, and the pauses before Kopf asks the
    API again (a lost watch, an overloaded server): what happened meanwhile, it is still to learn.
    """

    _of: dict[Actor, KopfWork] = {}  # noqa: RUF012 - weak in effect: entries go with `counted_processing`

    def __init__(self) -> None:
        self.events = 0
        self.pauses = 0

    @classmethod
    def of(cls, actor: Actor) -> KopfWork:
        """Return the one of an actor."""
        return cls._of.setdefault(actor, cls())

    @classmethod
    def forget(cls) -> None:
        """Forget every actor: the run is over."""
        cls._of.clear()

    def busy(self) -> str | None:
        """Part of the work-source protocol."""
        if self.events:
            return f"Kopf processes {self.events} events"
        return "Kopf is about to ask the API again" if self.pauses else None

    def next_deadline(self) -> None:
        """None: a handler that waits is work."""


class _CountedAsyncio(types.ModuleType):
    """asyncio, as two of Kopf's modules see it: a sleep in them is a pause before the next attempt."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(delay: float) -> None:
        work = KopfWork.of(current_actor())
        work.pauses += 1
        try:
            await asyncio.sleep(delay)
        finally:
            work.pauses -= 1


@contextlib.contextmanager
def counted_processing() -> Iterator[None]:
    """Count what Kopf does, per actor, for the length of the body."""
    original = processing.process_resource_event

    async def process_resource_event(*args: Any, **kwargs: Any) -> Any:
        work = KopfWork.of(current_actor())
        work.events += 1
        try:
            return await original(*args, **kwargs)
        finally:
            work.events -= 1

    guard = aiotasks.guard

    def closing_guard(*, coro: Coroutine[Any, Any, Any], **options: Any) -> Coroutine[Any, Any, None]:
        guarded = guard(coro=coro, **options)
        # A start that fails at once cancels guards before their first step; what they guard would then complain that
        # nobody awaited it. Closing what is over does nothing.
        weakref.finalize(guarded, coro.close).atexit = False
        return guarded

    aiotasks.guard = closing_guard  # type: ignore[assignment]
    processing.process_resource_event = process_resource_event
    watching.asyncio = api.asyncio = _CountedAsyncio("asyncio")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        aiotasks.guard = guard
        processing.process_resource_event = original
        watching.asyncio = api.asyncio = asyncio  # type: ignore[attr-defined]
        KopfWork.forget()
