"""Sessions of lightkube: a client on one server, and what its models say."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2

from lightkube import ApiError, AsyncClient, Client, KubeConfig
from lightkube.generic_resource import create_namespaced_resource

from ..recording import AsyncNotes, Notes, document
from ..script import Scripts, Stage

script = Scripts("lightkube")
script_of_asyncio = Scripts("lightkube", "scripts_of_asyncio")

Widget = create_namespaced_resource("ex.dev", "v1", "Widget", "widgets")


def widget(name: str = "one", **spec: Any) -> Any:
    """Return one to be sent."""
    return Widget(metadata={"name": name}, spec={"colour": "red"} | spec)


class _Told(Notes):
    errors = (ApiError,)

    def __init__(self, stage: Stage, client: Any) -> None:
        super().__init__(stage.recording)
        self.client, self.namespace, self.server = client, stage.namespace, stage.server

    def told(self, error: BaseException) -> dict[str, Any]:
        """Return the message, and the Status behind it."""
        if not isinstance(error, httpx2.HTTPStatusError) or error.response is None:  # of an event of a watch
            return super().told(error)
        return {"message": str(error), "status": document(error.response.content)}


class Lightkube(_Told):
    """The synchronous client."""


class LightkubeAsync(_Told, AsyncNotes):
    """The asynchronous client."""


@contextlib.contextmanager
def session(stage: Stage) -> Iterator[Lightkube]:
    """Open a client."""
    with Client(config(stage), namespace=stage.namespace, field_manager="lightkube", trust_env=False) as client:
        yield Lightkube(stage, client)


@contextlib.asynccontextmanager
async def session_of_asyncio(stage: Stage) -> AsyncIterator[LightkubeAsync]:
    """Open an asynchronous client."""
    chosen = config(stage)
    async with AsyncClient(chosen, namespace=stage.namespace, field_manager="lightkube", trust_env=False) as client:
        yield LightkubeAsync(stage, client)


def config(stage: Stage) -> KubeConfig:
    """Return the server's kubeconfig."""
    return KubeConfig.from_file(stage.server.kubeconfig)
