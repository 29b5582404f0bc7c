"""Validation: every error, each with its path and in the server's words."""

import hypothesis.strategies as st
import jsonschema_rs
import pytest
from hypothesis import given

from harness.apiserver.formats import DATE_TIME, is_date_time

from .fronts import Api
from .samples import THINGS, thing

ONE = f"{THINGS}/one"


@pytest.mark.parametrize(
    ("spec", "field", "message"),
    [
        ({"owner": None}, "spec.owner", "Required value"),
        ({"owner": ""}, "spec.owner", 'Invalid value: "": spec.owner in body should be at least 1 chars long'),
        ({"owner": "a" * 9}, "spec.owner", "Too long: may not be more than 8 bytes"),
        ({"size": 0}, "spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ({"size": 10}, "spec.size", "Invalid value: 10: spec.size in body should be less than or equal to 9"),
        ({"size": "x"}, "spec.size", 'Invalid value: "string": spec.size in body must be of type integer: "string"'),
        ({"size": 1.5}, "spec.size", 'Invalid value: "number": spec.size in body must be of type integer: "number"'),
        ({"size": True}, "spec.size", 'Invalid value: "boolean": spec.size in body must be of type integer: "boolean"'),
        ({"ratio": 0}, "spec.ratio", "Invalid value: 0: spec.ratio in body should be greater than 0"),
        ({"code": "xyz"}, "spec.code", "Invalid value: \"xyz\": spec.code in body should match '^[a-f]+$'"),
        (
            {"port": 1.5},
            "spec.port",
            'Invalid value: "number": spec.port in body must be of type integer,string: "number"',
        ),
        ({"tags": ["a", "b", "c", "d"]}, "spec.tags", "Too many: 4: must have at most 3 items"),
        ({"tags": ["a", "b", "a"]}, "spec.tags[2]", 'Duplicate value: "a"'),
        ({"parts": [{"name": "a"}, {"name": "a"}]}, "spec.parts[1]", 'Duplicate value: {"name":"a"}'),
        ({"parts": [{}]}, "spec.parts[0].name", "Required value"),
        (
            {"labels": {"k": 1}},
            "spec.labels.k",
            'Invalid value: "integer": spec.labels.k in body must be of type string: "integer"',
        ),
    ],
)
def test_each_violation_has_its_path_and_text(api: Api, spec: dict, field: str, message: str) -> None:
    """People read the message, programs the causes; both are the real server's."""
    answer = api.post(THINGS, thing() | {"spec": {"owner": "ann"} | spec})

    assert (422, "Invalid") == (answer.status, answer.json["reason"])
    assert (field, message) in answer.causes
    assert {"name": "one", "group": "ex.dev", "kind": "Thing"} == {
        key: answer.json["details"][key] for key in ("name", "group", "kind")
    }


def test_all_violations_are_told_at_once(api: Api) -> None:
    """Nobody wants to learn of his mistakes one by one."""
    answer = api.post(THINGS, thing(owner="a" * 9, size=0, code="x"))

    assert ["spec.code", "spec.owner", "spec.size", "<nil>"] == [field for field, _ in answer.causes]
    assert answer.json["message"].startswith('Thing.ex.dev "one" is invalid: [spec.code: Invalid value: ')


def test_an_enumeration_lists_what_it_supports(api: Api) -> None:
    """A wrong phase is the mistake a state machine makes."""
    api.post(THINGS, thing())

    answer = api.merge(f"{ONE}/status", {"status": {"phase": "Old"}})

    assert ("status.phase", 'Unsupported value: "Old": supported values: "New", "Done"') in answer.causes


def test_a_format_is_checked(api: Api) -> None:
    """Times with microseconds are times."""
    api.post(THINGS, thing())

    bad = api.merge(f"{ONE}/status", {"status": {"since": "yesterday"}})
    good = api.merge(f"{ONE}/status", {"status": {"since": "2026-01-24T15:00:00.000001Z"}})

    why = 'Invalid value: "yesterday": since in body must be of type date-time: "yesterday"'
    assert ("status.since", why) in bad.causes
    assert 200 == good.status


def test_null_is_kept_where_it_is_allowed_and_dropped_elsewhere(api: Api) -> None:
    """A null for a field with a default becomes the default."""
    answer = api.post(THINGS, thing(note=None, code=None, size=None))

    assert {"owner": "ann", "note": None, "size": 5} == answer.json["spec"]


@pytest.mark.parametrize("port", [80, "http"])
def test_int_or_string_takes_both(api: Api, port: int | str) -> None:
    """As a service's target port."""
    assert port == api.post(THINGS, thing(port=port)).json["spec"]["port"]


def test_unknown_fields_are_kept_where_the_schema_says_so(api: Api) -> None:
    """x-kubernetes-preserve-unknown-fields."""
    free = {"a": {"b": [1, {"c": None}]}}

    assert free == api.post(THINGS, thing(free=free)).json["spec"]["free"]


def test_errors_in_what_an_update_leaves_alone_are_tolerated(api: Api) -> None:
    """KEP-4008: a tightened schema must not lock the objects that are there."""
    api.post(THINGS, thing(size=9))
    api.json_patch(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.ex.dev",
        {
            "op": "replace",
            "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum",
            "value": 6,
        },
    )

    assert 200 == api.merge(ONE, {"spec": {"note": "x"}}).status
    assert 422 == api.merge(ONE, {"spec": {"size": 8}}).status


_PARTS_OF_TIMES = st.tuples(
    st.sampled_from(["0000", "0001", "1900", "2000", "2023", "2024", "2100", "9999", "999"]),
    st.sampled_from(["00", "01", "02", "04", "11", "12", "13"]),
    st.sampled_from(["00", "01", "28", "29", "30", "31", "32"]),
    st.sampled_from(["T00:00:00", "t23:59:59", "T24:00:00", "T12:60:00", "T12:00:60", " 12:00:00", "T12:00"]),
    st.sampled_from(["", ".5", ",123456789", ".", "\u0663"]),
    st.sampled_from(["Z", "z", "+00:00", "-99:99", "", "+0000", "Z\n"]),
)


@given(_PARTS_OF_TIMES)
def test_the_pattern_of_times_holds_for_times_alone(parts: tuple[str, ...]) -> None:
    """One engine looks at an object as a whole, the other one says what is wrong with it."""
    text = "{}-{}-{}{}{}{}".format(*parts)
    engine = jsonschema_rs.Draft202012Validator({"pattern": DATE_TIME}, pattern_options=jsonschema_rs.RegexOptions())

    assert is_date_time(text) == engine.is_valid(text)
