"""CustomResourceDefinitions: what is refused."""

from ..samples import DEFINITIONS, SCHEMA, definition
from ..script import behaviour
from ..side import Side


@behaviour
def definitions_that_are_refused(api: Side) -> None:
    no_schema = definition("noes", "No")
    del no_schema["spec"]["versions"][0]["schema"]
    api.post(DEFINITIONS, no_schema)
    api.post(DEFINITIONS, definition("loose", "Loose", {"properties": {"spec": {"type": "object"}}}))
    misnamed = definition("things", "Thing")
    misnamed["metadata"]["name"] = "others.ex.dev"
    api.post(DEFINITIONS, misnamed)
    stored_twice = definition("twice", "Twice")
    stored_twice["spec"]["versions"] *= 2
    api.post(DEFINITIONS, stored_twice)


@behaviour
def a_definition_whose_rule_does_not_compile(api: Side) -> None:
    schema = {"type": "object", "x-kubernetes-validations": [{"rule": "self.", "message": "no"}]}
    api.post(DEFINITIONS, definition("rules", "Rule", schema))


@behaviour
def a_definition_twice(api: Side) -> None:
    api.post(DEFINITIONS, definition("things", "Thing", SCHEMA))
