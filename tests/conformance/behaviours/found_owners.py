"""Owners of fields that Hypothesis found to be told differently once."""

from ..kinds import define, kind_of, objects_of, widget
from ..samples import config_map
from ..script import behaviour
from ..side import Side

_SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {"size": {"type": "integer"}},
            "x-kubernetes-preserve-unknown-fields": True,
        },
        "status": {
            "type": "object",
            "properties": {
                "count": {"type": "number"},
                "seen": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            },
        },
    },
}


@behaviour
def what_is_dropped_unseen_must_still_be_of_its_type(api: Side) -> None:
    define(api, kind_of(api, _SCHEMA, subresources={"status": {}}))
    at = objects_of(api)
    for number, status in enumerate(({"count": "x"}, {"count": 1}, "x", {"seen": ["a", "a"]}, {"seen": "a"})):
        api.post(at, widget(api, {"size": 1}, name=f"w{number}", status=status))
        api.merge(f"{at}/w{number}", {"spec": {"size": 2}, "status": status})
        api.merge(f"{at}/w{number}/status", {"spec": {"size": "x"}, "status": {"count": 2}})
        api.merge(f"{at}/w{number}/status", {"spec": {"size": 3}, "status": {"count": 3}})


@behaviour
def an_apply_names_what_it_cannot_read_by_texts_alone(api: Side) -> None:
    for metadata in ({"name": 5}, {"name": {}}, {"name": "one", "namespace": 5}):
        body = config_map() | {"metadata": metadata, "data": {"a": 1}}
        api.request("PATCH", f"{api.config_maps}/one", body, head=_APPLY, query={"fieldManager": "me"})


_APPLY = {"content-type": "application/apply-patch+yaml"}
