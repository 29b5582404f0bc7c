"""Calls to webhooks over HTTPS, on behalf of the core; failures in the words of Go's client, which users meet in refusals."""

import asyncio
import ssl
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import aiohttp

from harness.apiserver.outcalls import Answered, Call, Outcome, Unanswered

_LARGEST_ANSWER: Final = 3 * 1024 * 1024
_HOSTNAME_MISMATCH: Final = 62  # X509_V_ERR_HOSTNAME_MISMATCH
_IP_MISMATCH: Final = 64  # X509_V_ERR_IP_ADDRESS_MISMATCH
_EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED


class Caller:
    """Makes calls in the loop that it is used in; close it there."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def make(self, calls: Sequence[Call]) -> list[Outcome]:
        """Make all calls at the same time, and return their outcomes in the same order."""
        if len(calls) == 1:
            return [await self._make(calls[0])]
        return list(await asyncio.gather(*map(self._make, calls)))

    async def close(self) -> None:
        """Close what is open."""
        if self._session is None:
            return
        connector = self._session.connector
        if isinstance(connector, aiohttp.TCPConnector):
            await connector.close(abort_ssl=True)  # a goodbye to each peer would outlive this loop
        await self._session.close()

    async def _make(self, call: Call) -> Outcome:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"user-agent": "kube-apiserver-admission"}, trust_env=False)
        try:
            async with (
                asyncio.timeout(call.timeout.total_seconds()),
                self._session.post(
                    call.url,
                    data=call.body,
                    headers={"content-type": "application/json", "accept": "application/json, */*"},
                    ssl=_trusting(call.trust),
                    server_hostname=call.server_name or None,
                    allow_redirects=False,
                ) as response,
            ):
                body = await response.content.read(_LARGEST_ANSWER)
                return Answered(response.status, body, response.content_type)
        except TimeoutError:
            return Unanswered("context deadline exceeded")
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            return Unanswered(_why(problem))


@lru_cache(maxsize=64)
def _trusting(authorities: bytes) -> ssl.SSLContext:
    if not authorities:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authorities.decode("ascii", errors="replace"))
    return context


def _why(problem: Exception) -> str:
    match problem:
        case aiohttp.ClientConnectorDNSError():
            return f"dial tcp: lookup {problem.host}: no such host"
        case aiohttp.ClientConnectorCertificateError(certificate_error=ssl.SSLCertVerificationError() as refused):
            return f"tls: failed to verify certificate: x509: {_about_certificate(refused)}"
        case aiohttp.ClientConnectorSSLError():
            return "http: server gave HTTP response to HTTPS client"
        case aiohttp.ClientConnectorError() if isinstance(problem.os_error, ConnectionRefusedError):
            return f"dial tcp {problem.host}:{problem.port}: connect: connection refused"
        case aiohttp.ServerDisconnectedError():
            return "EOF"
    return str(problem) or type(problem).__name__


def _about_certificate(problem: ssl.SSLCertVerificationError) -> str:
    if problem.verify_code in {_HOSTNAME_MISMATCH, _IP_MISMATCH}:
        return problem.verify_message
    if problem.verify_code == _EXPIRED:
        return "certificate has expired or is not yet valid"
    return "certificate signed by unknown authority"
