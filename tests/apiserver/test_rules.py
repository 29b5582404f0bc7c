"""Validation rules in CEL (x-kubernetes-validations)."""

import pytest

from .fronts import Api
from .samples import CRDS, THINGS, definition, thing

ONE = f"{THINGS}/one"


def define(api: Api, field: dict) -> None:
    """Define a kind whose spec has one field ``f``."""
    spec = {"type": "object", "properties": {"f": field}}
    crd = definition({"type": "object", "properties": {"spec": spec, "status": {"type": "object"}}})
    del crd["spec"]["versions"][0]["selectableFields"]
    answer = api.post(CRDS, crd)
    assert 201 == answer.status, answer.text


def made(value) -> dict:
    return {"apiVersion": "ex.dev/v1", "kind": "Thing", "metadata": {"name": "one"}, "spec": {"f": value}}


def test_a_rule_that_fails_is_reported_with_its_message(api: Api) -> None:
    """Of an object no value is repeated."""
    answer = api.post(THINGS, thing(low=3, high=2))

    assert [("spec", "Invalid value: low above high")] == answer.causes


def test_a_transition_rule_compares_with_what_is_stored(api: Api) -> None:
    """How a spec is made immutable; of a scalar the value is shown."""
    api.post(THINGS, thing())

    answer = api.merge(ONE, {"spec": {"owner": "bob"}})

    assert [("spec.owner", 'Invalid value: "bob": owner is immutable')] == answer.causes
    assert 200 == api.merge(ONE, {"spec": {"size": 6}}).status


def test_elements_of_a_map_list_are_correlated_by_key(api: Api) -> None:
    """Not by place: the list may be reordered."""
    api.post(THINGS, thing(parts=[{"name": "a", "weight": 5}, {"name": "b", "weight": 1}]))

    fine = api.merge(ONE, {"spec": {"parts": [{"name": "b", "weight": 2}, {"name": "a", "weight": 5}]}})
    bad = api.merge(ONE, {"spec": {"parts": [{"name": "b", "weight": 1}, {"name": "a", "weight": 5}]}})

    assert 200 == fine.status
    assert [("spec.parts[0].weight", "Invalid value: 1: only heavier")] == bad.causes


def test_rules_are_not_run_on_what_has_not_even_the_right_shape(api: Api) -> None:
    """They would fail for the wrong reason; the server says that they were not run."""
    answer = api.post(THINGS, thing(low=3, high=2, size="x"))

    assert ["spec.size", "<nil>"] == [field for field, _ in answer.causes]
    assert "some validation rules were not checked because the object was invalid" in answer.causes[1][1]


def test_message_expression_reason_and_field_path(bare: Api) -> None:
    """What a rule may say about its failure."""
    rule = {
        "rule": "self.a < 3",
        "messageExpression": "'a is %d'.format([self.a])",
        "reason": "FieldValueForbidden",
        "fieldPath": ".a",
    }
    define(bare, {"type": "object", "properties": {"a": {"type": "integer"}}, "x-kubernetes-validations": [rule]})

    answer = bare.post(THINGS, made({"a": 4}))

    [cause] = answer.json["details"]["causes"]
    assert {"reason": "FieldValueForbidden", "message": "Forbidden: a is 4", "field": "spec.f.a"} == cause


def test_a_rule_without_a_message_shows_itself(bare: Api) -> None:
    """And one that cannot be evaluated shows why."""
    define(bare, {"type": "integer", "x-kubernetes-validations": [{"rule": "10 / self > 4"}]})

    assert [("spec.f", "Invalid value: 5: failed rule: 10 / self > 4")] == bare.post(THINGS, made(5)).causes
    [(field, message)] = bare.post(THINGS, made(0)).causes
    assert "spec.f" == field
    assert message.endswith("evaluating rule: 10 / self > 4")


def test_optional_old_self_runs_at_creation_too(bare: Api) -> None:
    """KEP-4008."""
    rule = {"rule": "oldSelf.hasValue() || self == 'first'", "message": "begin with first", "optionalOldSelf": True}
    define(bare, {"type": "string", "x-kubernetes-validations": [rule]})

    assert [("spec.f", 'Invalid value: "other": begin with first')] == bare.post(THINGS, made("other")).causes
    assert 201 == bare.post(THINGS, made("first")).status
    assert 200 == bare.merge(ONE, {"spec": {"f": "other"}}).status


@pytest.mark.parametrize(
    ("field", "rule", "good", "bad"),
    [
        ({"type": "number"}, "self > 1.5", 2, 1),
        ({"type": "string"}, "self.matches('^[a-z]+$')", "abc", "ABC"),
        ({"type": "string"}, "self.split(',').size() == 2", "a,b", "a"),
        ({"type": "array", "items": {"type": "integer"}}, "self.all(x, x > 0)", [1, 2], [0]),
        ({"type": "array", "items": {"type": "integer"}}, "self.sum() == 3", [1, 2], [1]),
        ({"type": "array", "items": {"type": "string"}}, "self.exists_one(x, x == 'a')", ["a", "b"], ["a", "a"]),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "size(self) < 2", {"a": "b"}, {"a": "", "b": ""}),
        ({"type": "object", "properties": {"a-b": {"type": "integer"}}}, "self.a__dash__b == 1", {"a-b": 1}, {"a-b": 2}),
        ({"type": "string"}, "timestamp(self) > timestamp('2026-01-01T00:00:00Z')", "2026-02-01T00:00:00Z", "2025-01-01T00:00:00Z"),
        ({"type": "string"}, "duration(self) <= duration('1h')", "30m", "2h"),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, "self.?a.orValue(1) == 1", {}, {"a": 2}),
    ],
)  # fmt: skip
def test_the_libraries_of_rules(bare: Api, field: dict, rule: str, good, bad) -> None:
    """One rule of each library that Kubernetes' environment has and the evaluator knows."""
    define(bare, field | {"x-kubernetes-validations": [{"rule": rule, "message": "no"}]})

    assert 422 == bare.post(THINGS, made(bad)).status
    assert 201 == bare.post(THINGS, made(good)).status


def _outgrown(api: Api, rule: str) -> None:
    """Store an object whose field ``f`` is 1, and give the field a rule."""
    field = {"type": "object", "properties": {"f": {"type": "integer"}, "g": {"type": "integer"}}}
    define(api, field)
    api.post(THINGS, made({"f": 1}))
    crd = api.get(f"{CRDS}/things.ex.dev").json
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["f"]
    schema["properties"]["f"]["x-kubernetes-validations"] = [{"rule": rule}]
    assert 200 == api.put(f"{CRDS}/things.ex.dev", crd).status


def test_what_a_later_rule_finds_is_warned_of_until_it_is_mended(bare: Api) -> None:
    """An object that was good when it was made must not be locked by a rule of tomorrow, nor be wrong in silence."""
    _outgrown(bare, "self > 1")
    said = '299 - "spec.f.f: Invalid value: 1: failed rule: self > 1"'

    for number in (1, 2):  # the second one is by an object that was written under the rule
        assert said == bare.merge(ONE, {"spec": {"f": {"g": number}}}).headers["warning"]
    assert 422 == bare.merge(ONE, {"spec": {"f": {"f": 0}}}).status
    assert "warning" not in bare.merge(ONE, {"spec": {"f": {"f": 2}}}).headers
    assert "warning" not in bare.merge(ONE, {"spec": {"f": {"g": 3}}}).headers


def test_a_later_rule_without_a_value_is_not_tolerated(bare: Api) -> None:
    """Only what is false is; a rule that breaks on a value breaks each write, until the value is another."""
    _outgrown(bare, "1 / (self - 1) > 0")

    answer = bare.merge(ONE, {"spec": {"f": {"g": 1}}})

    assert ["spec.f.f"] == [field for field, _ in answer.causes]
    assert "division by zero" in answer.causes[0][1]
    assert 200 == bare.merge(ONE, {"spec": {"f": {"f": 2}}}).status
