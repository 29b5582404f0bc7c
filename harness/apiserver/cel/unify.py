"""Type variables and what stands for them: the unification of cel-go's checker."""

from collections.abc import Sequence

from harness.apiserver.cel.declarations import Overload
from harness.apiserver.cel.types import DYN, Type

_NULLABLE = frozenset({"optional_type", "opaque", "struct", "duration", "timestamp"})
_LOOSE = frozenset({"dyn", "error"})


class Unifier:
    """The substitutions that the check of one expression has made so far."""

    def __init__(self) -> None:
        self._known: dict[str, Type] = {}
        self._count = 0

    def variable(self) -> Type:
        """Return a new type variable."""
        self._count += 1
        return Type("param", name=f"_var{self._count - 1}")

    def fresh(self, overload: Overload) -> tuple[tuple[Type, ...], Type]:
        """Return the parameters and the result of an overload, with variables of its own."""
        if not overload.variables:
            return overload.params, overload.result
        names = {name: self.variable() for name in sorted(overload.variables)}
        return tuple(_renamed(one, names) for one in overload.params), _renamed(overload.result, names)

    def assign(self, one: Type, other: Type) -> bool:
        """Tell whether two types agree, and note what makes them."""
        return self.assign_all((one,), (other,))

    def assign_all(self, ones: Sequence[Type], others: Sequence[Type]) -> bool:
        """Tell whether lists of types agree; where they do not, nothing is noted."""
        if len(ones) != len(others):
            return False
        before = dict(self._known)
        if all(self._agree(one, other) for one, other in zip(ones, others, strict=True)):
            return True
        self._known = before
        return False

    def substitute(self, found: Type, *, to_dyn: bool = False) -> Type:
        """Return a type with its variables replaced by what is known of them; with ``to_dyn`` the others by ``dyn``."""
        while found.kind == "param" and found.name in self._known:
            found = self._known[found.name]
        if found.kind == "param":
            return DYN if to_dyn else found
        if not found.params:
            return found
        return Type(found.kind, tuple(self.substitute(one, to_dyn=to_dyn) for one in found.params), found.name)

    def most_general(self, one: Type, other: Type) -> Type:
        """Return the less specific of two types that agree."""
        return one if _is_less_specific(one, other) else other

    def _agree(self, one: Type, other: Type) -> bool:  # noqa: PLR0911  the steps of the real checker
        if other.kind == "param":
            valid, bound = self._stands_for(one, other)
            if valid or bound:
                return valid
        if one.kind == "param":
            return self._stands_for(other, one)[0]
        if one.kind in _LOOSE or other.kind in _LOOSE:
            return True
        if "null_type" in (one.kind, other.kind):
            rest = other if one.kind == "null_type" else one
            return rest.kind in _NULLABLE or rest.kind == "null_type"
        if one.kind != other.kind or one.name != other.name:
            return False
        if one.kind == "type":
            return True
        return len(one.params) == len(other.params) and all(map(self._agree, one.params, other.params))

    def _stands_for(self, found: Type, variable: Type) -> tuple[bool, bool]:
        """Tell whether ``found`` can stand for a variable, and whether something does already."""
        if found == variable:
            return True, True
        known = self._known.get(variable.name)
        if known is not None:
            if found == known:
                return True, True
            if self._agree(found, known):
                general = self.most_general(found, known)
                if not self._occurs(variable, general):
                    self._known[variable.name] = general
                return True, True
            return False, True
        if self._occurs(variable, found):
            return False, False
        self._known[variable.name] = found
        return True, False

    def _occurs(self, variable: Type, within: Type) -> bool:
        if variable == within:
            return True
        if within.kind == "param":
            known = self._known.get(within.name)
            return known is not None and self._occurs(variable, known)
        return any(self._occurs(variable, one) for one in within.params)


def _renamed(found: Type, names: dict[str, Type]) -> Type:
    if found.kind == "param":
        return names[found.name]
    if not found.params:
        return found
    return Type(found.kind, tuple(_renamed(one, names) for one in found.params), found.name)


def _is_less_specific(one: Type, other: Type) -> bool:
    if one.kind in {"dyn", "param"}:
        return True
    if other.kind in {"dyn", "param"} or one.kind != other.kind:
        return False
    if one.kind in {"list", "map", "optional_type", "opaque"}:
        return one.name == other.name and all(map(_is_less_specific, one.params, other.params))
    return one.kind == "type" or one == other
