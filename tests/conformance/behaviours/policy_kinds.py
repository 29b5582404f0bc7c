"""Pod disruption budgets."""

from ..script import behaviour
from ..side import Side
from ..workloads import LABELS, path


def budgets(api: Side, *rest: str) -> str:
    return path(api, "policy/v1", "poddisruptionbudgets", *rest)


def budget(**spec):
    return {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": LABELS}} | spec}


@behaviour
def a_budget_is_defaulted(api: Side) -> None:
    api.post(budgets(api), budget(minAvailable=1))
    api.get(budgets(api, "web"))


@behaviour
def budgets_that_are_refused(api: Side) -> None:
    for spec in (
        {"minAvailable": 1, "maxUnavailable": "120%"},
        {"minAvailable": -1},
        {"maxUnavailable": "x%"},
        {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "Odd"},
        {"maxUnavailable": 1, "selector": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}},
    ):
        api.post(budgets(api), budget(**spec))


@behaviour
def budgets_without_anything(api: Side) -> None:
    api.post(budgets(api), {"metadata": {"name": "web"}})
    api.post(budgets(api), {"metadata": {"name": "two"}, "spec": {"selector": {}, "maxUnavailable": 0}})


@behaviour
def a_budget_changes(api: Side) -> None:
    first = api.post(budgets(api), budget(minAvailable=1))
    api.merge(budgets(api, "web"), {"spec": {"minAvailable": 2, "selector": {"matchLabels": {"b": "c"}}}})
    api.put(budgets(api, "web"), budget(minAvailable=3))
    api.put(budgets(api, "web"), first.json)


@behaviour
def the_status_of_a_budget(api: Side) -> None:
    api.post(budgets(api), budget(minAvailable=1))
    here = budgets(api, "web", "status")
    api.merge(here, {"status": {"disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1, "expectedPods": 2}})
    api.merge(here, {"status": {"disruptionsAllowed": -1}})
    api.merge(here, {"status": {"conditions": [{"type": "bad type", "status": "Odd", "reason": "1"}]}})


@behaviour
def selectors_of_budgets(api: Side) -> None:
    for selector in (
        {"matchLabels": {"bad key": "bad value!"}},
        {"matchExpressions": [{"key": "a", "operator": "In"}, {"key": "b", "operator": "Exists", "values": ["x"]}]},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": ["bad value!"]}]},
    ):
        api.post(budgets(api), budget(maxUnavailable=1, selector=selector), dryRun="All")
    for amount in ("101%", "-1%", "1.5%", "", 2**31 - 1):
        api.post(budgets(api), budget(maxUnavailable=amount), dryRun="All")


@behaviour
def conditions_of_a_budget(api: Side) -> None:
    api.post(budgets(api), budget(minAvailable=1))
    good = {
        "type": "A",
        "status": "True",
        "reason": "Fine",
        "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    for conditions in (
        [good, good],
        [good | {"reason": "x" * 1025, "message": "x" * 32769}],
        [good | {"observedGeneration": -1}],
        [{"type": "A"}],
        [good],
    ):
        api.merge(budgets(api, "web", "status"), {"status": {"conditions": conditions, "disruptedPods": {"a": None}}})
    api.merge(budgets(api, "web", "status"), {"status": {"disruptedPods": {"a": "2026-01-01T00:00:00Z"}}})
    api.merge(budgets(api, "web", "status"), {"spec": {"minAvailable": 5}, "metadata": {"labels": {"a": "b"}}})
