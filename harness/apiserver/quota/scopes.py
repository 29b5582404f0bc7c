"""The scopes of a quota: which objects it is about."""

from collections.abc import Iterator, Sequence
from typing import Final

from harness.apiserver.messages import Object
from harness.apiserver.selectors import Requirement

_OPERATORS: Final = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def scopes_of(spec: Object) -> Iterator[Object]:
    """Yield the scopes of a quota, those that are only named and those that are selected by value, in one form."""
    for name in spec.get("scopes") or ():
        yield {"scopeName": name, "operator": "Exists"}
    yield from (spec.get("scopeSelector") or {}).get("matchExpressions") or ()


def matches_any(scope: Object, names: Sequence[str]) -> bool:
    """Tell whether one of the names that an object has in a scope, or that it has none, is as the scope's operator wants."""
    if scope.get("operator") == "Exists":
        return bool(names)
    wanted = Requirement("", _OPERATORS[scope["operator"]], tuple(scope.get("values") or ()))
    return any(wanted.matches({"": name}) for name in names) if names else wanted.matches({})
