"""Which JSON survives the database, and its canonical form."""

import json
import math
import re
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.datastorage.errors import UnstorableValue
from services.datastorage.jsonvalues import MAX_DEPTH, SAFE_INTEGER, canonical, decode, storable

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
NUMBERS = st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@given(ANY_JSON)
def test_the_quick_way_to_canonical_json_writes_what_rfc_8785_writes(value: Any) -> None:
    """Most events take the quick way; an auditor with any other implementation has to get the same hashes."""
    assert rfc8785.dumps(storable(value)) == canonical(storable(value))


@pytest.mark.slow
@given(ANY_JSON)
def test_what_is_storable_is_read_back_as_it_was_whoever_writes_it(value: Any) -> None:
    """Hashing happens before storing and verifying after reading: the two values have to be one."""
    stored = storable(value)

    assert stored == decode(json.dumps(stored))
    assert canonical(stored) == canonical(decode(json.dumps(stored)))


@pytest.mark.parametrize(
    ("expected", "sent"),
    [(1, 1.0), (0, -0.0), (SAFE_INTEGER, float(SAFE_INTEGER)), (1e300, 1e300), (0.1, 0.1), (True, True)],
)
def test_numbers_have_one_form(expected: Any, sent: Any) -> None:
    """1 and 1.0 are one number in JSON; two forms would be two hashes."""
    assert repr(expected) == repr(storable(sent))


@pytest.mark.parametrize("literal", ["1e300", "1" + "0" * 300, "1e22", "10000000000000000000000"])
def test_a_double_beyond_2_53_is_the_same_double_when_the_database_writes_its_digits(literal: str) -> None:
    """PostgreSQL returns 1e300 as 301 digits."""
    assert isinstance(decode(literal), float)
    assert float(literal) == decode(literal)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("a[1] is an integer beyond 2^53", {"a": [0, 2**53]}),
        ("n is nan", {"n": math.nan}),
        ("n is -inf", {"n": -math.inf}),
        ("deep.text holds the character U+0000", {"deep": {"text": "a\x00"}}),
        ("a key of the value holds half of a surrogate pair", {"\ud800": 1}),
        ("t holds half of a surrogate pair at position 1", {"t": "x\udfff"}),
        ("o is a object, which is no JSON value", {"o": object()}),
    ],
)
def test_what_would_not_come_back_is_refused_by_its_place(place: str, value: Any) -> None:
    """A number that lost a digit on the way would look like tampering."""
    with pytest.raises(UnstorableValue, match=re.escape(place)):
        storable(value)


def test_nesting_ends_before_anybody_runs_out_of_stack() -> None:
    """A body of ten thousand brackets is an attack, not an event."""
    value: Any = 1
    for _ in range(MAX_DEPTH + 1):
        value = [value]

    with pytest.raises(UnstorableValue, match="nested deeper than 64 levels"):
        storable(value)


@pytest.mark.parametrize("value", [{"n": math.nan}, {"n": 2**60}, {"n": 2**70}, {"t": "\ud800"}])
def test_what_has_no_canonical_form_says_so(value: Any) -> None:
    """A row that somebody filled with nonsense must be named as tampered, not crash verification."""
    with pytest.raises(UnstorableValue, match="no canonical JSON"):
        canonical(value)
