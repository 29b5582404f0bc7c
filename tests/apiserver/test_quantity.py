"""Quantities: what is read, and how it is printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.apiserver.quantity import QuantityError, canonical_quantity, parse_quantity


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("1000m", "1"),
        ("1024Mi", "1Gi"),
        ("0.5Gi", "512Mi"),
        ("1.5", "1500m"),
        ("1.500", "1.500"),
        ("0.0001", "100u"),
        ("0.1n", "1n"),
        ("1e3", "1e3"),
        ("1E3", "1E3"),
        ("1e2", "100"),
        ("100000", "100k"),
        ("-5000", "-5k"),
        ("8Ki", "8Ki"),
        ("2048", "2048"),
        ("1000Ki", "1000Ki"),
        ("0.5Ki", "512"),
        ("00", "0"),
        ("+1", "+1"),
        ("100Ei", "9223372036854775807"),
        (5, "5"),
        (0.5, "500m"),
    ],
)
def test_a_quantity_is_printed_in_its_canonical_form(given: str | float, printed: str) -> None:
    """As kube-apiserver 1.36 stores it."""
    assert printed == canonical_quantity(given)


@pytest.mark.parametrize("text", ["m", "Ki", "E", ".", "-"])
def test_a_suffix_without_a_number_is_zero(text: str) -> None:
    """Odd, and so it is."""
    assert "0" == str(parse_quantity(text))


@pytest.mark.parametrize("text", ["", " ", "one", "1x", "1..2", "1KiB", "--1", "e", "1e"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    """With the parser's own words."""
    with pytest.raises(QuantityError):
        parse_quantity(text)


def test_quantities_of_different_notations_compare_by_value() -> None:
    """1Ki is more than 1k."""
    assert parse_quantity("1k") < parse_quantity("1Ki")
    assert parse_quantity("1000m").value == parse_quantity("1").value


def test_a_sum_has_the_notation_of_its_first_part() -> None:
    """As a quota's usage is printed."""
    assert "1536Mi" == str(parse_quantity("1Gi") + parse_quantity("512Mi"))
    assert "1500m" == str(parse_quantity("0") + parse_quantity("1500m"))


def test_rounding_goes_away_from_zero() -> None:
    """Requests below a thousandth count as one."""
    assert "1m" == str(parse_quantity("0.0001").rounded_up(-3))


@given(st.integers(-(10**15), 10**15), st.sampled_from(["", "m", "k", "Ki", "Mi", "Gi"]))
def test_the_canonical_form_says_the_same_and_is_stable(number: int, suffix: str) -> None:
    """Printing loses nothing above a billionth, and a second time changes nothing."""
    quantity = parse_quantity(f"{number}{suffix}")

    again = parse_quantity(str(quantity))

    assert quantity.value == again.value or abs(quantity.value) >= Decimal(2**63 - 1)
    assert str(again) == str(parse_quantity(str(again)))
