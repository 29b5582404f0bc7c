"""Label selectors as objects carry them (``matchLabels`` and ``matchExpressions``): checked, matched, printed.

Selectors in queries are texts, see ``selectors``; both match through `LabelSelector`. Rules and texts are those of
apimachinery's ``meta/v1`` and its validation.
"""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, Printed, forbidden, go_value, invalid, required
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value, qualified_name
from harness.apiserver.selectors import EVERY_LABEL, LabelSelector, Requirement

NO_LABEL: Final = LabelSelector((Requirement("", "in"),))
"""Matches nothing: what a selector that is not there selects."""

_OPERATORS: Final = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def selector_errors(selector: Object | None, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a selector; one that is not there is not looked at."""
    for key, value in ((selector or {}).get("matchLabels") or {}).items():
        here = f"{path}.matchLabels"
        yield from (invalid(here, key, wrong) for wrong in qualified_name(key))
        yield from (invalid(here, value, wrong) for wrong in label_value(value))
    for index, one in enumerate((selector or {}).get("matchExpressions") or ()):
        yield from _expression_errors(one, f"{path}.matchExpressions[{index}]")


def _expression_errors(expression: Object, path: str) -> Iterator[FieldError]:
    operator, values = expression.get("operator") or "", expression.get("values") or []
    if operator not in _OPERATORS:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    elif operator in {"In", "NotIn"}:
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif values:
        yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    key = expression.get("key") or ""
    yield from (invalid(f"{path}.key", key, wrong) for wrong in qualified_name(key))
    for index, value in enumerate(values):
        yield from (invalid(f"{path}.values[{index}]", value, wrong) for wrong in label_value(value))


def as_selector(selector: Object | None) -> LabelSelector | None:
    """Return what an object's selector matches with, or None for one that is not valid.

    One that is not there matches nothing, an empty one everything.
    """
    if selector is None:
        return NO_LABEL
    if next(selector_errors(selector, ""), None) is not None:
        return None
    labels = [Requirement(key, "in", (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    others = [
        Requirement(one["key"], _OPERATORS[one["operator"]], tuple(one.get("values") or ()))
        for one in selector.get("matchExpressions") or ()
    ]
    return LabelSelector((*labels, *others)) if labels or others else EVERY_LABEL


def selector_text(selector: Object | None) -> str:
    """Return a valid selector as a query's text: ``app=web,tier in (a,b)``, by key; "" where there is none."""
    terms = [(key, f"{key}={value}") for key, value in ((selector or {}).get("matchLabels") or {}).items()]
    for one in (selector or {}).get("matchExpressions") or ():
        key, values = one["key"], ",".join(sorted(one.get("values") or ()))
        words = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key}
        terms.append((key, words.get(one["operator"], f"!{key}")))
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0]))


def printed_selector(selector: Object | None) -> Printed:
    """Return a selector as messages show it: its fields in the order in which Go declares them."""
    if selector is None:
        return Printed("null")
    shown = []
    if labels := selector.get("matchLabels"):
        shown.append(f'"matchLabels":{go_value(labels)}')
    if expressions := selector.get("matchExpressions"):
        listed = ",".join(_printed_expression(one) for one in expressions)
        shown.append(f'"matchExpressions":[{listed}]')
    return Printed("{" + ",".join(shown) + "}")


def _printed_expression(expression: Object) -> str:
    names = ["key", "operator", *(["values"] if expression.get("values") else [])]
    return "{" + ",".join(f'"{name}":{go_value(expression.get(name) or "")}' for name in names) + "}"
