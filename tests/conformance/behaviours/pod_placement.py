"""Affinity and spreading of pods: selectors, keys of labels, fields of nodes."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
LABELS = {"app": "a", "pod-template-hash": "x"}


def pod(name: str = "one", **spec: Any) -> dict[str, Any]:
    found = core("Pod", name, spec={"containers": [{"name": "main", "image": "x:1"}]} | spec)
    return found | {"metadata": found["metadata"] | {"labels": LABELS}}


def term(**more: Any) -> dict[str, Any]:
    return {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "a"}}} | more


def spread(**more: Any) -> dict[str, Any]:
    return term(maxSkew=1, whenUnsatisfiable="DoNotSchedule") | more


@behaviour
def keys_of_labels_become_requirements(api: Side) -> None:
    keys = {"matchLabelKeys": ["pod-template-hash", "absent"], "mismatchLabelKeys": ["app"]}
    anti = {
        PREFERRED: [{"weight": 1, "podAffinityTerm": term(**keys)}],
        REQUIRED: [term(labelSelector=None, topologyKey="z")],
    }
    constraints = [spread(matchLabelKeys=["pod-template-hash"], labelSelector={}), spread(topologyKey="host")]
    affinity = {"podAffinity": {REQUIRED: [term(**keys)]}, "podAntiAffinity": anti}
    api.post(api.core("pods"), pod(affinity=affinity, topologySpreadConstraints=constraints))
    api.merge(f"{api.core('pods')}/one", {"metadata": {"labels": {"app": "b"}}})
    template = {
        "metadata": {"labels": LABELS},
        "spec": pod(affinity=affinity, topologySpreadConstraints=constraints)["spec"],
    }
    spec = {"selector": {"matchLabels": LABELS}, "template": template}
    api.post(
        api.deployments, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "one"}, "spec": spec}
    )


@behaviour
def keys_of_labels_that_are_wrong(api: Side) -> None:
    for more in (
        {"matchLabelKeys": ["app"]},
        {"matchLabelKeys": ["other", "app"], "mismatchLabelKeys": ["app"]},
        {"matchLabelKeys": ["a b"]},
        {"labelSelector": None, "matchLabelKeys": ["app"], "mismatchLabelKeys": ["b"]},
        {
            "labelSelector": {"matchExpressions": [{"key": "absent", "operator": "Exists"}]},
            "matchLabelKeys": ["absent"],
        },
        {"labelSelector": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}},
        {"labelSelector": {"matchLabels": {"a": "b c"}}},
        {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
    ):
        api.post(api.core("pods"), pod(affinity={"podAffinity": {REQUIRED: [term(**more)]}}), dryRun="All")
        keyed = {name: one for name, one in more.items() if name not in {"mismatchLabelKeys", "namespaceSelector"}}
        api.post(api.core("pods"), pod(topologySpreadConstraints=[spread(**keyed)]), dryRun="All")


@behaviour
def fields_of_nodes(api: Side) -> None:
    for one in (
        {"key": "metadata.name", "operator": "In", "values": ["a"]},
        {"key": "metadata.name", "operator": "In", "values": ["a", "b"]},
        {"key": "metadata.name", "operator": "Exists"},
        {"key": "spec.x", "operator": "NotIn", "values": ["A b"]},
        {"key": "metadata.name", "operator": "NotIn", "values": ["A b"]},
    ):
        fields = {"matchFields": [one]}
        nodes = {REQUIRED: {"nodeSelectorTerms": [fields]}, PREFERRED: [{"weight": 1, "preference": fields}]}
        api.post(api.core("pods"), pod(affinity={"nodeAffinity": nodes}), dryRun="All")
    odd = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b c"]}]}
    nodes = {REQUIRED: {"nodeSelectorTerms": [odd]}, PREFERRED: [{"weight": 1, "preference": odd}]}
    api.post(api.core("pods"), pod(affinity={"nodeAffinity": nodes}), dryRun="All")
