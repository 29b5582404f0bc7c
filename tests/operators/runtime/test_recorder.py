"""Kubernetes Events: told once, and never in the way of the work."""

from datetime import UTC, datetime

import orjson

from operators.runtime import Kube, Notice, Recorder, Reply, Unavailable
from operators.runtime.logs import logger

NOW = datetime(2026, 1, 24, 15, 16, 20, 5, tzinfo=UTC)
NOTICE = Notice(type="Warning", reason="TooOdd", message="nobody knows " * 200)


def about(*, ordinal=4, name="sp-1"):
    return {
        "apiVersion": "kubernaut.ai/v1alpha1",
        "kind": "SignalProcessing",
        "metadata": {
            "namespace": "shop",
            "name": name,
            "uid": "6f4f2a1e-0000-4000-8000-000000000001",
            "resourceVersion": "7",
        },
        "status": {"transitionCount": ordinal},
    }


class Server:
    """Keeps what is created; refuses a name that is taken; answers ``status`` instead, where it is told to."""

    def __init__(self, status=0):
        self.status, self.stored = status, {}

    async def exchange(self, method, target, *, headers, body):
        assert (method, target.partition("?")[0]) == ("POST", "/api/v1/namespaces/shop/events")
        if self.status < 0:
            raise Unavailable(status=0, reason="Unreachable", message="the connection broke")
        status = self.status or (409 if body["metadata"]["name"] in self.stored else 201)
        if status == 201:
            self.stored[body["metadata"]["name"]] = body
        answer = body if status == 201 else {"status": "Failure", "reason": "AlreadyExists", "code": status}
        return Reply(status, {}, orjson.dumps(answer))

    async def close(self):
        """Nothing is held."""


def recorder(server):
    return Recorder(Kube(server, name="signal-processing"), logger("signal-processing"), component="sp-controller")


async def test_an_edge_is_told_of_once():
    """Another attempt at the same edge has the same name for it; the next edge has another one."""
    server = Server()
    for ordinal in (4, 4, 5):
        await recorder(server).record(about(ordinal=ordinal), NOTICE, now=NOW)

    first, second = server.stored.values()
    assert first["metadata"]["name"] != second["metadata"]["name"]
    assert "2026-01-24T15:16:20Z" == first["firstTimestamp"] == first["lastTimestamp"]
    assert {"kind": "SignalProcessing", "name": "sp-1", "resourceVersion": "7"}.items() <= first[
        "involvedObject"
    ].items()


async def test_an_event_fits_whatever_it_is_about():
    """A name of 253 characters is one that objects may have, and Events, too; so are long messages cut."""
    server = Server()
    await recorder(server).record(about(name="x" * 253), NOTICE, now=NOW)

    ((name, event),) = server.stored.items()
    assert 253 == len(name)
    assert 1024 == len(event["message"])


async def test_an_event_that_is_not_taken_holds_nothing_up():
    """No right to post, no server, no namespace any more: the edge was walked all the same."""
    for status in (403, 404, 409, 500, -1):
        server = Server(status)
        await recorder(server).record(about(), NOTICE, now=NOW)
        assert {} == server.stored
