"""Watches whose events are rows."""

import json

from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side
from ..tables import PARTIAL, PARTIAL_LIST, TABLE, made


def watched(api: Side, path: str, accept: str = TABLE, **query: str) -> None:
    """Watch until the server ends it, and write down the events."""
    answer = api.aside("GET", path, None, {"accept": accept}, watch="true", timeoutSeconds="1", **query)
    try:
        found = [json.loads(line) for line in answer.text.splitlines()]
    except ValueError:
        found = [answer.text.decode()]
    api.note({"status": answer.status, "type": answer.headers["content-type"], "events": found})


@behaviour
def only_the_first_event_has_columns(api: Side) -> None:
    for collection, make in ((api.config_maps, config_map), (api.things, thing)):
        for name in "abc":
            api.setup(collection, make(name))
        watched(api, collection)
        watched(api, collection, includeObject="None")
        watched(api, collection, includeObject="Object", fieldSelector="metadata.name=b")


@behaviour
def rows_of_changes(api: Side) -> None:
    for collection, make in ((api.config_maps, config_map), (api.things, thing)):
        start = api.setup(collection, make("a")).version
        api.aside("PATCH", f"{collection}/a", {"metadata": {"labels": {"a": "b"}}}, MERGE)
        api.setup(collection, make("b"))
        api.gone(f"{collection}/a")
        watched(api, collection, resourceVersion=start)
        watched(api, collection, PARTIAL, resourceVersion=start)


@behaviour
def rows_of_the_end_of_initial_events(api: Side) -> None:
    wish = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    for collection, make in ((api.config_maps, config_map), (api.things, thing)):
        api.setup(collection, make("a"))
        for include in ("None", "Metadata", "Object"):
            watched(api, collection, includeObject=include, **wish)
        watched(api, collection, PARTIAL, **wish)


@behaviour
def empty_rows_of_kinds(api: Side) -> None:
    wish = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    for plural in ("pods", "services", "secrets", "events", "persistentvolumeclaims", "resourcequotas", "endpoints"):
        watched(api, api.core(plural), includeObject="None", fieldSelector="metadata.name=none", **wish)
    for place in (
        "apps/v1/deployments",
        "apps/v1/daemonsets",
        "batch/v1/jobs",
        "batch/v1/cronjobs",
        "networking.k8s.io/v1/ingresses",
        "autoscaling/v2/horizontalpodautoscalers",
        "autoscaling/v1/horizontalpodautoscalers",
        "policy/v1/poddisruptionbudgets",
        "events.k8s.io/v1/events",
        "rbac.authorization.k8s.io/v1/roles",
    ):
        group, _, plural = place.rpartition("/")
        path = f"/apis/{group}/namespaces/{api.namespace}/{plural}"
        watched(api, path, includeObject="None", fieldSelector="metadata.name=none", **wish)


@behaviour
def forms_that_do_not_fit_events(api: Side) -> None:
    for collection, make in ((api.config_maps, config_map), (api.things, thing)):
        made(api, collection, make("a"))
        watched(api, collection, PARTIAL_LIST)
        watched(api, collection, includeObject="Bad")
        watched(api, collection, TABLE.replace("json", "yaml"))
        watched(api, collection, TABLE.replace("v1", "v1beta1"))
        watched(api, collection, f"{TABLE};stream=watch")
