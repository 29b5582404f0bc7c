"""The subresource scale of custom objects."""

from ..kinds import define, group_of, kind_of, widget
from ..script import behaviour
from ..side import Side

NUMBER = {"type": "integer"}
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "properties": {"count": NUMBER}},
        "status": {"type": "object", "properties": {"count": NUMBER, "labels": {"type": "string"}}},
    },
}
SCALE = {
    "specReplicasPath": ".spec.count",
    "statusReplicasPath": ".status.count",
    "labelSelectorPath": ".status.labels",
}


def scaled(api: Side) -> str:
    """Define a kind that can be scaled."""
    return define(api, kind_of(api, SCHEMA, subresources={"status": {}, "scale": SCALE}))


@behaviour
def read_and_written(api: Side) -> None:
    path = scaled(api)
    api.get(f"/apis/{group_of(api)}/v1")
    api.post(path, widget(api, {"count": 2}))
    api.get(f"{path}/one/scale")
    api.merge(f"{path}/one/scale", {"spec": {"replicas": 5}})
    api.merge(f"{path}/one/status", {"status": {"count": 4, "labels": "a=b"}})
    api.get(f"{path}/one/scale")
    api.get(f"{path}/one")
    api.merge(f"{path}/one/scale", {"spec": {"replicas": -1}})
    api.get(f"{path}/nothing/scale")


@behaviour
def counts_out_of_range(api: Side) -> None:
    path = scaled(api)
    api.post(path, widget(api, {"count": -1}))
    api.post(path, widget(api, {"count": 3000000000}))
    api.post(path, widget(api, {"count": 1}))
    api.merge(f"{path}/one/status", {"status": {"count": -1}})
    api.merge(f"{path}/one/status", {"status": {"count": 3000000000}})


@behaviour
def without_a_count(api: Side) -> None:
    path = scaled(api)
    api.post(path, widget(api, {}))
    api.get(f"{path}/one/scale")
    api.merge(f"{path}/one/scale", {"spec": {"replicas": 3}})
    api.get(f"{path}/one/scale")
