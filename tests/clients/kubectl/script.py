"""A script of kubectl commands; those in ``scripts/`` are found by themselves.

    @script
    def labels(kubectl: Kubectl) -> None:
        kubectl("create configmap one")
        kubectl("label configmap one colour=red")

``controllers`` plays it where garbage is collected. ``differs`` gives the reason of a known difference.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .run import Kubectl

Play = Callable[[Kubectl], Any]


@dataclass(frozen=True)
class Script:
    """One script. ``area`` is the module that it stands in."""

    area: str
    name: str
    play: Play
    controllers: bool
    differs: str

    @property
    def namespace(self) -> str:
        """Where it is played, the same on each server."""
        return f"{self.area}-{self.name}".replace("_", "-")


_FOUND: list[Script] = []


def script(play: Play | None = None, *, controllers: bool = False, differs: str = "") -> Any:
    """Add a script to the suite."""

    def add(play: Play) -> Play:
        _FOUND.append(Script(play.__module__.rpartition(".")[2], play.__name__, play, controllers, differs))
        return play

    return add if play is None else add(play)


def scripts() -> list[Script]:
    """Return every script, by area in the order of the alphabet."""
    if not _FOUND:
        package = importlib.import_module(f"{__package__}.scripts")
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return _FOUND
