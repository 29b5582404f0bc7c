"""Tables, by the server's clock; what the real server shows is held by tests/conformance."""

from datetime import timedelta
from typing import Any

import pytest

from harness.apiserver.jsonpath import PathSyntaxError, find, parse
from harness.apiserver.jsonpath.find import PathError
from harness.apiserver.openapi.data import read
from harness.apiserver.printers.ages import human_duration
from harness.apiserver.printers.columns import builtin_columns
from harness.apiserver.subscription import Subscription

from .fronts import Api
from .samples import CONFIG_MAPS, THINGS, thing

TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
CONFIG_MAP = {"metadata": {"name": "one"}}


@pytest.mark.parametrize(("span", "shown"), [({"minutes": 3, "seconds": 4}, "3m4s"), ({"days": 3}, "3d")])
def test_ages_are_as_of_the_servers_clock(api: Api, span: dict[str, int], shown: str) -> None:
    """A scenario that waits for days sees objects grow old."""
    api.post(CONFIG_MAPS, CONFIG_MAP)
    api.post(THINGS, thing("a"))
    api.advance(timedelta(**span))

    for path in (f"{CONFIG_MAPS}/one", f"{THINGS}/a"):
        assert shown == api.get(path, headers=TABLE).json["rows"][0]["cells"][-1]


def test_a_refused_row_does_not_undo_a_write(api: Api) -> None:
    """As with the real server: the form of the answer is looked at last."""
    answer = api.request("POST", CONFIG_MAPS, CONFIG_MAP, headers=TABLE, query={"includeObject": "Odd"})

    assert 400 == answer.status
    assert "Unable to convert to Table as requested" in answer.json["message"]
    assert 200 == api.get(f"{CONFIG_MAPS}/one").status


def test_every_listed_kind_has_columns() -> None:
    """A kind that is served and not in the file would be answered with an error."""
    missing = [
        row["plural"]
        for group in read("resources")
        for version in group["versions"]
        for row in version["resources"]
        if "list" in row["verbs"] and not builtin_columns(group["group"], row["plural"])
    ]

    assert [] == missing


def test_a_watch_that_translates_a_line_to_nothing_delivers_nothing() -> None:
    """An empty chunk would end the stream of an HTTP client."""
    subscription, seen = Subscription(), []
    subscription.translate = lambda line: b"" if line == b"b" else line
    for line in (b"a", b"b"):
        subscription.push(line)
    subscription.attach(seen.append, lambda: None)
    subscription.push(b"b")
    subscription.push(b"c")

    assert [b"a", b"c"] == seen


def test_no_span_is_longer_than_gos() -> None:
    """Go counts nanoseconds in 64 bits."""
    assert "292y" == human_duration(float("inf"))


@pytest.mark.parametrize(
    "path", ["a[", ".a[x]", ".a[-]", ".a[?(@.b]", ".a[?(@.b)", ".....b", ".a['b']\"\\q\"", ".a +.-"]
)
def test_what_is_no_path(path: str) -> None:
    """Such a path ends the columns of its kind."""
    with pytest.raises(PathSyntaxError):
        parse(path)


@pytest.mark.parametrize(
    "path", [".a[0]", ".list[5]", ".list[::0]", ".list[?(@.n==One)]", '.list[?(@.n=="1")]', ".a[?(@.b)]", ".a range"]
)
def test_what_cannot_be_followed(path: str) -> None:
    """Such a cell is empty, whatever else the path would find."""
    value: Any = {"a": {"b": 1}, "list": [{"n": 1}]}

    with pytest.raises(PathError):
        find(parse(path), value)
