"""Lists at versions and in pages: what is served, what is refused, and in which words."""

import base64
import json

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side

FAR = "1000000000"


def _token(**parts: object) -> str:
    return _encoded(json.dumps({"v": "meta.k8s.io/v1"} | parts))


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _three(api: Side) -> str:
    for name in "abc":
        last = api.post(api.config_maps, {"metadata": {"name": name, "labels": {"l": name}}})
    return last.version


def _read(token: str) -> dict[str, object]:
    found = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    return found | {"rv": "the list's"}


@behaviour
def what_a_token_holds(api: Side) -> None:
    _three(api)
    api.post(api.things, thing("a"))
    api.post(api.things, thing("b"))
    for path in (api.config_maps, api.things):
        api.note(_read(api.get(path, limit="1").json["metadata"]["continue"]))


@behaviour
def pages_until_the_end(api: Side) -> None:
    _three(api)
    page = api.get(api.config_maps, limit="1")
    while token := page.json["metadata"].get("continue"):
        page = api.get(api.config_maps, limit="1", **{"continue": token})


@behaviour
def a_page_that_is_exactly_full(api: Side) -> None:
    _three(api)
    api.get(api.config_maps, limit="3")
    api.get(api.config_maps, limit="4")
    api.get(api.config_maps, limit="0")
    api.get(api.config_maps, limit="-1")


@behaviour
def pages_with_selectors_do_not_count_what_remains(api: Side) -> None:
    _three(api)
    for text in ("l!=b", "l=a", "l=b", "l=c", "l=none"):
        api.get(api.config_maps, limit="1", labelSelector=text)
    api.get(api.config_maps, limit="1", fieldSelector="metadata.name!=b")
    api.get(api.config_maps, limit="1", fieldSelector="metadata.name=a")


@behaviour
def pages_stay_what_they_were(api: Side) -> None:
    _three(api)
    token = api.get(api.config_maps, limit="1").json["metadata"]["continue"]
    api.delete(f"{api.config_maps}/b")
    api.post(api.config_maps, config_map("bb"))
    api.merge(f"{api.config_maps}/c", {"data": {"new": "yes"}})
    api.get(api.config_maps, limit="1", **{"continue": token})
    api.get(api.config_maps, **{"continue": token})
    api.get(api.config_maps)


@behaviour
def pages_go_on_with_another_limit_and_selector(api: Side) -> None:
    _three(api)
    token = api.get(api.config_maps, limit="1").json["metadata"]["continue"]
    api.get(api.config_maps, labelSelector="l=c", **{"continue": token})
    api.get(api.config_maps, limit="1", labelSelector="l=c", **{"continue": token})


@behaviour
def a_token_of_another_list(api: Side) -> None:
    _three(api)
    api.post(api.things, thing("d"))
    token = api.get(api.config_maps, limit="1").json["metadata"]["continue"]
    api.get(api.things, **{"continue": token})


@behaviour
def a_token_for_what_there_is_now(api: Side) -> None:
    _three(api)
    for start in ("b", "b\0", "/b", "zzz", "/"):
        api.get(api.config_maps, **{"continue": _token(rv=-1, start=start)})
    api.get(api.config_maps, limit="1", **{"continue": _token(rv=-5, start="b")})


@behaviour
def tokens_that_are_none(api: Side) -> None:
    for token in (
        "!!",
        "x",
        "abcde",
        "e30",
        "bnVsbA",
        "e30=",
        _encoded("{"),
        _encoded("[1]"),
        _encoded('"x"'),
        _encoded("7"),
    ):
        api.get(api.config_maps, **{"continue": token})


@behaviour
def tokens_with_wrong_contents(api: Side) -> None:
    for parts in (
        {"v": "v2"},
        {"rv": 0, "start": "a"},
        {"rv": 7, "start": ""},
        {"rv": "x", "start": "a"},
        {"rv": 10**20, "start": "a"},
    ):
        api.get(api.config_maps, **{"continue": _token(**parts)})
    for parts in (
        {"rv": 1.5, "start": "a"},
        {"rv": True, "start": "a"},
        {"rv": -1, "start": 7},
        {"v": 1},
        {"rv": -1, "start": None},
    ):
        api.get(api.config_maps, **{"continue": _token(**parts)})


@behaviour
def tokens_that_climb(api: Side) -> None:
    for start in ("../../secrets/", "/..", "a/../b", "//a", "a//b", "./a", "a/", "a/."):
        api.get(api.config_maps, **{"continue": _token(rv=-1, start=start)})


@behaviour
def a_token_from_the_future(api: Side) -> None:
    api.get(api.config_maps, **{"continue": _token(rv=int(FAR), start="a")})


@behaviour
def tokens_beside_versions(api: Side) -> None:
    version = _three(api)
    token = api.get(api.config_maps, limit="1").json["metadata"]["continue"]
    for more in ({"resourceVersion": version}, {"resourceVersion": "0"}, {"resourceVersion": "abc"}):
        api.get(api.config_maps, **{"continue": token}, **more)
    api.get(api.config_maps, **{"continue": token}, resourceVersion=version, resourceVersionMatch="Exact")
    api.get(api.config_maps, **{"continue": "x"}, resourceVersion="abc")


@behaviour
def a_list_of_an_exact_version(api: Side) -> None:
    first = api.post(api.config_maps, config_map("a")).version
    _three_more = [api.post(api.config_maps, config_map(name)).version for name in "bc"]
    api.delete(f"{api.config_maps}/a")
    for version in (first, *_three_more):
        answer = api.get(api.config_maps, resourceVersion=version, resourceVersionMatch="Exact")
        api.note(answer.version == version)
    api.get(api.config_maps, resourceVersion=first, resourceVersionMatch="NotOlderThan")


@behaviour
def pages_of_an_exact_version(api: Side) -> None:
    version = _three(api)
    api.delete(f"{api.config_maps}/b")
    page = api.get(api.config_maps, resourceVersion=version, resourceVersionMatch="Exact", limit="1")
    api.get(api.config_maps, **{"continue": page.json["metadata"]["continue"]})


@behaviour
def a_limit_makes_a_version_exact(api: Side) -> None:
    version = _three(api)
    api.delete(f"{api.config_maps}/a")
    api.get(api.config_maps, resourceVersion=version, limit="2")
    api.get(api.config_maps, resourceVersion=version, limit="2", resourceVersionMatch="NotOlderThan")
    api.get(api.config_maps, resourceVersion=version)


@behaviour
def any_version_has_no_pages(api: Side) -> None:
    _three(api)
    api.get(api.config_maps, resourceVersion="0", limit="1")
    api.get(api.config_maps, resourceVersion="0", limit="1", resourceVersionMatch="NotOlderThan")


@behaviour
def versions_from_the_future(api: Side) -> None:
    for more in ({}, {"resourceVersionMatch": "Exact"}, {"resourceVersionMatch": "NotOlderThan"}, {"limit": "1"}):
        api.get(api.config_maps, resourceVersion=FAR, **more)


@behaviour
def versions_that_are_none(api: Side) -> None:
    for version in ("-1", "1.5", "99999999999999999999", "0x1", " 1", "1 ", "+1", "00"):
        api.get(api.config_maps, resourceVersion=version)
    api.get(api.config_maps, resourceVersion="abc", resourceVersionMatch="Exact")


@behaviour
def options_that_exclude_each_other(api: Side) -> None:
    for query in (
        {"resourceVersion": "0", "resourceVersionMatch": "Exact"},
        {"resourceVersion": "", "resourceVersionMatch": "Exact"},
        {"resourceVersionMatch": "exact"},
        {"resourceVersionMatch": "Odd", "continue": "x"},
        {"sendInitialEvents": "true"},
        {"sendInitialEvents": "false"},
        {"sendInitialEvents": ""},
    ):
        api.get(api.config_maps, **query)


@behaviour
def numbers_in_list_options(api: Side) -> None:
    for text in ("x", "1.5", "", " 1", "0x10", "99999999999999999999", "+2", "-0"):
        api.get(api.config_maps, limit=text)
    for text in ("x", "-1", "1.5", "9"):
        api.get(api.config_maps, timeoutSeconds=text)


@behaviour
def options_of_watches_and_shards_in_a_list(api: Side) -> None:
    api.get(api.config_maps, allowWatchBookmarks="x", watch="false")
    api.get(api.config_maps, watch="0", shardSelector="x")
    api.get(api.config_maps, watch="FALSE", pretty="0", unknown="x")


@behaviour
def one_object_at_a_version(api: Side) -> None:
    one = f"{api.config_maps}/one"
    first = api.post(api.config_maps, config_map())
    api.merge(one, {"data": {"a": "b"}})
    api.get(one, resourceVersion=first.version)
    api.get(one, resourceVersion="0")
    api.get(one, resourceVersion=first.version, resourceVersionMatch="Exact")
    for version in ("abc", "-1", "99999999999999999999"):
        api.get(one, resourceVersion=version)
    api.get(f"{api.config_maps}/none", resourceVersion="0")
    api.get(f"{api.config_maps}/none", resourceVersion="abc")


@behaviour
def one_object_of_the_future(api: Side) -> None:
    api.post(api.things, thing())
    api.get(f"{api.things}/one", resourceVersion=FAR)
    api.get(f"{api.things}/none", resourceVersion=FAR)


@behaviour
def an_object_is_not_watched_at_its_path(api: Side) -> None:
    api.post(api.things, thing())
    api.post(api.config_maps, config_map())
    for path in (api.things, api.config_maps):
        api.get(f"{path}/one", watch="true")
        api.get(f"{path}/none", watch="true", fieldSelector="metadata.name=x")


@behaviour
def empty_lists_across_namespaces(api: Side) -> None:
    api.get("/apis/batch/v1/cronjobs")
    api.get("/api/v1/podtemplates")
    api.get("/api/v1/namespaces/never-made/configmaps")
    api.get("/apis/ex.dev/v1/namespaces/Never_Made/things")


@behaviour
def what_waits_for_the_future_and_what_does_not(api: Side) -> None:
    """Where there is a cache that could be behind, it is waited for; of events there is none."""
    future = str(2**40)
    for path in (f"{api.config_maps}/none", f"/api/v1/namespaces/{api.namespace}", api.core("endpoints")):
        api.get(path, resourceVersion=future)
    api.get(api.core("events"), resourceVersion=future)
    api.get(f"/apis/events.k8s.io/v1/namespaces/{api.namespace}/events", resourceVersion=future, limit="1")
    api.request("DELETE", api.config_maps, query={"resourceVersion": future})
