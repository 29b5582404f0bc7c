"""What only a front on a port can do wrong: ports, certificates, slow and vanished clients, stopping."""

import gzip
import http.client
import json
import socket
import ssl
import threading
from datetime import UTC, datetime

import pytest
import yaml

from harness.apiserver import ServerSettings, Subscription
from harness.apiserver.http import Certificates, FrontError, HttpFront, kubeconfig

from .fronts import HttpApi, ManualClock, new_server
from .samples import CONFIG_MAPS


def front(**options) -> HttpFront:
    clock = ManualClock()
    return HttpFront(new_server(clock, ServerSettings()), clock=clock, **options)


def test_a_port_in_use_is_one_clear_error() -> None:
    """It names the port and what to do, and leaves no thread behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        threads = threading.active_count()

        with pytest.raises(FrontError, match=f"cannot serve on 127.0.0.1:{port}: .*choose another port"):
            front(port=port).start()

    assert threads == threading.active_count()


def test_a_front_serves_tls_with_its_own_authority() -> None:
    """The kubeconfig carries the CA; a client that trusts it needs no exception."""
    with front(certificates=Certificates()) as served:
        config = yaml.safe_load(kubeconfig(served.url, token="t", ca_pem=served.ca_pem))
        context = ssl.create_default_context(cadata=served.ca_pem.decode())
        connection = http.client.HTTPSConnection(served.url.removeprefix("https://"), context=context, timeout=10)
        connection.request("GET", "/readyz")
        answer = connection.getresponse().read()
        connection.close()

    assert b"ok" == answer
    assert served.url == config["clusters"][0]["cluster"]["server"]
    assert "certificate-authority-data" in config["clusters"][0]["cluster"]


@pytest.mark.parametrize("path", ["/readyz", CONFIG_MAPS, CONFIG_MAPS + "?watch=true&timeoutSeconds=1", "/nowhere"])
def test_no_reply_names_the_library_that_serves_it(path: str) -> None:
    """The real server does not say what it is made of, and a client that looks for a header finds none here either."""
    with front() as served:
        connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
        connection.request("GET", path)
        named = connection.getresponse().getheader("server")
        connection.close()

    assert named is None


@pytest.mark.parametrize(
    ("size", "asked", "coding"), [(140_000, "gzip", "gzip"), (140_000, "br", None), (1000, "gzip", None)]
)
def test_large_objects_are_compressed_for_those_who_ask(size: int, asked: str, coding: str | None) -> None:
    """From 128 KiB on, as the real server does it: less is not worth the time."""
    text = "x" * size
    with front() as served:
        connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
        connection.request("POST", CONFIG_MAPS, json.dumps({"metadata": {"name": "a"}, "data": {"a": text}}))
        connection.getresponse().read()
        connection.request("GET", f"{CONFIG_MAPS}/a", headers={"accept-encoding": asked})
        response = connection.getresponse()
        body = response.read()
        connection.close()

    assert coding == response.getheader("content-encoding")
    assert text == json.loads(gzip.decompress(body) if coding else body)["data"]["a"]


def test_a_stop_ends_open_watches_and_can_be_repeated() -> None:
    """A rehearsal's end must not wait for its operators."""
    served = front()
    served.start()
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
    connection.request("GET", CONFIG_MAPS + "?watch=true")
    response = connection.getresponse()

    served.stop()
    served.stop()

    assert b"" == response.read()
    connection.close()


@pytest.mark.slow
def test_what_is_due_is_done_without_a_request() -> None:
    """In real time the front waits for the server's next deadline by itself."""

    def clock() -> datetime:
        return datetime.now(UTC)

    server = new_server(clock, ServerSettings())  # type: ignore[arg-type]
    with HttpFront(server, clock=clock) as served:
        connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
        connection.request("GET", CONFIG_MAPS + "?watch=true&timeoutSeconds=1")
        response = connection.getresponse()

        assert b"" == response.read()
        connection.close()


def test_a_client_that_vanishes_leaves_no_watch() -> None:
    """Its connection is lost without a word; the store must not go on feeding it."""
    clock = ManualClock()
    server = new_server(clock, ServerSettings())
    gone = threading.Event()
    with HttpFront(server, clock=clock) as served:
        api = HttpApi(served, server, clock)
        stream = api.watch(CONFIG_MAPS)
        api.post(CONFIG_MAPS, {"metadata": {"name": "a"}})
        stream.take(1)
        collection = server._cluster.store.collection("", "configmaps")
        [end] = collection.subscribers.values()
        subscription: Subscription = end.__self__
        subscription.when_released(gone.set)

        stream.close()

        assert gone.wait(10)
        api.close()


@pytest.mark.slow
def test_a_slow_reader_loses_its_stream_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: beyond the limit the watch is dropped; the client resumes from its last version."""
    monkeypatch.setattr("harness.apiserver.http.stream.BUFFER_LIMIT", 200_000)
    clock = ManualClock()
    server = new_server(clock, ServerSettings())
    with HttpFront(server, clock=clock) as served:
        api = HttpApi(served, server, clock)
        stream = api.watch(CONFIG_MAPS)
        big = "x" * 100_000
        for number in range(200):
            api.post(CONFIG_MAPS, {"metadata": {"name": f"n{number}"}, "data": {"k": big}})

        received = 0
        try:
            while line := stream._response.readline():
                json.loads(line)
                received += 1
        except (ConnectionError, http.client.HTTPException, ValueError):
            pass

        assert received < 200
        assert {} == server._cluster.store.collection("", "configmaps").subscribers
        api.close()


def test_a_percent_sign_that_means_nothing_is_refused_before_anybody_looks() -> None:
    """Go's server does so by itself, in plain text, and closes."""
    with front() as served:
        connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
        connection.request("GET", "/api/v1/namespaces/one%zz")
        answer = connection.getresponse()

        assert (400, b"400 Bad Request", "close") == (answer.status, answer.read(), answer.getheader("connection"))
        connection.close()
