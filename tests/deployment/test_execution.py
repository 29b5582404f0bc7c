"""Commands in containers: the channel protocol, as a server speaks it that says what a test wants. On kind the real one does."""

import json
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from harness.clusters.client import ApiError, Client
from harness.clusters.cluster import Address
from harness.deployment.execution import execute

SUCCESS = {"status": "Success"}
FAILURE = {"status": "Failure", "message": "command terminated with non-zero exit code", "reason": "NonZeroExitCode"}


@pytest.fixture
async def api():
    """An API server with one pod; ``said`` are the messages that a command makes, and what was asked is kept."""
    found = SimpleNamespace(said=[], asked=[], status=101)

    async def serve(request):
        found.asked.append((request.path, request.query.getall("command"), request.headers["Accept"]))
        if found.status != 101:
            return web.json_response({"message": "no"}, status=found.status)
        stream = web.WebSocketResponse(protocols=("v5.channel.k8s.io",))
        await stream.prepare(request)
        for one in found.said:
            await stream.send_bytes(one)
        await stream.close()
        return stream

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        found.client = Client(Address(str(server.make_url("")).rstrip("/")))
        yield found
        await found.client.close()


def message(stream, content):
    data = json.dumps(content).encode() if isinstance(content, dict) else content
    return bytes([stream]) + data


async def test_what_a_command_writes_comes_back(api):
    """In pieces, as it comes; what goes to standard error is not part of it."""
    api.said = [message(1, b"one "), message(2, b"a warning"), message(1, b"two"), message(3, SUCCESS)]

    assert "one two" == await execute(api.client, "there", "pod-1", ["echo", "one two"])
    assert [("/api/v1/namespaces/there/pods/pod-1/exec", ["echo", "one two"], "*/*")] == api.asked


async def test_a_command_that_fails_says_what_it_said(api):
    """The status tells that it failed, standard error why."""
    api.said = [message(2, b"no such table"), message(3, FAILURE)]

    with pytest.raises(ApiError, match="psql in pod pod-1: command terminated with non-zero exit code no such table"):
        await execute(api.client, "there", "pod-1", ["psql"])


async def test_a_connection_that_breaks_is_no_success(api):
    """What kills the container takes the connection along; nobody knows then how the command ended."""
    api.said = [message(1, b"half of i")]

    with pytest.raises(ApiError, match="the connection broke"):
        await execute(api.client, "there", "pod-1", ["kill"])


@pytest.mark.parametrize("status", [403, 404])
async def test_a_refusal_is_told_with_its_status(api, status):
    """Without rights, or without such a pod."""
    api.status = status

    with pytest.raises(ApiError) as refused:
        await execute(api.client, "there", "pod-1", ["true"])

    assert status == refused.value.status
