"""Definitions that Hypothesis found to be answered differently once, and what is tried with objects of them."""

from typing import Any

from ..kinds import define, kind_of, objects_of, widget
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import Side


@behaviour
def definitions_with_hardly_anything(api: Side) -> None:
    schema = {"openAPIV3Schema": {"properties": {}}}
    twice = [{"name": "v1", "served": True, "storage": True, "schema": schema}, {"name": "v1"}]
    for body in (
        {"metadata": {"name": "widgets.ex.dev"}},
        {"metadata": {"name": "widgets.ex.dev"}, "spec": {}},
        {"spec": {"versions": [{"storage": True}]}},
        {"spec": {"versions": twice}},
    ):
        api.post(DEFINITIONS, body, dryRun="All")


@behaviour
def rules_about_what_has_no_type(api: Side) -> None:
    rules = {"x-kubernetes-preserve-unknown-fields": True, "x-kubernetes-validations": [{"rule": "self.a == self.b"}]}
    api.post(DEFINITIONS, kind_of(api, {"type": "object", "properties": {"spec": rules}}), dryRun="All")


def _schema(**status: Any) -> dict[str, Any]:
    properties = {"spec": {"type": "object"}, "status": {"type": "object", "properties": status}}
    return {"type": "object", "properties": properties}


@behaviour
def objects_that_are_pretended_in_another_version(api: Side) -> None:
    text = {"type": "string"}
    made = kind_of(api, _schema(a=text | {"default": "x"}, b=text), subresources={"status": {}})
    schema = {"openAPIV3Schema": _schema(f={"type": "boolean", "default": True}, a=text)}
    made["spec"]["versions"].append({"name": "v2", "served": True, "storage": False, "schema": schema})
    define(api, made)
    for query in ({"dryRun": "All"}, {}):
        api.post(objects_of(api, version="v2"), widget(api, {}, version="v2", status={"f": False}), **query)
