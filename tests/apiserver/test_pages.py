"""Pages and lists of the past: found in the log of changes, nothing kept for them."""

import base64
import json
from datetime import timedelta

import pytest

from harness.apiserver import ServerSettings

from .fronts import Api, CoreApi, ManualClock, new_server
from .samples import ALL_THINGS, CONFIG_MAPS, CRDS, THINGS, definition, thing


def names(answer) -> list[str]:
    return [item["metadata"]["name"] for item in answer.json["items"]]


def token(**parts) -> str:
    return base64.urlsafe_b64encode(json.dumps({"v": "meta.k8s.io/v1"} | parts).encode()).decode().rstrip("=")


@pytest.fixture
def small() -> Api:
    """A server whose log holds four changes of each kind."""
    clock = ManualClock()
    api = CoreApi(new_server(clock, ServerSettings(event_log_size=4)), clock)
    api.post(CRDS, definition())
    return api


def test_a_list_of_the_past_is_what_it_was(api: Api) -> None:
    """Created, changed and deleted since: all undone."""
    api.post(THINGS, thing("a"))
    then = api.post(THINGS, thing("b")).version
    api.delete(f"{THINGS}/a")
    api.post(THINGS, thing("a0"))
    api.put(f"{THINGS}/b", thing("b", labels={"new": "yes"}) | {"metadata": {"name": "b", "resourceVersion": then}})

    past = api.get(THINGS, resourceVersion=then, resourceVersionMatch="Exact")

    assert (["a", "b"], then) == (names(past), past.version)
    assert ["a0", "b"] == names(api.get(THINGS))


def test_pages_go_on_with_their_version_through_changes(api: Api) -> None:
    """What was deleted is still shown, what was created is not."""
    for name in "abcd":
        api.post(THINGS, thing(name))
    first = api.get(THINGS, limit="1")
    api.delete(f"{THINGS}/c")
    api.post(THINGS, thing("bb"))

    rest = api.get(THINGS, limit="9", **{"continue": first.json["metadata"]["continue"]})

    assert ["b", "c", "d"] == names(rest)
    assert first.version == rest.version


def test_a_token_is_compacted_away_with_its_version(small: Api) -> None:
    """410, and a token that goes on with what there is."""
    for name in "abc":
        small.post(THINGS, thing(name))
    first = small.get(THINGS, limit="1")
    for name in "vwxyz":
        small.post(THINGS, thing(name))

    refused = small.get(THINGS, limit="9", **{"continue": first.json["metadata"]["continue"]})
    rest = small.get(THINGS, limit="9", **{"continue": refused.json["metadata"]["continue"]})

    assert (410, "Expired") == (refused.status, refused.json["reason"])
    assert [*"bcvwxyz"] == names(rest)


def test_an_exact_version_that_is_compacted_is_410(small: Api) -> None:
    """As etcd says it."""
    old = small.post(THINGS, thing("a")).version
    for name in "vwxyz":
        small.post(THINGS, thing(name))

    answer = small.get(THINGS, resourceVersion=old, resourceVersionMatch="Exact")

    assert (410, "The resourceVersion for the provided list is too old.") == (answer.status, answer.json["message"])


def test_a_token_does_not_lead_out_of_its_list(api: Api) -> None:
    """Tokens are a client's to forge; another kind, or another namespace, is not in reach."""
    api.post("/api/v1/namespaces", {"metadata": {"name": "other"}})
    api.post("/api/v1/namespaces/other/configmaps", {"metadata": {"name": "secret"}})

    climbing = api.get(CONFIG_MAPS, **{"continue": token(rv=1, start="../other/")})
    within = api.get(CONFIG_MAPS, **{"continue": token(rv=-1, start="/")})

    assert 400 == climbing.status
    assert [] == [one for one in names(within) if one == "secret"]


def test_pages_across_namespaces_begin_anywhere(api: Api) -> None:
    """The token has the path of an object, in etcd's order: a dash comes before the slash."""
    for space in ("a", "a-b"):
        api.post("/api/v1/namespaces", {"metadata": {"name": space}})
        for name in "xy":
            api.post(f"/apis/ex.dev/v1/namespaces/{space}/things", thing(f"{space}-{name}"))
    found, query = [], {"limit": "1"}
    while True:
        page = api.get(ALL_THINGS, **query)
        found += names(page)
        if not page.json["metadata"]["continue"]:
            break
        query = {"limit": "1", "continue": page.json["metadata"]["continue"]}

    assert ["a-b-x", "a-b-y", "a-x", "a-y"] == found


INTERVAL = timedelta(minutes=5)


def test_old_versions_go_when_an_interval_has_passed_after_the_one_that_noted_them(api: Api) -> None:
    """As etcd is asked to compact: at each interval what was old at the one before."""
    old = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}}).version
    api.post(CONFIG_MAPS, {"metadata": {"name": "b"}})
    exact = {"resourceVersion": old, "resourceVersionMatch": "Exact"}

    api.advance(INTERVAL)
    still = api.get(CONFIG_MAPS, **exact)
    api.advance(INTERVAL)
    gone = api.get(CONFIG_MAPS, **exact)

    assert ["a"] == names(still)
    assert (410, "Expired") == (gone.status, gone.json["reason"])
    assert ["a", "b"] == names(api.get(CONFIG_MAPS, resourceVersion=old))


def test_the_newest_version_is_never_compacted_away(api: Api) -> None:
    """However long nothing is written."""
    newest = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}}).version

    api.advance(20 * INTERVAL)

    assert ["a"] == names(api.get(CONFIG_MAPS, resourceVersion=newest, resourceVersionMatch="Exact"))


def test_a_page_goes_on_until_its_version_is_compacted_away(api: Api) -> None:
    """And then with what there is, if the client says so."""
    for name in "abc":
        api.post(CONFIG_MAPS, {"metadata": {"name": name}})
    token = api.get(CONFIG_MAPS, limit="1").json["metadata"]["continue"]
    api.delete(f"{CONFIG_MAPS}/b")

    api.advance(INTERVAL)
    assert ["b", "c"] == names(api.get(CONFIG_MAPS, **{"continue": token}))
    api.advance(INTERVAL)
    refused = api.get(CONFIG_MAPS, **{"continue": token})

    assert 410 == refused.status
    assert ["c"] == names(api.get(CONFIG_MAPS, **{"continue": refused.json["metadata"]["continue"]}))


def test_watches_of_events_alone_cannot_resume_from_what_is_compacted_away(api: Api) -> None:
    """kube-apiserver remembers the changes of other kinds by itself."""
    events = CONFIG_MAPS.replace("configmaps", "events")
    about = {"involvedObject": {"kind": "Pod", "name": "p", "namespace": CONFIG_MAPS.split("/")[-2]}}
    old = api.post(events, {"metadata": {"name": "a"}, **about}).version
    api.post(CONFIG_MAPS, {"metadata": {"name": "b"}})
    api.advance(2 * INTERVAL)

    refused, goes_on = (api.watch(path, resourceVersion=old).take(1)[0] for path in (events, CONFIG_MAPS))

    assert ("ERROR", 410, "The resourceVersion for the provided watch is too old.") == (
        refused["type"],
        refused["object"]["code"],
        refused["object"]["message"],
    )
    assert "ADDED" == goes_on["type"]


def test_a_deletion_of_what_an_old_version_held_is_of_one_version(api: Api) -> None:
    """The real server lists by pages for it."""
    old = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}}).version
    api.post(CONFIG_MAPS, {"metadata": {"name": "b"}})

    api.delete(CONFIG_MAPS, resourceVersion=old)

    assert ["b"] == names(api.get(CONFIG_MAPS))
