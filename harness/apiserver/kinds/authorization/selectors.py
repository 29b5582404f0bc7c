"""Selectors in an access review (KEP-4601): checked, and told when they cannot be read. RBAC does not look at them."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.errors import BadRequest
from harness.apiserver.fields import FieldError, forbidden, invalid, required
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value, qualified_name
from harness.apiserver.selectors import parse_labels

_PATH: Final = "spec.resourceAttributes"
_WITH_VALUES: Final = ("In", "NotIn")
_WITHOUT_VALUES: Final = ("Exists", "DoesNotExist")


def selector_errors(attributes: Object | None) -> Iterator[FieldError]:
    """Yield what is wrong with the selectors of a wish. Unknown operators are let pass, for newer clients."""
    for name in ("fieldSelector", "labelSelector"):
        selector = (attributes or {}).get(name)
        if selector is None:
            continue
        path = f"{_PATH}.{name}"
        raw, requirements = selector.get("rawSelector") or "", selector.get("requirements") or ()
        if raw and requirements:
            yield invalid(f"{path}.rawSelector", raw, "may not specified at the same time as requirements")
        if not raw and not requirements:
            detail = f"when {path} is specified, requirements or rawSelector is required"
            yield required(f"{path}.requirements", detail)
        for index, one in enumerate(requirements):
            here = f"{path}.requirements[{index}]"
            if name == "fieldSelector" and not one.get("key"):
                yield required(f"{here}.key", "must be specified")
            yield from _value_errors(one, here)
            if name == "labelSelector":
                yield from _label_errors(one, here)


def _value_errors(requirement: Object, path: str) -> Iterator[FieldError]:
    operator, values = requirement.get("operator"), requirement.get("values")
    if operator in _WITH_VALUES and not values:
        yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    if operator in _WITHOUT_VALUES and values:
        yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")


def _label_errors(requirement: Object, path: str) -> Iterator[FieldError]:
    key = requirement.get("key") or ""
    yield from (invalid(f"{path}.key", key, wrong) for wrong in qualified_name(key))
    for index, value in enumerate(requirement.get("values") or ()):
        yield from (invalid(f"{path}.values[{index}]", value, wrong) for wrong in label_value(value))


def evaluation_error(attributes: Object) -> str:
    """Return what is said of selectors that cannot be read, in part or at all; "" when all is well."""
    problems = []
    for name, unreadable in (("fieldSelector", _unreadable_field), ("labelSelector", _unreadable_label)):
        selector = attributes.get(name) or {}
        requirements = selector.get("requirements") or ()
        bad = [unreadable(one) for one in requirements]
        raw = selector.get("rawSelector") or ""
        if any(bad):
            partially = "" if all(bad) else "partially "
            problems.append(f"{_PATH}.{name} {partially}ignored due to parse error")
        elif raw and not requirements and _unreadable_text(name, raw):
            problems.append(f"{_PATH}.{name} ignored due to parse error")
    return "; ".join(problems)


def _unreadable_field(requirement: Object) -> bool:
    return requirement.get("operator") not in _WITH_VALUES or len(requirement.get("values") or ()) != 1


def _unreadable_label(requirement: Object) -> bool:
    return requirement.get("operator") not in _WITH_VALUES + _WITHOUT_VALUES


def _unreadable_text(name: str, text: str) -> bool:
    if name == "fieldSelector":
        return any("=" not in term for term in text.split(",") if term)
    try:
        parse_labels(text)
    except BadRequest:
        return True
    return False
