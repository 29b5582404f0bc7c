"""Custom objects against their schema: refusals, defaults, pruning, rules."""

from ..samples import thing
from ..script import behaviour
from ..side import Side


@behaviour
def defaults_and_pruning(api: Side) -> None:
    api.post(api.things, thing(unknown=1, parts=[{"name": "a", "extra": 1}], free={"kept": {"x": 1}}))


@behaviour
def a_required_field_is_missing(api: Side) -> None:
    api.post(api.things, thing() | {"spec": {}})
    api.post(api.things, {key: value for key, value in thing().items() if key != "spec"})


@behaviour
def values_of_the_wrong_type(api: Side) -> None:
    api.post(api.things, thing(size="five"))
    api.post(api.things, thing(owner=3))
    api.post(api.things, thing() | {"spec": "text"})
    api.post(api.things, thing(tags={"a": 1}))


@behaviour
def values_out_of_range(api: Side) -> None:
    api.post(api.things, thing(size=10))
    api.post(api.things, thing(size=0))
    api.post(api.things, thing(owner=""))
    api.post(api.things, thing(owner="far-too-long"))
    api.post(api.things, thing(code="xyz"))
    api.post(api.things, thing(tags=["a", "b", "c", "d"]))


@behaviour
def an_enum_is_not_met(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one/status", {"status": {"phase": "Lost"}})
    api.merge(f"{api.things}/one/status", {"status": {"since": "yesterday"}})


@behaviour
def several_faults_at_once(api: Side) -> None:
    api.post(api.things, thing(size=12, code="xyz", owner="far-too-long"))


@behaviour
def duplicates_in_sets_and_maps(api: Side) -> None:
    api.post(api.things, thing(tags=["a", "a"]))
    api.post(api.things, thing(parts=[{"name": "a"}, {"name": "a"}]))


@behaviour
def null_where_it_may_and_may_not_be(api: Side) -> None:
    api.post(api.things, thing("may", note=None))
    api.post(api.things, thing("default", size=None))
    api.post(api.things, thing("must-not", code=None))


@behaviour
def int_or_string(api: Side) -> None:
    api.post(api.things, thing("number", port=80))
    api.post(api.things, thing("text", port="http"))
    api.post(api.things, thing("neither", port=True))


@behaviour
def a_rule_is_broken(api: Side) -> None:
    api.post(api.things, thing(low=2, high=1))


@behaviour
def a_transition_rule_is_broken(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"owner": "bob"}})


@behaviour
def unknown_fields_under_each_validation(api: Side) -> None:
    for number, word in enumerate(("Strict", "Warn", "Ignore", "Odd")):
        api.post(api.things, thing(f"n{number}", unknown=1), fieldValidation=word)
