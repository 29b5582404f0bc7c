"""Scripts of one client: what somebody does with it, on one server and in a namespace of its own.

    script = Scripts("kubernetes")

    @script
    def config_maps(api: Kubernetes) -> None:
        made = api.gives("create", lambda: api.core.create_namespaced_config_map(api.namespace, colours))
        assert "red" == made.data["a"]

A script asserts what is right, and its session writes down all that the client gave: two servers that are alike leave the same
recording. Modules in ``CLIENT/scripts/`` are found by themselves. ``controllers`` plays one where garbage is collected,
``differs`` gives the reason of a known difference, which has its line in docs/limitations.md.
"""

import asyncio
import gc
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .recording import Recording
from .servers import Server

Play = Callable[[Any], Any]


@dataclass(frozen=True)
class Stage:
    """Where a script is played.

    :ivar folder: the script's own, for files.
    """

    server: Server
    namespace: str
    folder: Path
    recording: Recording


Session = Callable[[Stage], AbstractContextManager[Any] | AbstractAsyncContextManager[Any]]
"""Opens a client on a stage; what is entered is handed to the script. An asynchronous one belongs to ``async def`` scripts."""


@dataclass(frozen=True)
class Script:
    """One script. ``area`` is the module that it stands in."""

    client: str
    area: str
    name: str
    session: Session = field(repr=False)
    act: Play = field(repr=False)
    controllers: bool
    differs: str

    @property
    def namespace(self) -> str:
        """Where it is played, the same on each server."""
        return f"{self.client}-{self.area}-{self.name}".replace("_", "-")

    def __str__(self) -> str:
        return f"{self.client}-{self.area}-{self.name}".replace("_", "-")

    def play(self, server: Server, folder: Path) -> Recording:
        """Play it on one server; returns what the client gave."""
        server.namespace(self.namespace)
        stage = Stage(server, self.namespace, folder, Recording(server.address.token or ""))
        if inspect.iscoroutinefunction(self.act):
            asyncio.run(self._act(stage))
            gc.collect()  # what a client has forgotten to close is found missing here, not in another one's test
        else:
            with self.session(stage) as entered:  # type: ignore[union-attr]
                self.act(entered)
        return stage.recording

    async def _act(self, stage: Stage) -> None:
        async with self.session(stage) as entered:  # type: ignore[union-attr]
            await self.act(entered)


class Scripts:
    """All scripts of one client; it decorates them, too.

    :param package: the folder beside this file whose package ``scripts`` holds them.
    """

    def __init__(self, package: str, scripts: str = "scripts") -> None:
        self._package = f"{package}.{scripts}"
        self._found: list[tuple[Play, bool, str]] = []

    def __call__(self, play: Play | None = None, *, controllers: bool = False, differs: str = "") -> Any:
        """Add a script."""

        def add(play: Play) -> Play:
            self._found.append((play, controllers, differs))
            return play

        return add if play is None else add(play)

    def of(self, client: str, session: Session) -> list[Script]:
        """Return every script, by area in the order of the alphabet, for one of the clients that can play them.

        :param client: what it is called, in the names of its namespaces.
        """
        package = importlib.import_module(f"{__package__}.{self._package}")
        for name in sorted(_modules(package.__path__)):
            importlib.import_module(f"{package.__name__}.{name}")
        return [
            Script(client, act.__module__.rpartition(".")[2], act.__name__, session, act, controllers, differs)
            for act, controllers, differs in self._found
        ]


def _modules(path: Any) -> Iterator[str]:
    return (module.name for module in pkgutil.iter_modules(path))
