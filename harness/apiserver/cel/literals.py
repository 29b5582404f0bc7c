"""Arguments that are written out and can never be right: patterns, spans and moments that do not parse."""

from collections.abc import Iterator

from harness.apiserver.cel.library.times import to_duration, to_timestamp
from harness.apiserver.cel.syntax import Call, Expr, Fold, Literal, MakeList, MakeMap, Parsed, Select
from harness.apiserver.cel.values import EvalError
from harness.apiserver.regex import PatternError, compile_pattern


def literal_problems(parsed: Parsed) -> str:
    """Return the errors of such arguments as CEL displays them, or nothing."""
    found = sorted(
        (parsed.shown(node, text) for node, text in _walk(parsed.root)),
        key=lambda one: one[0],
    )
    return "\n".join(text for _, text in found)


def _walk(expr: Expr) -> Iterator[tuple[int, str]]:  # noqa: C901  one case for each kind
    match expr:
        case Select():
            yield from _walk(expr.operand)
        case MakeList():
            for one in expr.elements:
                yield from _walk(one)
        case MakeMap():
            for entry in expr.entries:
                yield from _walk(entry.key)
                yield from _walk(entry.value)
        case Fold():
            for part in (expr.over, expr.init, expr.condition, expr.step, expr.result):
                yield from _walk(part)
        case Call():
            if expr.target is not None:
                yield from _walk(expr.target)
            for one in expr.args:
                yield from _walk(one)
            yield from _argument(expr)


def _argument(call: Call) -> Iterator[tuple[int, str]]:
    last = call.args[-1] if call.args else None
    if not isinstance(last, Literal) or not isinstance(last.value, str):
        return
    if call.function == "matches":
        try:
            compile_pattern(last.value)
        except PatternError:
            yield last.id, "invalid matches argument"
    elif call.function in {"duration", "timestamp"} and call.target is None:
        try:
            (to_duration if call.function == "duration" else to_timestamp)(last.value)
        except EvalError:
            yield last.id, f"invalid {call.function} argument"
