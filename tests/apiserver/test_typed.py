"""Types, sets of fields, merging: the laws that server-side apply rests on."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.apiserver.openapi import component
from harness.apiserver.typed import custom_type, type_node
from harness.apiserver.typed.comparing import compare
from harness.apiserver.typed.elements import key_element, order, printed, read_element, value_element
from harness.apiserver.typed.fieldsets import difference, in_order, intersection, members, of_paths, read, union
from harness.apiserver.typed.mentioning import mentioned, reconciled
from harness.apiserver.typed.merging import merged
from harness.apiserver.typed.nodes import OBJECT_META
from harness.apiserver.typed.removing import removed

KIND = custom_type(
    {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                    "set": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
                    "unit": {"type": "array", "items": {"type": "integer"}},
                    "parts": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                        "items": {
                            "type": "object",
                            "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
                        },
                    },
                },
            }
        },
    }
)

names = st.sampled_from("abcd")
parts = st.dictionaries(names, st.integers(0, 3), max_size=4).map(
    lambda found: [{"name": name, "size": size} for name, size in found.items()]
)
specs = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=2),
        "free": st.recursive(
            st.integers(0, 2), lambda inner: st.dictionaries(names, inner, max_size=3), max_leaves=5
        ).map(lambda found: {"x": found}),
        "set": st.lists(names, unique=True),
        "unit": st.lists(st.integers(0, 2), max_size=3),
        "parts": parts,
    },
)
objects = specs.map(lambda spec: {"spec": spec})


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects)
def test_a_value_merged_into_itself_is_itself(value: dict[str, Any]) -> None:
    """Applying twice changes nothing."""
    assert value == merged(KIND, value, value)


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects, objects)
def test_what_was_merged_stands(value: dict[str, Any], config: dict[str, Any]) -> None:
    """A second apply of the same configuration finds nothing to change."""
    once = merged(KIND, value, config)

    assert once == merged(KIND, once, config)


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects, objects)
def test_disjoint_configurations_merge_in_any_order(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Managers that own different fields do not depend on who comes first: the same fields, the same values."""
    other = removed(KIND, other, mentioned(KIND, one)) or {}

    first, second = merged(KIND, merged(KIND, {}, one), other), merged(KIND, merged(KIND, {}, other), one)

    found = compare(first, second, KIND)
    assert ({}, {}, {}) == found


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects, objects)
def test_a_comparison_names_what_came_and_went(one: dict[str, Any], other: dict[str, Any]) -> None:
    """What is written is what the second has; what is removed the second does not have."""
    found = compare(one, other, KIND)

    assert {} == intersection(found.removed, mentioned(KIND, other))
    assert ({}, {}, {}) == compare(other, other, KIND)


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects)
def test_sets_of_fields_survive_the_wire(value: dict[str, Any]) -> None:
    """fieldsV1 is written in one order and read back as it was."""
    fields = mentioned(KIND, value)

    assert fields == read(in_order(fields))


@pytest.mark.slow
@settings(max_examples=200, derandomize=True)
@given(objects, objects)
def test_sets_obey_the_laws_of_sets(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Ownership is added and taken by them."""
    mine, theirs = mentioned(KIND, one), mentioned(KIND, other)

    assert set(members(mine)) | set(members(theirs)) == set(members(union(mine, theirs)))
    assert set(members(mine)) & set(members(theirs)) == set(members(intersection(mine, theirs)))
    assert set(members(mine)) - set(members(theirs)) == set(members(difference(mine, theirs)))


def test_membership_of_a_field_and_of_those_below_is_independent() -> None:
    """Taking ``.a`` away leaves ``.a.b``, as a manager may own one and not the other."""
    both = of_paths(("f:a",), ("f:a", "f:b"))

    assert {"f:a": {"f:b": {}}} == difference(both, of_paths(("f:a",)))
    assert {"f:a": {}} == difference(both, of_paths(("f:a", "f:b")))
    assert {"f:a": {".": {}, "f:b": {}}} == union(of_paths(("f:a", "f:b")), of_paths(("f:a",)))


def test_elements_are_canonical() -> None:
    """Two clients may write the same key in two ways; it is one field."""
    assert key_element({"a": "x", "b": 1}) == read_element('k:{"b": 1.0, "a":"x"}')
    assert 'v:"\\u003c"' == value_element("<")
    assert '[a="x",b=1]' == printed(key_element({"b": 1, "a": "x"}))
    assert ["f:b", 'k:{"n":2}', 'k:{"n":10}', "i:2", "i:10"] == sorted(
        ["i:10", 'k:{"n":10}', "f:b", "i:2", 'k:{"n":2}'], key=order
    )


def test_a_list_that_became_one_unit_is_owned_as_one() -> None:
    """A definition may change from merged to atomic while somebody owns items."""
    atomic = custom_type({"type": "object", "properties": {"parts": {"type": "array", "items": {"type": "object"}}}})

    assert {"f:parts": {}} == reconciled(atomic, {"f:parts": {'k:{"name":"a"}': {".": {}, "f:size": {}}}})
    assert {"f:parts": {}} == reconciled(atomic, {"f:parts": {}})


def test_metadata_of_custom_resources_is_that_of_all() -> None:
    """It is written down apart, so that custom resources never load the OpenAPI data; it must not drift from it."""
    published = component("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    theirs, ours = type_node(published, component), type_node(OBJECT_META, component)

    assert theirs.map is not None
    assert ours.map is not None
    assert sorted(theirs.map.names) == sorted(ours.map.names)
    for name in theirs.map.names:
        one, other = theirs.child(name), ours.child(name)
        assert one is not None
        assert other is not None
        assert (one.scalar, one.strategies, one.merge_key) == (other.scalar, other.strategies, other.merge_key)
        assert (one.list and (one.list.kind, one.list.keys)) == (other.list and (other.list.kind, other.list.keys))


def test_types_may_contain_themselves() -> None:
    """A schema has properties that are schemas."""
    node = type_node(component("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"), component)

    for _ in range(20):
        child = node.child("properties")
        assert child is not None
        inner = child.child("any")
        assert inner is not None
        node = inner
