"""Capacities that several claims may share: how much of one may be asked for at a time (KEP-5075)."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, required
from harness.apiserver.kinds.resource.lists import distinct
from harness.apiserver.messages import Json, Object
from harness.apiserver.quantity import Quantity, parse_quantity

_MOST_VALUES: Final = 10


def policy_errors(capacity: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with how much of a capacity may be asked for."""
    policy, whole = capacity.get("requestPolicy"), _read(capacity.get("value") or "0")
    if policy is None:
        return
    here, values, span = f"{path}.requestPolicy", policy.get("validValues") or [], policy.get("validRange")
    if values and span is not None:
        detail = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'
        yield forbidden(here, detail)
        return
    kind = "validValues" if values else "validRange" if span is not None else ""
    if not kind:
        return
    if (usual := policy.get("default")) is None:
        yield required(f"{here}.default", f"required when {kind} is defined")
    elif values:
        yield from _value_errors(values, _read(usual), whole, f"{here}.validValues")
    else:
        yield from _span_errors(span or {}, _read(usual), whole, f"{here}.validRange")


def _read(text: Json) -> Quantity:
    return parse_quantity(str(text))


def _value_errors(values: list[Json], usual: Quantity, whole: Quantity, path: str) -> Iterator[FieldError]:
    amounts = [_read(one) for one in values]
    for index in range(1, len(amounts)):
        if amounts[index] < amounts[index - 1]:
            yield invalid(f"{path}[{index}]", str(amounts[index]), "values must be sorted in ascending order")

    def check(one: Json, here: str) -> Iterator[FieldError]:
        if whole < _read(one):
            yield invalid(here, str(_read(one)), f"option is larger than capacity value: {whole}")

    yield from distinct(values, path, check, key=lambda one: str(_whole(_read(one))), most=_MOST_VALUES)
    if len(values) > _MOST_VALUES or all(one.value != usual.value for one in amounts):
        yield invalid(path, str(usual), "default value is not valid according to the requestPolicy")


def _span_errors(span: Object, usual: Quantity, whole: Quantity, path: str) -> Iterator[FieldError]:
    if span.get("min") is None:
        yield required(f"{path}.min", "required when validRange is defined")
        return
    least = _read(span["min"])
    if whole < least:
        yield invalid(f"{path}.min", str(least), f"min is larger than capacity value: {whole}")
    if usual < least:
        yield invalid(f"{path}.min", str(usual), f"default is less than min: {least}")
    most = None if span.get("max") is None else _read(span["max"])
    if most is not None:
        if most < least:
            yield invalid(f"{path}.max", str(least), f"min is larger than max: {most}")
        if whole < most:
            yield invalid(f"{path}.max", str(most), f"max is larger than capacity value: {whole}")
        if most < usual:
            yield invalid(f"{path}.max", str(usual), f"default is more than max: {most}")
    if span.get("step") is not None:
        yield from _step_errors(_read(span["step"]), least, usual, most, whole, f"{path}.step")


def _step_errors(  # noqa: PLR0917  the six amounts and places of one rule
    step: Quantity, least: Quantity, usual: Quantity, most: Quantity | None, whole: Quantity, path: str
) -> Iterator[FieldError]:
    second = least + step
    if whole < second:
        yield invalid(path, str(step), f"one step {second} is larger than capacity value: {whole}")
    for one in (usual, *([] if most is None else [most])):
        if (_whole(one) - _whole(least)) % (_whole(step) or 1):
            detail = f"value is not a multiple of a given step ({step}) from ({least})"
            yield invalid(path, str(one), detail)


def _whole(amount: Quantity) -> int:
    """Return an amount as a whole number, rounded up."""
    return int(amount.rounded_up(0).value)
