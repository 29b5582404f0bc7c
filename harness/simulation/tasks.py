"""Tasks and futures that hash by the order of their birth.

asyncio and Kopf keep tasks in sets, and a set iterates in the order of hashes. By default that is an object's address,
which differs from process to process: the largest source of runs that cannot be replayed. A task also knows the actor
(`actors.Actor`) that was current when it was born.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from harness.simulation.actors import Actor, current_actor

if TYPE_CHECKING:
    from collections.abc import Iterable


class OrderedFuture(asyncio.Future[Any]):
    """A future that hashes by its birth number."""

    def __init__(self, birth: int, *, loop: asyncio.AbstractEventLoop) -> None:
        self.birth = birth
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self.birth

    def __eq__(self, other: object) -> bool:
        return self is other


class OrderedTask(asyncio.Task[Any]):
    """A task that hashes by its birth number and belongs to an actor."""

    def __init__(self, birth: int, coro: Any, **options: Any) -> None:
        self.birth = birth
        context = options.get("context")
        self.actor: Actor = current_actor() if context is None else context.run(current_actor)
        super().__init__(coro, **options)

    def __hash__(self) -> int:
        return self.birth

    def __eq__(self, other: object) -> bool:
        return self is other


def describe_tasks(tasks: Iterable[asyncio.Task[Any]]) -> list[str]:
    """One line per unfinished task: its actor, its name and the source line where it waits, in order of birth."""
    lines = []
    for task in sorted(tasks, key=lambda one: getattr(one, "birth", 0)):
        if task.done():
            continue
        actor = getattr(task, "actor", None)
        lines.append(f"  {actor or '-'}: {task.get_name()} waits at {_place(task)}")
    return lines


def _place(task: asyncio.Task[Any]) -> str:
    """The innermost source line of the chain of awaits: that is what a reader can act on."""
    awaited: Any = task.get_coro()
    frame = None
    while awaited is not None:
        found = (
            getattr(awaited, "cr_frame", None)
            or getattr(awaited, "gi_frame", None)
            or getattr(awaited, "ag_frame", None)
        )
        if found is None:
            break
        frame = found
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    if frame is None:
        return "no frame (not started, or in C)"
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"
