"""Commands in a container, through the API server: what ``kubectl exec`` does, without kubectl.

The API server speaks the channel protocol over a web socket: each message begins with the number of its stream, and the last
one, on the error stream, is a ``Status`` that says how the command ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp
import orjson

from harness.clusters.client import ApiError
from harness.deployment.manifests import PODS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.clusters.client import Client

_PROTOCOLS: Final = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_OUTPUT, _ERRORS, _STATUS = 1, 2, 3


async def execute(client: Client, namespace: str, pod: str, command: Sequence[str]) -> str:
    """Run a command in the only container of a pod; returns what it wrote.

    :raises ApiError: it cannot be run, it failed, or the container ended under it; with what it said.
    """
    query = [*(("command", word) for word in command), ("stdout", "true"), ("stderr", "true")]
    said = {_OUTPUT: b"", _ERRORS: b"", _STATUS: b""}
    try:
        async with client.channel(PODS.path(namespace, pod, "exec"), query=query, protocols=_PROTOCOLS) as stream:
            async for message in stream:
                if message.type is aiohttp.WSMsgType.BINARY and message.data and message.data[0] in said:
                    said[message.data[0]] += message.data[1:]
    except aiohttp.WSServerHandshakeError as error:
        raise ApiError(error.status, {"message": f"{command[0]} in pod {pod}: {error.message}"}) from error
    status = orjson.loads(said[_STATUS]) if said[_STATUS] else {"message": "the connection broke"}
    if status.get("status") != "Success":
        words = said[_ERRORS].decode(errors="replace").strip()
        raise ApiError(500, {"message": f"{command[0]} in pod {pod}: {status.get('message')} {words}".strip()})
    return said[_OUTPUT].decode(errors="replace")
