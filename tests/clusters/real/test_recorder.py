"""Watches that miss no version; and one that does, and says so."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from harness.apiserver import Request
from harness.clusters.client import Client, Plural
from harness.clusters.real.recorder import Recorder
from harness.history import History, IncompleteHistoryError, Subject
from tests.clusters.real.places import grant, on_a_port

GRANTS = Plural("example.org", "v1", "accessgrants")


def put(server, name, **metadata):
    """Write an object into the core, from outside of any loop."""
    body = grant(name)
    body["metadata"] |= metadata
    path = "/apis/example.org/v1/namespaces/default/accessgrants"
    headers = {"content-type": "application/json"}
    return server.handle(Request(method="POST", path=path, query={}, headers=headers, body=json.dumps(body).encode()))


def recorded(scene, **settings):
    """Run ``scene(recorder, server, lines)`` beside a recorder of AccessGrants; returns its history."""

    async def settled():
        pass

    async def main():
        with on_a_port(**settings) as (venue, server):
            client = Client(venue.address)
            history = History(now=lambda: datetime.now(UTC), settled=settled)
            recorder = Recorder(client, GRANTS, take=history.taker(GRANTS), gap=lambda why: history.gap(GRANTS, why))
            await recorder.open()
            try:
                await scene(server, history)
            finally:
                await recorder.close()
                await client.close()
            return history

    return asyncio.run(main())


async def seen(history, name):
    """Wait until an object is in the history."""
    there = asyncio.Event()
    subject = Subject(plural=GRANTS, name=name, namespace="default")
    history.listeners[GRANTS].append(lambda: history.versions(subject) and there.set())
    if not history.versions(subject):
        await asyncio.wait_for(there.wait(), 30)
    return subject


def test_what_is_written_before_the_stream_opens_is_recorded():
    """The list said where to begin: from there on nothing is missed."""

    async def scene(server, history):
        for n in range(20):
            put(server, f"g{n}")
        await seen(history, "g19")

    history = recorded(scene)

    assert [f"g{n}" for n in range(20)] == [one.object["metadata"]["name"] for one in history._of_kind(GRANTS)]
    history.whole(Subject(plural=GRANTS, name="g0", namespace="default"))


def test_a_gap_is_told_and_nothing_is_claimed_over_it():
    """The server forgot what came between: the object may have been anything meanwhile."""

    async def scene(server, history):
        for n in range(20):
            put(server, f"g{n}")  # more than the log holds, before the stream has opened
        subject = await seen(history, "g19")
        with pytest.raises(IncompleteHistoryError, match=r"nothing can be claimed of .*g19.*: versions .* are missing"):
            await history.of(subject).never("Blocked")
        await history.of(subject).reaches(phase=None)  # what was seen was seen

    recorded(scene, event_log_size=4)
