"""Lists: order, selectors, pages, versions."""

from datetime import timedelta

import pytest

from harness.apiserver import Outcall, Reply, Request, ServerSettings

from .fronts import Api, ManualClock, new_server
from .samples import ALL_THINGS, CONFIG_MAPS, THINGS, thing

OTHER = "/apis/ex.dev/v1/namespaces/kube-system/things"


def names(answer) -> list[str]:
    return [item["metadata"]["name"] for item in answer.json["items"]]


@pytest.fixture
def settings() -> ServerSettings:
    """Without patience: over HTTP it would be real."""
    return ServerSettings(version_patience=timedelta(milliseconds=1))


@pytest.fixture
def three(api: Api) -> Api:
    """Two things in one namespace, one in another."""
    api.post(THINGS, thing("b", labels={"tier": "web", "n": "2"}, owner="bob"))
    api.post(THINGS, thing("a", labels={"tier": "db"}, owner="ann"))
    api.post(OTHER, thing("c", labels={"tier": "web"}, owner="ann"))
    return api


def test_a_list_is_ordered_by_namespace_and_name(three: Api) -> None:
    """As etcd orders keys: replays and pages depend on it."""
    answer = three.get(ALL_THINGS)

    assert ["a", "b", "c"] == names(answer)
    assert ("ex.dev/v1", "ThingList") == (answer.json["apiVersion"], answer.json["kind"])
    assert ["a", "b"] == names(three.get(THINGS))


def test_namespaces_are_ordered_as_paths(api: Api) -> None:
    """A dash sorts before a slash: ``a-b/x`` comes before ``a/x``."""
    for name in ("a", "a-b"):
        api.post("/api/v1/namespaces", {"metadata": {"name": name}})
        api.post(f"/apis/ex.dev/v1/namespaces/{name}/things", thing(f"in-{name}"))

    assert ["in-a-b", "in-a"] == names(api.get(ALL_THINGS))


def test_items_carry_their_kind_only_when_they_are_custom(three: Api) -> None:
    """Recorded from the real server: typed lists leave it out."""
    three.post(CONFIG_MAPS, {"metadata": {"name": "a"}})

    assert {"apiVersion", "kind", "metadata", "spec"} == set(three.get(THINGS).json["items"][0])
    assert {"metadata"} == set(three.get(CONFIG_MAPS).json["items"][0])


def test_the_version_of_a_list_is_where_a_watch_can_begin(three: Api) -> None:
    """It is the whole cluster's, not the newest item's."""
    newest = three.post(CONFIG_MAPS, {"metadata": {"name": "a"}}).version

    assert newest == three.get(THINGS).version


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("tier=web", ["b"]),
        ("tier==web", ["b"]),
        ("tier!=web", ["a"]),
        ("tier in (web, db)", ["a", "b"]),
        ("tier notin (db)", ["b"]),
        ("n", ["b"]),
        ("!n", ["a"]),
        ("n>1", ["b"]),
        ("n<2", []),
        ("tier,n=2", ["b"]),
        ("missing!=x", ["a", "b"]),
        ("", ["a", "b"]),
    ],
)
def test_label_selectors_of_every_form(three: Api, selector: str, expected: list[str]) -> None:
    """A conjunction; "not" is also satisfied by a label that is missing."""
    assert expected == names(three.get(THINGS, labelSelector=selector))


@pytest.mark.parametrize("selector", ["a=b=c", "a in", "a in (", "=b", "a,,b", "a b", "!", "-=x", "a in (x y)"])
def test_an_unreadable_label_selector_is_400(three: Api, selector: str) -> None:
    """A selector that is misread could delete the wrong collection."""
    answer = three.get(THINGS, labelSelector=selector)

    assert (400, "BadRequest") == (answer.status, answer.json["reason"])
    assert "found '" in answer.json["message"] or "unable to parse requirement" in answer.json["message"]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("spec.owner=ann", ["a", "c"]),
        ("spec.owner!=ann", ["b"]),
        ("spec.owner=ann,metadata.namespace=kube-system", ["c"]),
        ("metadata.name=b", ["b"]),
        ("spec.owner=nobody", []),
    ],
)
def test_field_selectors_over_metadata_and_selectable_fields(three: Api, selector: str, expected: list[str]) -> None:
    """How the orchestrator finds the requests of a fingerprint (KEP-4358)."""
    assert expected == names(three.get(ALL_THINGS, fieldSelector=selector))


def test_a_field_that_is_not_selectable_is_400(three: Api) -> None:
    """The two texts are the real ones: of custom kinds, and of built-in ones without fields of their own."""
    custom = three.get(THINGS, fieldSelector="spec.size=5")
    builtin = three.get(CONFIG_MAPS, fieldSelector="data.k=v")

    assert (400, "field label not supported: spec.size") == (custom.status, custom.json["message"])
    assert (
        '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"' == builtin.json["message"]
    )


def test_an_index_follows_its_objects(three: Api) -> None:
    """Deleted and created anew with another value, an object is found under the new one only."""
    three.delete(f"{THINGS}/a")
    three.post(THINGS, thing("a", owner="eve"))

    assert ["c"] == names(three.get(ALL_THINGS, fieldSelector="spec.owner=ann"))
    assert ["a"] == names(three.get(ALL_THINGS, fieldSelector="spec.owner=eve"))


def test_a_limit_gives_pages_of_one_snapshot(three: Api) -> None:
    """The second page is of the first one's version, whatever was written in between."""
    first = three.get(ALL_THINGS, limit="2")
    three.post(THINGS, thing("aa"))

    second = three.get(ALL_THINGS, limit="2", **{"continue": first.json["metadata"]["continue"]})

    assert (["a", "b"], 1) == (names(first), first.json["metadata"]["remainingItemCount"])
    assert ["c"] == names(second)
    assert first.version == second.version
    assert not second.json["metadata"]["continue"]


def test_a_continue_token_of_somebody_else_is_400(three: Api) -> None:
    """Tokens are opaque and not to be made up."""
    assert 400 == three.get(ALL_THINGS, **{"continue": "nonsense"}).status


def test_a_list_from_the_future_is_a_timeout(three: Api) -> None:
    """A client that talks to several servers may be ahead of this one; it is told to come back in a second."""
    answer = three.get(THINGS, resourceVersion="9999")

    assert (504, "Timeout") == (answer.status, answer.json["reason"])
    assert answer.json["message"].startswith("Timeout: Too large resource version: 9999, current: ")
    assert 1 == answer.json["details"]["retryAfterSeconds"]


def test_a_version_that_comes_while_it_is_waited_for_is_read() -> None:
    """As the real server waits for its cache; a client that was ahead for a moment does not notice."""
    server = new_server(ManualClock(), ServerSettings())
    path, head = "/api/v1/namespaces/default/configmaps", {"content-type": "application/json"}
    born = server.handle(Request("POST", path, {}, head, b'{"metadata":{"name":"a"}}'))
    assert isinstance(born, Reply)
    ahead = str(server._cluster.store.revision + 1)

    waiting = server.handle(Request("GET", path, {"resourceVersion": ahead}))
    server.handle(Request("POST", path, {}, head, b'{"metadata":{"name":"b"}}'))
    assert isinstance(waiting, Outcall)
    found = waiting.resume(())

    assert ((), timedelta(seconds=3)) == (waiting.calls, waiting.pause)
    assert isinstance(found, Reply)
    assert (200, True) == (found.status, b'"name":"b"' in found.body)


def test_columns_are_printed_for_kubectl(three: Api) -> None:
    """A Table has the definition's columns; without the header the list is plain."""
    three.merge(f"{THINGS}/a/status", {"status": {"phase": "New"}})
    accept = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}

    table = three.get(THINGS, headers=accept).json

    assert ["Name", "Phase", "Age"] == [column["name"] for column in table["columnDefinitions"]]
    assert [["a", "New", "0s"], ["b", None, "0s"]] == [row["cells"] for row in table["rows"]]
    assert "PartialObjectMetadata" == table["rows"][0]["object"]["kind"]
