"""Handlers of causes: created, changed, deleted, resumed; and what becomes of those that fail."""

import itertools

from ...past import forget
from ..session import Kopf, script

_CAUSES = {"create", "update", "delete"}


@script
def one_life(api: Kopf) -> None:
    with api.operator("handlers") as operator:
        api.create(colour="red", size=1)
        made = api.note("created", api.settled(status="created"))
        assert ("Made", {"colour": "red"}) == (made["status"]["phase"], made["status"]["created"])
        assert ["kopf.zalando.org/KopfFinalizerMarker"] == made["metadata"]["finalizers"]
        api.patch(spec={"size": 2, "note": "more"})
        operator.until("update")
        api.note("updated", api.settled())
        api.note("events", api.events("Updating is processed"))
        api.delete()
        api.gone()
        operator.until("event", type="DELETED")  # the object is gone before its operator has heard of it
    lines = operator.lines
    handled = api.note("handled", [line for line in lines if line["what"] != "event"])
    assert ["field", "create", "update", "field", "delete"] == [line["what"] for line in handled] or [
        "create",
        "field",
        "update",
        "field",
        "delete",
    ] == [line["what"] for line in handled]
    types = [kind for kind, _ in itertools.groupby(line["type"] for line in lines if line["what"] == "event")]
    api.note("types of events", types)
    assert ["ADDED", "MODIFIED", "DELETED"] == types


@script
def resumed(api: Kopf) -> None:
    """What is there is resumed by the next operator; what was changed meanwhile is an update to it."""
    with api.operator("handlers") as operator:
        api.create(colour="red")
        operator.until("create")
        api.settled(status="created")
    with api.operator("handlers") as operator:
        operator.until("resume")
    resumed = operator.lines
    api.patch(spec={"colour": "blue"})
    with api.operator("handlers") as operator:
        operator.until("update")
        operator.until("resume")
        api.note("as it is then", api.settled())
    handled = [[line for line in lines if line["what"] != "event"] for lines in (resumed, operator.lines)]

    api.note("handled", handled)
    assert [["resume"], ["resume", "update"]] == [sorted(line["what"] for line in lines) for lines in handled]


@script
def deleted_meanwhile(api: Kopf) -> None:
    """A finalizer keeps an object until the operator is back."""
    with api.operator("handlers"):
        api.create(colour="red")
        api.settled(status="created")
    api.delete()
    waiting = api.note("waiting", api.read())
    assert waiting["metadata"]["deletionTimestamp"]
    with api.operator("handlers") as operator:
        operator.until("delete")
        api.gone()

    assert ["delete"] == [line["what"] for line in operator.lines if line["what"] in {"resume", "create", "delete"}]


@script
def retried(api: Kopf) -> None:
    with api.operator("retrying") as operator:
        api.create()
        api.until(lambda one: '"retries":1' in one["metadata"].get("annotations", {}).get("kopf.zalando.org/late", ""))
        done = api.note("done", api.settled(status="late"))
        assert "done" == done["status"]["late"]
        api.note("events", api.events("Creation is processed"))
    for what in ("late", "never", "broken"):
        api.note(what, [line for line in operator.lines if line["what"] == what])
    assert [0, 1, 2] == [line["retry"] for line in operator.lines if line["what"] == "late"]
    assert (1, 2) == tuple(sum(line["what"] == what for line in operator.lines) for what in ("never", "broken"))


@script
def forgotten(api: Kopf) -> None:
    """An operator whose watch cannot resume lists again: it hears of what came, and of what is to go."""
    with api.operator("handlers") as operator:
        api.create(colour="red")
        api.settled(status="created")
        forget(api.server, "gizmos.kopf.ex.dev", api.gizmos)
        api.create("two", colour="blue")
        api.note("made afterwards", api.settled("two", status="created"))
        api.delete()
        api.gone()
    # Whether the second one is resumed, too, depends on whether a list or a watch tells of it first.
    handled = sorted((line["what"], line.get("name", "")) for line in operator.lines if line["what"] in _CAUSES)

    assert [("create", "one"), ("create", "two"), ("delete", "")] == api.note("handled", handled)
