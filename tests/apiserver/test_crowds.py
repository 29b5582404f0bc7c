"""Many clients at once: one wins per version, watchers see every change in order, and leave nothing behind."""

import http.client
import json
import threading
from datetime import timedelta

import pytest

from harness.apiserver import ServerSettings

from .fronts import Api, CoreApi, HttpApi, ManualClock, http_front, new_server
from .samples import CRDS, THINGS, definition, thing

CLIENTS = 16
ROUNDS = 8


def _guarded(version: str, client: int) -> bytes:
    return json.dumps({"metadata": {"resourceVersion": version, "labels": {"by": f"c{client}-{version}"}}}).encode()


@pytest.mark.slow
def test_of_sixteen_clients_one_wins_per_version() -> None:
    """Over sockets, all on one object: each version has one successor, and a watch sees them all in order."""
    with http_front(ManualClock(), ServerSettings()) as api:
        assert isinstance(api, HttpApi)
        api.post(CRDS, definition())
        start = version = api.post(THINGS, thing("one")).version
        stream = api.watch(THINGS, resourceVersion=start)
        versions = []
        for _ in range(ROUNDS):
            won: list[tuple[int, str]] = []
            threads = [threading.Thread(target=_write, args=(api, version, client, won)) for client in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert [200] + [409] * (CLIENTS - 1) == sorted(code for code, _ in won)
            version = next(found for code, found in won if code == 200)
            versions.append(version)

        assert versions == [one["object"]["metadata"]["resourceVersion"] for one in stream.take(ROUNDS)]


def _write(api: HttpApi, version: str, client: int, won: list[tuple[int, str]]) -> None:
    connection = http.client.HTTPConnection(api.front.url.removeprefix("http://"), timeout=30)
    head = {"content-type": "application/merge-patch+json"}
    connection.request("PATCH", f"{THINGS}/one", _guarded(version, client), head)
    response = connection.getresponse()
    found = json.loads(response.read())
    won.append((response.status, found["metadata"].get("resourceVersion", "")))
    connection.close()


def _crowd() -> CoreApi:
    clock = ManualClock()
    api = CoreApi(new_server(clock, ServerSettings()), clock)
    api.post(CRDS, definition())
    return api


def test_watchers_that_leave_are_forgotten() -> None:
    """200 come, see a change and go, in each way that a watch can end; no subscriber and no appointment is left."""
    api = _crowd()
    collection = api.server._cluster.registry.find("ex.dev", "v1", "things").collection
    query = {"timeoutSeconds": "600", "allowWatchBookmarks": "true"}
    streams = [api.watch(THINGS, **query) for _ in range(200)]
    api.post(THINGS, thing("one"))
    seen = {stream.take(2)[1]["object"]["metadata"]["name"] for stream in streams}
    there = len(collection.subscribers)

    for stream in streams[:100]:
        stream.close()
    api.advance(timedelta(seconds=600))

    assert ({"one"}, 200, 0) == (seen, there, len(collection.subscribers))
    assert api.server.next_deadline is None


def test_every_watcher_gets_every_change_in_order(api: Api) -> None:
    """None lost, none twice, whenever it came."""
    start = api.post(THINGS, thing("one")).version
    early = api.watch(THINGS, resourceVersion=start)
    versions = []
    for count in range(20):
        head = {"content-type": "application/merge-patch+json"}
        body = {"metadata": {"labels": {"n": str(count)}}}
        versions.append(api.request("PATCH", f"{THINGS}/one", body, headers=head).version)
    late = api.watch(THINGS, resourceVersion=versions[9])

    assert versions == [one["object"]["metadata"]["resourceVersion"] for one in early.take(20)]
    assert versions[10:] == [one["object"]["metadata"]["resourceVersion"] for one in late.take(10)]
