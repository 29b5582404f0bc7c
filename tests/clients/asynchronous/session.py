"""A session of an asynchronous client: its API classes on one server, and what they gave."""

import contextlib
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.conformance.masking import headers

from ..recording import AsyncNotes, document, plain
from ..script import Scripts, Session, Stage
from ..servers import PERSON

script = Scripts("asynchronous")


class Asynchronous(AsyncNotes):
    """An `ApiClient` of the administrator, made from the server's kubeconfig.

    :ivar client: the module of models and API classes; ``part`` gives its neighbours, such as ``watch``.
    :ivar folder: for manifests.
    """

    def __init__(self, stage: Stage, package: str, api: Any) -> None:
        super().__init__(stage.recording)
        self._package, self.client = package, import_module(f"{package}.client")
        self.errors = (import_module(f"{package}.client.exceptions").ApiException,)
        self.api, self.namespace, self.folder, self.server = api, stage.namespace, stage.folder, stage.server
        self.core, self.apps = self.client.CoreV1Api(api), self.client.AppsV1Api(api)
        self.custom, self.coordination = self.client.CustomObjectsApi(api), self.client.CoordinationV1Api(api)

    def part(self, name: str) -> ModuleType:
        """Return a module of the package."""
        return import_module(f"{self._package}.{name}")

    def plain(self, value: Any) -> Any:
        """Return models as they would be sent; what the dynamic client gave is JSON already."""
        if isinstance(value, self.part("dynamic.resource").ResourceInstance):
            return plain(value)
        return plain(self.api.sanitize_for_serialization(value))

    def told(self, error: Any) -> dict[str, Any]:
        """Return what an error holds: status, reason, body and the headers that clients act on."""
        if hasattr(error, "api_exceptions"):
            return {"each": [self.told(one) for one in error.api_exceptions]}
        found = headers({name.lower(): value for name, value in (error.headers or {}).items()})
        return {"status": error.status, "reason": error.reason, "headers": found, "body": document(error.body)}

    @contextlib.asynccontextmanager
    async def as_person(self, token: str = PERSON) -> AsyncIterator[Any]:
        """Be somebody else: a user without rights, or one with a wrong token."""
        async with _client(self._package, self.server.kubeconfig) as api:
            api.configuration.api_key["BearerToken"] = f"Bearer {token}"
            api.configuration.refresh_api_key_hook = None  # it would read the kubeconfig again
            yield self.client.CoreV1Api(api)


def session_of(package: str) -> Session:
    """Return what opens a client of ``kubernetes.aio`` or ``kubernetes_asyncio``."""

    @contextlib.asynccontextmanager
    async def session(stage: Stage) -> AsyncIterator[Asynchronous]:
        async with _client(package, stage.server.kubeconfig) as api:
            yield Asynchronous(stage, package, api)

    return session


@contextlib.asynccontextmanager
async def _client(package: str, kubeconfig: Path) -> AsyncIterator[Any]:
    api = await import_module(f"{package}.config").new_client_from_config(config_file=str(kubeconfig))
    async with api:
        yield api
