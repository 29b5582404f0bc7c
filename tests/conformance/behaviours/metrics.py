"""What the server counts of its requests."""

import re
from typing import Any

from ..samples import thing
from ..script import behaviour
from ..side import MERGE, Side

LINE = re.compile(r"^apiserver_request_total\{(.*)\} (\S+)$", re.MULTILINE)


def counts(api: Side, kind: str) -> dict[str, float]:
    """Return the counted requests for a resource, by their labels."""
    text = api.get("/metrics").text.decode()
    api.transcript.pop()
    found = {}
    for labels, count in LINE.findall(text):
        by_name = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        if f"{by_name['resource']}.{by_name['group']}" == kind:
            found[" ".join(f"{name}={value}" for name, value in sorted(by_name.items()))] = float(count)
    return found


def counted(api: Side, kind: str, *requests: Any) -> None:
    """Write down what some requests add."""
    before = counts(api, kind)
    for method, path, *rest in requests:
        api.request(method, path, *rest[:1], head=MERGE if method == "PATCH" else None)
    after = counts(api, kind)
    added = {labels: count - before.get(labels, 0) for labels, count in after.items()}
    api.transcript[:] = [{"asked": "/metrics", "added": {labels: count for labels, count in added.items() if count}}]


@behaviour
def requests_for_an_object(api: Side) -> None:
    one = f"{api.things}/one"
    counted(
        api,
        "things.ex.dev",
        ("POST", api.things, thing()),
        ("POST", api.things, thing()),
        ("GET", one),
        ("PATCH", one, {"spec": {"size": 3}}),
        ("PATCH", f"{one}/status", {"status": {"phase": "New"}}),
        ("PUT", one, {}),
        ("DELETE", one),
        ("GET", one),
    )


@behaviour
def requests_for_a_list(api: Side) -> None:
    counted(
        api,
        "things.ex.dev",
        ("GET", api.things),
        ("GET", "/apis/ex.dev/v1/things"),
        ("DELETE", api.things),
        ("PUT", api.things),
    )


@behaviour
def a_dry_run(api: Side) -> None:
    before = counts(api, "configmaps.")
    api.post(api.config_maps, {"metadata": {"name": "a"}}, dryRun="All")
    api.delete(api.config_maps, dryRun="All")
    added = {
        labels: count - before.get(labels, 0)
        for labels, count in counts(api, "configmaps.").items()
        if "dry_run=All" in labels and count != before.get(labels)
    }
    api.transcript[:] = [{"asked": "/metrics", "added": added}]


@behaviour
def the_exposition(api: Side) -> None:
    for method in ("GET", "POST"):
        api.request(method, "/metrics")
        assert "# TYPE apiserver_request_total counter" in api.transcript[-1].pop("body")
