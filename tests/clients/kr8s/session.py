"""Sessions of kr8s: its API object on one server, and what its objects are."""

import contextlib
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import kr8s
import kr8s.asyncio
from kr8s._async_utils import as_sync_func

from ..recording import AsyncNotes, Notes, plain
from ..script import Scripts, Stage

script = Scripts("kr8s")
script_of_asyncio = Scripts("kr8s", "scripts_of_asyncio")


class _Told(Notes):
    errors = (kr8s.ServerError, kr8s.NotFoundError, kr8s.APITimeoutError)

    def __init__(self, stage: Stage, api: Any) -> None:
        super().__init__(stage.recording)
        self.api, self.namespace = api, stage.namespace

    def plain(self, value: Any) -> Any:
        """Return objects as they came."""
        if isinstance(value, list):
            return [self.plain(one) for one in value]
        return plain(getattr(value, "raw", value))

    def told(self, error: BaseException) -> dict[str, Any]:
        """Return the message, and the Status behind it."""
        return super().told(error) | {"status": getattr(error, "status", None)}


class Kr8s(_Told):
    """The synchronous API."""


class Kr8sAsync(_Told, AsyncNotes):
    """The asynchronous API."""


@contextlib.contextmanager
def session(stage: Stage) -> Iterator[Kr8s]:
    """Open a client."""
    api = kr8s.api(kubeconfig=str(stage.server.kubeconfig), namespace=stage.namespace)
    try:
        yield Kr8s(stage, api)
    finally:
        as_sync_func(_close)(api)
        gc.collect()  # watches that it gave up go here, not in another one's test


@contextlib.asynccontextmanager
async def session_of_asyncio(stage: Stage) -> AsyncIterator[Kr8sAsync]:
    """Open an asynchronous client."""
    api = await kr8s.asyncio.api(kubeconfig=str(stage.server.kubeconfig), namespace=stage.namespace)
    try:
        yield Kr8sAsync(stage, api)
    finally:
        await _close(api)


async def _close(api: kr8s.Api) -> None:
    """Close what kr8s keeps open as long as the process lives."""
    if api._session is not None:
        await api._session.aclose()
