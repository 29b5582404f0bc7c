"""The one place where a request leaves an operator: raw HTTP through ``kubernetes.aio``.

Of the official client we use what is hard to get right (sessions, TLS, timeouts); its models and its deserialisation are
left aside, because an operator that reads a dozen objects per second would spend most of its time in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import aiohttp
import kopf
from kubernetes.aio.client import ApiClient, Configuration

from operators.runtime.errors import Unavailable

__all__ = ["HttpTransport", "Reply", "Transport"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, headers (lower-case names) and body, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """A way to an API server. Tests put the embedded server's core behind it without any network."""

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        """Send one request and await its reply.

        :param target: path and query, percent-encoded, such as ``/api/v1/namespaces/a``.
        :param body: JSON, or None for no body.
        :raises Unavailable: no reply; whether the request was carried out is not known.
        """
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


class HttpTransport:
    """Requests through one ``kubernetes.aio`` client; made and used on one event loop.

    :param renew: finds the credentials again after a 401: the token of a pod is replaced every hour or so.
    """

    def __init__(
        self,
        info: kopf.ConnectionInfo,
        *,
        timeout: timedelta,
        renew: Callable[[], kopf.ConnectionInfo] | None = None,
    ) -> None:
        self._renew = renew
        self._base = info.server.rstrip("/")
        self._credentials = info.as_http_headers()
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        secure = self._base.startswith("https:")
        # The connector is ours because Kopf's context also knows certificates that are given as data, not as files.
        # trust_env off: with it aiohttp looks up the environment's proxies in a thread, once per request.
        self._connector = aiohttp.TCPConnector(ssl=info.as_ssl_context()) if secure else aiohttp.TCPConnector()
        self._client = ApiClient(
            Configuration(
                host=self._base,
                client_session_kwargs={"trust_env": False, "connector": self._connector},
            ),
        )

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        """Send one request and await its reply; see :class:`Transport`."""
        reply = await self._exchange(method, target, headers=headers, body=body)
        if reply.status != 401 or self._renew is None:
            return reply
        renewed = self._renew().as_http_headers()
        if renewed == self._credentials:
            return reply
        self._credentials = renewed
        return await self._exchange(method, target, headers=headers, body=body)

    async def close(self) -> None:
        """Close the session and its connections."""
        await self._client.close()  # type: ignore[no-untyped-call]
        await self._connector.close()

    async def _exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        try:
            response = await self._client.rest_client.request(  # type: ignore[no-untyped-call]
                method,
                self._base + target,
                headers={**self._credentials, **headers},
                body=body,
                _request_timeout=self._timeout,
            )
            content = await response.read()
        except TimeoutError as error:
            raise _unavailable(method, target, f"no reply within {self._timeout.total} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _unavailable(method, target, str(error) or type(error).__name__) from error
        return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, content)


def _unavailable(method: str, target: str, problem: str) -> Unavailable:
    path = target.partition("?")[0]
    return Unavailable(status=0, reason="Unreachable", message=f"{method} {path}: {problem}")
