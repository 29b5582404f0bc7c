"""Flow schemas and priority levels.

The real server fills in the status of those that are stored a moment later: new ones are pretended here, changes are tried on
those that it has from its start.
"""

from typing import Any

from ..script import behaviour
from ..side import MERGE, Side

FLOW = "/apis/flowcontrol.apiserver.k8s.io/v1"
SCHEMAS, LEVELS = f"{FLOW}/flowschemas", f"{FLOW}/prioritylevelconfigurations"
PERSON = {"kind": "User", "user": {"name": "ann"}}
READING = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["a"]}


def schema(*rules: Any, name: str = "mine", **spec: Any) -> dict[str, Any]:
    level = {"priorityLevelConfiguration": {"name": "exempt"}}
    return {"metadata": {"name": name}, "spec": level | ({"rules": list(rules)} if rules else {}) | spec}


def level(name: str = "mine", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": spec}


def limited(**fields: Any) -> dict[str, Any]:
    return level(type="Limited", limited=fields)


def pretend(api: Side, path: str, *bodies: Any) -> None:
    for body in bodies:
        api.post(path, body, dryRun="All")


@behaviour
def flow_schemas_are_defaulted(api: Side) -> None:
    pretend(
        api,
        SCHEMAS,
        schema(),
        schema({"subjects": [PERSON], "resourceRules": [READING]}, distinguisherMethod={"type": "ByUser"}),
    )


@behaviour
def flow_schemas_that_are_refused(api: Side) -> None:
    pretend(
        api,
        SCHEMAS,
        {"metadata": {"name": "mine"}},
        schema(matchingPrecedence=-1),
        schema(matchingPrecedence=1),
        schema(matchingPrecedence=10001, distinguisherMethod={"type": "Odd"}),
        schema(priorityLevelConfiguration={"name": "Bad_"}),
        schema({}),
    )


@behaviour
def subjects_of_flow_schemas(api: Side) -> None:
    for subject in (
        {},
        {"kind": "Odd"},
        {"kind": "User"},
        {"kind": "User", "user": {}},
        PERSON | {"group": {"name": "x"}, "serviceAccount": {"name": "x", "namespace": "y"}},
        {"kind": "Group", "group": {"name": ""}, "user": {"name": "x"}},
        {"kind": "ServiceAccount", "serviceAccount": {"name": "", "namespace": ""}},
        {"kind": "ServiceAccount", "serviceAccount": {"name": "Bad_", "namespace": "Bad_"}},
        {"kind": "ServiceAccount", "serviceAccount": {"name": "*", "namespace": "a"}},
    ):
        pretend(api, SCHEMAS, schema({"subjects": [subject], "resourceRules": [READING]}))


@behaviour
def rules_of_flow_schemas(api: Side) -> None:
    for rule in (
        {},
        READING | {"verbs": ["*", "get"]},
        READING | {"verbs": ["get", "odd"]},
        READING | {"apiGroups": ["*", "x"], "resources": ["x", "*"]},
        READING | {"namespaces": ["*", "a"]},
        READING | {"namespaces": ["Bad_", "b"]},
        READING | {"namespaces": [], "clusterScope": True},
    ):
        pretend(api, SCHEMAS, schema({"subjects": [PERSON], "resourceRules": [rule]}))
    for urls in ([], ["*", "/a"], ["", "a", "/a b", "/a//b", "/*/a", "/a*", "/a/*", "/"]):
        rule = {"verbs": ["get"], "nonResourceURLs": urls}
        pretend(api, SCHEMAS, schema({"subjects": [PERSON], "nonResourceRules": [rule]}))


@behaviour
def levels_are_defaulted(api: Side) -> None:
    reject = {"type": "Reject"}
    pretend(
        api,
        LEVELS,
        limited(limitResponse=reject),
        limited(limitResponse={"type": "Queue", "queuing": {}}),
        limited(limitResponse=reject, nominalConcurrencyShares=0, lendablePercent=5, borrowingLimitPercent=7),
    )


@behaviour
def levels_that_are_refused(api: Side) -> None:
    reject, queue = {"type": "Reject"}, {"type": "Queue"}
    pretend(
        api,
        LEVELS,
        level(),
        level(type="Odd"),
        level(type="Exempt"),
        level(type="Limited"),
        level(type="Limited", exempt={}, limited={"limitResponse": reject}),
        level("exempt-not", type="Exempt", exempt={"nominalConcurrencyShares": -1, "lendablePercent": 101}, limited={}),
        limited(),
        limited(limitResponse={"type": "Odd"}),
        limited(limitResponse=queue),
        limited(limitResponse=reject | {"queuing": {}}),
        limited(limitResponse=reject, nominalConcurrencyShares=-1, lendablePercent=-1, borrowingLimitPercent=-1),
    )
    for queuing in (
        {"queues": -1, "handSize": -1, "queueLengthLimit": -1},
        {"queues": 10_000_001},
        {"queues": 4, "handSize": 5},
        {"queues": 1024, "handSize": 7},
        {"queues": 1024, "handSize": 6},
    ):
        pretend(api, LEVELS, limited(limitResponse=queue | {"queuing": queuing}))
    notes = {"flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares": ""}
    body = limited(limitResponse=reject)
    body["metadata"]["annotations"] = notes
    pretend(api, LEVELS, body)


@behaviour
def schemas_and_levels_that_must_stay(api: Side) -> None:
    for path, name, spec in (
        (SCHEMAS, "exempt", {"matchingPrecedence": 2}),
        (SCHEMAS, "catch-all", {"distinguisherMethod": None, "rules": None}),
        (SCHEMAS, "probes", {"matchingPrecedence": 3}),
        (LEVELS, "catch-all", {"limited": {"nominalConcurrencyShares": 6, "borrowingLimitPercent": 3}}),
        (LEVELS, "exempt", {"exempt": {"lendablePercent": 5}}),
        (LEVELS, "exempt", {"type": "Limited"}),
        (LEVELS, "exempt", {"limited": {"limitResponse": {"type": "Queue", "queuing": {}}}}),
        (LEVELS, "global-default", {"limited": {"lendablePercent": 60}}),
    ):
        api.request("PATCH", f"{path}/{name}", {"spec": spec}, head=MERGE, query={"dryRun": "All"})


@behaviour
def statuses_of_flows(api: Side) -> None:
    for path in (f"{SCHEMAS}/probes/status", f"{LEVELS}/global-default/status"):
        for conditions in ([{"status": "True"}], [{"type": "A", "status": "True"}] * 2, [{"type": "A"}]):
            status = {"metadata": {"labels": {"a": "b"}}, "status": {"conditions": conditions}}
            api.merge(path, status, dryRun="All")
