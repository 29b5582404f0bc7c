"""A behaviour: a script of requests by its name, and where the embedded server is known to differ.

    @behaviour
    def create_twice(api: Side) -> None:
        api.post(api.things, thing())
        api.post(api.things, thing())

Modules in ``behaviours/`` are found by themselves. ``differs`` gives the reason of a known difference, which has its line in
docs/limitations.md; a behaviour that stops differing fails, so that the list stays true. ``sockets`` says why a behaviour is not
played in memory. ``controllers`` tells that both servers have theirs: garbage collection, namespaces, accounts, roles. ``forgetful``
asks for servers that compact old versions away after seconds.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, overload

from .side import Side

Play = Callable[[Side], Any]


@dataclass(frozen=True)
class Behaviour:
    """One script. ``area`` is the module that it stands in."""

    area: str
    name: str
    play: Play
    differs: str = ""
    sockets: str = ""
    controllers: bool = False
    forgetful: bool = False

    @property
    def namespace(self) -> str:
        """Where it is played: a namespace of its own, the same on each server."""
        return f"{self.area}-{self.name}".replace("_", "-")[:63].rstrip("-")


_FOUND: list[Behaviour] = []


@overload
def behaviour(play: Play) -> Play: ...
@overload
def behaviour(
    *, differs: str = "", sockets: str = "", controllers: bool = False, forgetful: bool = False
) -> Callable[[Play], Play]: ...
def behaviour(play: Play | None = None, **more: Any) -> Any:
    """Add a script to the suite."""

    def add(play: Play) -> Play:
        area = play.__module__.rpartition(".")[2]
        _FOUND.append(Behaviour(area, play.__name__, play, **more))
        return play

    return add if play is None else add(play)


def behaviours() -> list[Behaviour]:
    """Return every behaviour, by area in the order of the alphabet, within one as they stand there."""
    if not _FOUND:
        package = importlib.import_module(f"{__package__}.behaviours")
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return _FOUND
