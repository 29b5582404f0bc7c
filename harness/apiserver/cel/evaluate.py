"""Checked expressions as closures over an activation: evaluated in Python, at the real server's cost.

cel-cpp could evaluate, too; it takes no times, spans and unsigned numbers from outside, knows neither Kubernetes' libraries nor
folds over two variables, and does not count cost. A closure is as quick as the way into C++ and back.

A problem is a value like others for ``&&``, ``||`` and folds: ``false && problem`` is false. So the accumulator of a fold may hold
one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.apiserver.cel.checker import Checked
from harness.apiserver.cel.functions import CONSTANT_COST, implementation, run_cost
from harness.apiserver.cel.guards import guarded
from harness.apiserver.cel.syntax import Call, Expr, Fold, Ident, Literal, MakeList, MakeMap, MakeStruct, Select
from harness.apiserver.cel.types import VALUES
from harness.apiserver.cel.values import ABSENT, EvalError, Lazy, Made, Optional, type_of

Code = Callable[["Activation"], Any]

PER_CALL: Final = 1_000_000
"""What one evaluation may cost."""

_LIST, _MAP, _STRUCT = 10, 30, 40
_MISSING: Final[Any] = object()


class BudgetError(EvalError):
    """An evaluation has cost more than it may."""


class Activation:
    """The variables of one evaluation, and what it has cost so far."""

    __slots__ = ("cost", "limit", "variables")

    def __init__(self, variables: Mapping[str, Any], limit: int = PER_CALL) -> None:
        self.variables = dict(variables)
        self.cost = 0
        self.limit = limit

    def spend(self, units: int) -> None:
        """Add to the cost.

        :raises BudgetError: it is too much.
        """
        self.cost += units
        if self.cost > self.limit:
            raise BudgetError("operation cancelled: actual cost limit exceeded")


def compiled(checked: Checked) -> Code:
    """Return an expression as a function of an activation.

    It raises `EvalError` where the expression has no value.
    """
    return _Compiler(checked).code(checked.parsed.root)


class _Compiler:
    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def code(self, expr: Expr) -> Code:  # noqa: PLR0911  one line for each kind
        match expr:
            case Literal():
                value = expr.value
                return lambda _: value
            case Ident():
                return self._ident(expr.name)
            case Select():
                return self._select(expr)
            case Call():
                return self._call(expr)
            case MakeList():
                return self._list(expr)
            case MakeMap():
                return self._map(expr)
            case MakeStruct():
                return self._struct(expr)
            case Fold():
                return self._fold(expr)

    def _ident(self, name: str) -> Code:
        named = VALUES.get(name)

        def read(activation: Activation) -> Any:
            activation.cost += 1
            value = activation.variables.get(name, _MISSING)
            if value is _MISSING:
                if named is not None:
                    return named
                raise EvalError(f"no such attribute(s): {name}")
            if value.__class__ is _Failed:
                raise value.problem
            return value

        return read

    def _select(self, expr: Select) -> Code:
        if expr.id in self._checked.names:
            name = self._checked.names[expr.id]
            if name not in VALUES:
                return self._ident(name)
            named = VALUES[name]
            return lambda _: named
        operand, name = self.code(expr.operand), expr.name
        if expr.test:

            def test(activation: Activation) -> bool:
                found = operand(activation)
                if isinstance(found, Lazy):
                    _ = found[name]  # what cannot be computed cannot be asked about
                if isinstance(found, Optional):
                    found = found.value if found.present else {}
                return isinstance(found, dict) and name in found

            return test

        def select(activation: Activation) -> Any:
            found = operand(activation)
            activation.cost += 1
            if found.__class__ is dict:
                value = found.get(name, _MISSING)
                if value is _MISSING:
                    raise EvalError(f"no such key: {name}")
                return value
            return _selected(found, name)

        return select

    def _list(self, expr: MakeList) -> Code:
        parts = [(self.code(one), index in expr.optional) for index, one in enumerate(expr.elements)]

        def make(activation: Activation) -> list[Any]:
            out = []
            for part, optional in parts:
                value = part(activation)
                if optional:
                    if not value.present:
                        continue
                    value = value.value
                out.append(value)
            activation.spend(_LIST)
            return out

        return make

    def _map(self, expr: MakeMap) -> Code:
        parts = [(self.code(one.key), self.code(one.value), one.optional) for one in expr.entries]

        def make(activation: Activation) -> dict[Any, Any]:
            out: dict[Any, Any] = {}
            for key, value, optional in parts:
                name, item = key(activation), value(activation)
                if optional:
                    if not item.present:
                        continue
                    item = item.value
                if name in out:
                    raise EvalError(f"Failed with repeated key {name}")
                out[name] = item
            activation.spend(_MAP)
            return out

        return make

    def _struct(self, expr: MakeStruct) -> Code:
        parts = [(one.name, self.code(one.value), one.optional) for one in expr.fields]

        def make(activation: Activation) -> Made:
            out = Made(expr.name)
            for name, value, optional in parts:
                item = value(activation)
                if optional:
                    if not item.present:
                        continue
                    item = item.value
                out[name] = item
            activation.spend(_STRUCT)
            return out

        return make

    def _call(self, expr: Call) -> Code:  # noqa: PLR0911  one line for each form
        name = self._checked.names.get(expr.id, expr.function)
        args = [self.code(one) for one in expr.args]
        match name:
            case "_&&_":
                return _both(*args)
            case "_||_":
                return _either(*args)
            case "_?_:_":
                return _conditional(*args)
            case "@not_strictly_false":
                return _not_strictly_false(args[0])
            case "_?._":
                return _optional_select(args[0], expr.args[1].value if isinstance(expr.args[1], Literal) else "")
        types = [self._checked.types[one.id] for one in expr.args]
        member = expr.target is not None and expr.id not in self._checked.names
        if expr.target is not None and member:
            args = [self.code(expr.target), *args]
            types = [self._checked.types[expr.target.id], *types]
        function = implementation(name, member=member)
        function = guarded(name, function, self._checked.overloads.get(expr.id, ()), types)
        cost = run_cost(name)
        if len(args) == 2 and cost is CONSTANT_COST:
            return _binary(function, *args)

        def call(activation: Activation) -> Any:
            values = [one(activation) for one in args]
            result = function(*values)
            activation.spend(cost(values, result))
            return result

        return call

    def _fold(self, expr: Fold) -> Code:
        over, init = self.code(expr.over), self.code(expr.init)
        condition, step, result = self.code(expr.condition), self.code(expr.step), self.code(expr.result)
        first, second, accumulator = expr.variable, expr.second, expr.accumulator

        def fold(activation: Activation) -> Any:
            collection = over(activation)
            variables = activation.variables
            saved = [(name, variables.get(name, _MISSING)) for name in (first, second, accumulator) if name]
            try:
                variables[accumulator] = init(activation)
                for one, other in _items(collection, two=bool(second)):
                    variables[first] = one
                    if second:
                        variables[second] = other
                    if condition(activation) is not True:
                        break
                    try:
                        variables[accumulator] = step(activation)
                    except BudgetError:
                        raise
                    except EvalError as problem:
                        variables[accumulator] = _Failed(problem)
                    if activation.cost > activation.limit:
                        activation.spend(0)
                return result(activation)
            finally:
                for name, value in saved:
                    if value is _MISSING:
                        variables.pop(name, None)
                    else:
                        variables[name] = value

        return fold


class _Failed:
    """What an accumulator holds after a problem."""

    __slots__ = ("problem",)

    def __init__(self, problem: EvalError) -> None:
        self.problem = problem


def _items(collection: Any, *, two: bool) -> Any:
    if isinstance(collection, Optional):
        raise EvalError("no such overload")
    if isinstance(collection, dict):
        return list(collection.items())
    if isinstance(collection, list):
        return enumerate(collection) if two else [(one, None) for one in collection]
    raise EvalError(
        f"got 'types.{type_of(collection).kind.removesuffix('_type').capitalize()}', expected iterable type"
    )


def _selected(found: Any, name: str) -> Any:
    if isinstance(found, Optional):
        if not found.present:
            return ABSENT
        inner = found.value
        return Optional(present=True, value=inner[name]) if isinstance(inner, dict) and name in inner else ABSENT
    if isinstance(found, Made | Lazy) and name in found:
        return found[name]
    raise EvalError(f"no such key: {name}")


def _optional_select(operand: Code, name: str) -> Code:
    def select(activation: Activation) -> Optional:
        found = operand(activation)
        activation.cost += 1
        if isinstance(found, Optional):
            if not found.present:
                return ABSENT
            found = found.value
        return Optional(present=True, value=found[name]) if isinstance(found, dict) and name in found else ABSENT

    return select


def _binary(function: Callable[..., Any], left: Code, right: Code) -> Code:
    def call(activation: Activation) -> Any:
        activation.cost += 1
        return function(left(activation), right(activation))

    return call


def _both(left: Code, right: Code) -> Code:
    return _logical(left, right, decisive=False)


def _either(left: Code, right: Code) -> Code:
    return _logical(left, right, decisive=True)


def _logical(left: Code, right: Code, *, decisive: bool) -> Code:
    def call(activation: Activation) -> Any:
        one: Any
        problem: EvalError | None = None
        try:
            one = left(activation)
        except BudgetError:
            raise
        except EvalError as found:
            one, problem = None, found
        if one is decisive:  # never anything but a boolean
            return decisive
        try:
            other = right(activation)
        except BudgetError:
            raise
        except EvalError as found:
            raise problem or found from None
        if other is decisive:
            return decisive
        if problem is not None:
            raise problem
        if one.__class__ is not bool or other.__class__ is not bool:
            raise EvalError("no such overload")
        return not decisive

    return call


def _conditional(condition: Code, yes: Code, no: Code) -> Code:
    def call(activation: Activation) -> Any:
        found = condition(activation)
        if found.__class__ is not bool:
            raise EvalError("no such overload")
        return yes(activation) if found else no(activation)

    return call


def _not_strictly_false(inner: Code) -> Code:
    def call(activation: Activation) -> bool:
        activation.cost += 1
        try:
            return inner(activation) is not False
        except BudgetError:
            raise
        except EvalError:
            return True

    return call
