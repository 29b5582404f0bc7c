"""What the server counts of its requests."""

import re
from typing import Any

from ..hooks import allow, deny, patch
from ..samples import thing
from ..script import behaviour
from ..side import MERGE, Side, Target
from .webhooks import configured, hook

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


def samples(api: Side, name: str, **labels: str) -> dict[str, float]:
    """Return the values of a metric of those labels, by the others."""
    text = api.aside("GET", "/metrics").text.decode()
    found = {}
    for line in text.splitlines():
        if line.startswith(f"{name}{{"):
            given, _, value = line.removeprefix(f"{name}{{").rpartition("} ")
            pairs = dict(re.findall(r'(\w+)="([^"]*)"', given))
            if labels.items() <= pairs.items():
                found[" ".join(f"{key}={one}" for key, one in sorted(pairs.items()))] = float(value)
    return found


def added(api: Side, name: str, before: dict[str, float], **labels: str) -> None:
    """Write down what a metric has gained."""
    after = samples(api, name, **labels)
    api.note({key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)})


def everywhere(api: Side) -> Target:
    """Return a list of all namespaces that finds what this behaviour has made, and not what others have left."""
    return Target(f"/apis/ex.dev/v1/things?fieldSelector=metadata.namespace%3D{api.namespace}")


def counted(api: Side, kind: str, *requests: Any) -> None:
    """Write down what some requests add."""
    before = counts(api, kind)
    for method, path, *rest in requests:
        api.aside(method, path, *rest[:1], head=MERGE if method == "PATCH" else None)
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
        ("GET", everywhere(api)),
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


@behaviour
def how_long_and_how_large(api: Side) -> None:
    """Of durations the counts alone: how long each took differs."""
    of_things = {"group": "ex.dev", "resource": "things"}
    counts = samples(api, "apiserver_request_duration_seconds_count", **of_things)
    sizes = samples(api, "apiserver_response_sizes_bucket", **of_things)
    api.setup(api.things, thing(free={"a": "x" * 12_000}))
    for path in (
        api.things,
        f"{api.things}/one",
        f"{api.things}/one/status",
        f"{api.things}/none",
        everywhere(api),
    ):
        api.get(path)
    api.post(api.things, thing("two"), dryRun="All")
    api.merge(f"{api.things}/one", {"spec": {"size": 3}})
    added(api, "apiserver_request_duration_seconds_count", counts, **of_things)
    added(api, "apiserver_response_sizes_bucket", sizes, **of_things)


@behaviour
def watches_when_they_are_over(api: Side) -> None:
    of_templates = {"group": "", "resource": "podtemplates"}  # which nothing inside the real server watches, too
    templates = f"/api/v1/namespaces/{api.namespace}/podtemplates"
    names = ("apiserver_request_total", "apiserver_watch_events_total", "apiserver_request_duration_seconds_count")
    before = [samples(api, name, **of_templates) for name in names]
    containers = [{"name": "c", "image": "i"}]
    api.setup(templates, {"metadata": {"name": "a"}, "template": {"spec": {"containers": containers}}})
    api.get(templates, watch="1", timeoutSeconds="1")
    api.get(templates, watch="1", timeoutSeconds="1", resourceVersion="0")
    for name, values in zip(names, before, strict=True):
        added(api, name, values, **of_templates)
    text = api.aside("GET", "/metrics").text.decode()
    api.note("apiserver_longrunning_requests" in text)


@behaviour
def kinds_that_are_going(api: Side) -> None:
    api.aside("GET", "/api/v1/componentstatuses")
    api.note(samples(api, "apiserver_requested_deprecated_apis", resource="componentstatuses"))


@behaviour
def objects_that_are_stored(api: Side) -> None:
    """The real server looks now and then, so that the kinds are compared and not their numbers."""
    for name in ("apiserver_resource_objects", "apiserver_storage_objects"):
        for kind in ("leases", "things", "things.ex.dev", "secrets"):
            api.note(sorted(samples(api, name, resource=kind)))


@behaviour
def what_is_being_run(api: Side) -> None:
    (one,) = samples(api, "kubernetes_build_info").keys()
    found = dict(pair.split("=", 1) for pair in one.split(" "))
    api.note({name: value for name, value in found.items() if name in {"major", "minor", "git_version"}})
    api.note(sorted(found))


@behaviour
def questions_to_webhooks(api: Side) -> None:
    say = api.hooks.client
    names = ("request_total", "rejection_count", "fail_open_count", "admission_duration_seconds_count")
    checks = (
        hook("checks", say("checks", lambda request: {"allowed": request["name"] != "bad", "status": {"code": 402}})),
        hook("lost", say("lost", lambda _: 500), failurePolicy="Ignore"),
        hook("garbled", say("garbled", lambda _: b"{}"), failurePolicy="Ignore"),
    )
    changes = (
        hook("adds", say("adds", patch({"op": "add", "path": "/spec/size", "value": 3}))),
        hook(
            "breaks",
            say("breaks", patch({"op": "remove", "path": "/nowhere"})),
            objectSelector={"matchLabels": {"b": "1"}},
        ),
        hook("refuses", say("refuses", deny()), objectSelector={"matchLabels": {"r": "1"}}),
        hook("away", say("away", lambda _: 503), objectSelector={"matchLabels": {"a": "1"}}),
        hook("agrees", say("agrees", allow())),
    )
    for kind, hooks in (("Validating", checks), ("Mutating", changes)):
        with configured(api, kind, *hooks):
            before = {name: samples(api, f"apiserver_admission_webhook_{name}") for name in names}
            for name in ("good", "bad"):
                api.post(api.things, thing(name))
            for label in ("b", "r", "a"):
                api.post(api.things, thing(label, metadata={"labels": {label: "1"}}))
            api.delete(f"{api.things}/good")
            for name in names:
                added(api, f"apiserver_admission_webhook_{name}", before[name])
