"""Events go an hour after they were last written, and nobody is asked."""

from datetime import timedelta

from .fronts import Api

EVENTS = "/api/v1/namespaces/default/events"
HOUR = timedelta(hours=1)


def event(name: str, **metadata) -> dict:
    regarding = {"kind": "Thing", "name": "one", "namespace": "default"}
    return {"metadata": {"name": name} | metadata, "involvedObject": regarding, "reason": "Tried", "type": "Normal"}


def names(api: Api) -> list[str]:
    return [item["metadata"]["name"] for item in api.get(EVENTS).json["items"]]


def test_an_event_goes_after_an_hour(api: Api) -> None:
    """A watch sees it go; other kinds stay."""
    api.post("/api/v1/namespaces/default/configmaps", {"metadata": {"name": "stays"}})
    made = api.post(EVENTS, event("old"))
    stream = api.watch(EVENTS, resourceVersion=made.version)
    api.advance(HOUR - timedelta(seconds=1))
    before = names(api)

    api.advance(timedelta(seconds=1))

    assert (["old"], []) == (before, names(api))
    [gone] = stream.take(1)
    assert ("DELETED", "old") == (gone["type"], gone["object"]["metadata"]["name"])
    assert int(gone["object"]["metadata"]["resourceVersion"]) > int(made.version)
    assert 200 == api.get("/api/v1/namespaces/default/configmaps/stays").status


def test_an_event_that_is_written_again_lives_on(api: Api) -> None:
    """The hour begins anew: a series is one event, counted."""
    api.post(EVENTS, event("series"))
    api.advance(HOUR / 2)
    api.request("PATCH", f"{EVENTS}/series", {"count": 2}, headers={"content-type": "application/merge-patch+json"})
    api.advance(HOUR / 2)
    half = names(api)
    api.advance(HOUR / 2)

    assert (["series"], []) == (half, names(api))


def test_finalizers_do_not_hold_an_event(api: Api) -> None:
    """It is etcd's lease that ends."""
    api.post(EVENTS, event("held", finalizers=["ex.dev/hold"]))

    api.advance(HOUR)

    assert [] == names(api)


def test_a_deleted_event_and_its_successor_are_two(api: Api) -> None:
    """The end of the first must not take the second."""
    api.post(EVENTS, event("twice"))
    api.advance(HOUR / 2)
    api.delete(f"{EVENTS}/twice")
    api.post(EVENTS, event("twice"))

    api.advance(HOUR / 2)

    assert ["twice"] == names(api)
