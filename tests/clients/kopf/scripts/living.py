"""Daemons, timers and indexes."""

from ..session import Kopf, script


@script
def daemons_and_timers(api: Kopf) -> None:
    with api.operator("living") as operator:
        api.create()
        operator.until("obedient starts")
        operator.until("stubborn starts")
        operator.until("tick", 3)
        api.note("ticked", api.until(lambda one: one.get("status", {}).get("ticks") == 3))
        api.delete()
        api.gone()
        operator.until("obedient stops")
        operator.until("stubborn is cancelled")
    lines = operator.lines
    for what in ("obedient starts", "obedient stops", "stubborn starts", "stubborn is cancelled", "tick"):
        api.note(what, [line for line in lines if line["what"] == what])
    stops = next(line["reason"] for line in lines if line["what"] == "obedient stops")
    assert "RESOURCE_DELETED" in stops


@script
def the_operator_leaves(api: Kopf) -> None:
    """Daemons end with the operator, and their objects stay."""
    with api.operator("living") as operator:
        api.create()
        operator.until("obedient starts")
        operator.until("tick", 3)
        assert 0 == operator.stop()
    stops = api.note("stops", [line for line in operator.lines if "stops" in line["what"]])
    assert "OPERATOR_EXITING" in stops[0]["reason"]
    left = api.until(lambda one: one.get("status", {}).get("ticks") == 3)
    api.note("left", left)
    assert left["metadata"]["finalizers"]


@script
def indexed(api: Kopf) -> None:
    """Handlers see the index as it is with all that is there, from the first one on."""
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "red")):
        api.create(name, colour=colour)
    api.create("asker", labels={"asks": "yes"}, about="red")
    with api.operator("indexing") as operator:
        operator.until("asked")
        assert ["a", "c"] == api.settled("asker", "answer")["status"]["answer"]
        api.patch("c", spec={"colour": "blue"})
        api.delete("a")
        api.gone("a")
        # Kopf looks at each object by itself: an index follows the others when it has heard of them.
        operator.until("indexed", name="c", colour="blue")
        operator.until("indexed", name="a", type="DELETED")
        api.patch("asker", spec={"about": "blue"})
        operator.until("asked", 2)
        answered = api.until(lambda one: one["status"]["answer"] != ["a", "c"], "asker")
        assert ["b", "c"] == api.note("answered", answered)["status"]["answer"]
        api.note("asked", [line for line in operator.lines if line["what"] == "asked"])
