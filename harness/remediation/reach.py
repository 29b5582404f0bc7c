"""The ways to DataStorage: over HTTP as everybody goes, and to its tables behind its back, as a vandal does.

Beside the scenario it listens on an address, and its database is at hand. In a cluster it is reached through the API server: by
the proxy of its Service, and by a command in its pod.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import aiohttp
from sqlalchemy.dialects import postgresql

from harness.clusters.client import Plural
from harness.deployment.execution import execute
from harness.deployment.pods import pods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine
    from sqlalchemy.sql.dml import UpdateBase

    from harness.clusters.client import Client

_SERVICES: Final = Plural("", "v1", "services")

_PROGRAM: Final = (
    "import os, sys, psycopg\n"
    "with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
    "    for statement in sys.argv[1:]: connection.execute(statement)\n"
)
"""What the vandal runs in the pod, where the database's address and its password are."""


class Ask(Protocol):
    """Asks DataStorage something."""

    async def __call__(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        """Return what it answers, decoded; raises when it refuses."""
        ...


class Statement(Protocol):
    """Carries out statements on the tables of DataStorage, in one transaction."""

    async def __call__(self, *statements: UpdateBase) -> None:
        """Carry them out."""
        ...


class LocalService:
    """DataStorage beside the scenario.

    :param url: its base URL.
    :param engine: its database.
    """

    def __init__(self, url: str, engine: Engine) -> None:
        self._url, self._engine = url, engine
        self._session = aiohttp.ClientSession(headers={"User-Agent": "scenario"})

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """See `Ask`."""
        async with self._session.request(method, f"{self._url}{path}", params=query, json=body) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def statement(self, *statements: UpdateBase) -> None:
        """See `Statement`."""
        with self._engine.begin() as connection:
            for one in statements:
                connection.execute(one)


class DeployedService:
    """DataStorage in the cluster.

    :param name: of its Service and its Deployment; its port is called ``http``.
    """

    def __init__(self, client: Client, *, namespace: str, name: str) -> None:
        self._client, self._namespace, self._name = client, namespace, name

    async def ask(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """See `Ask`."""
        target = _SERVICES.path(self._namespace, f"{self._name}:http", f"proxy{path}")
        return await self._client.request(method, target, query=query or {}, body=body)

    async def statement(self, *statements: UpdateBase) -> None:
        """See `Statement`."""
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        written = [str(one.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for one in statements]
        (pod, *_) = await pods(self._client, self._namespace, self._name)
        await execute(self._client, self._namespace, pod.name, ["python3", "-c", _PROGRAM, *written])
