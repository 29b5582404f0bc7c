"""Validation rules (``x-kubernetes-validations``, KEP-2876, KEP-4008): compiled once, run on what has changed.

A rule without ``oldSelf`` that fails on a value which an update leaves alone is tolerated, with a warning (ratcheting); where it has
no value at all, it is not. On an object that is known to pass, such a rule is not run. A transition rule runs only where an old value can be correlated: properties, map values, and
list elements of ``x-kubernetes-list-type: map``. All rules of one request share a budget.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import OMITTED, FieldError, duplicate, forbidden, invalid, quote, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.schema.cel import SELF_TYPE, CelError, Program
from harness.apiserver.schema.celtypes import Declared, declare
from harness.apiserver.schema.fieldpath import resolve
from harness.apiserver.schema.node import Node
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.values import Converter

_REFLEXIVE: Final = frozenset({"self==oldSelf", "oldSelf==self"})
"""Rules that hold of any value and itself, so that an unchanged value needs no evaluation."""

PER_REQUEST: Final = 10_000_000
"""What the rules of a schema may cost together in one request."""

_LONGEST_MESSAGE_BYTES: Final = 5 * 1024
_EXHAUSTED: Final = "validation failed due to running out of cost budget, no further validation rules will be run"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One compiled rule. ``path`` is its ``fieldPath``, appended to the place of the value."""

    program: Program
    text: str
    message: str
    message_program: Program | None
    path: str
    reason: str
    optional_old: bool
    reflexive: bool
    message_text: str

    @property
    def name(self) -> str:
        """How the rule is called in messages: by its message, else by its text."""
        return self.message or self.text


def compile_rule(rule: Object, schema: Mapping[str, Any], declared: Declared) -> Rule:
    """Compile one entry of ``x-kubernetes-validations`` at a schema.

    :raises CelError: the rule or its messageExpression does not compile.
    """
    text, optional = rule["rule"], bool(rule.get("optionalOldSelf"))
    expression = rule.get("messageExpression") or ""
    return Rule(
        program=Program(text, declared, optional_old=optional),
        text=text.strip(),
        message=(rule.get("message") or "").strip(),
        message_program=Program(expression, declared, optional_old=optional) if expression else None,
        path=resolve(rule["fieldPath"], schema)[0] if rule.get("fieldPath") else "",
        reason=rule.get("reason") or "FieldValueInvalid",
        optional_old=optional,
        reflexive="".join(text.split()) in _REFLEXIVE,
        message_text=expression,
    )


class _Exhausted(Exception):  # noqa: N818  it ends a walk, and is no error of its own
    """The budget is used up: no further rules are run."""


class _Run:
    """The budget of one request, and what it is told of.

    :ivar trusted: whether what an update leaves alone is known to pass.
    :ivar tolerated: what fails of that.
    """

    __slots__ = ("left", "tolerated", "trusted")

    def __init__(self, *, trusted: bool, tolerated: list[FieldError]) -> None:
        self.left = PER_REQUEST
        self.trusted = trusted
        self.tolerated = tolerated


class RuleSet:
    """The rules of a schema, and the walk that applies them."""

    __slots__ = ("_compiled", "_converter", "_restless", "_root")

    def __init__(self, root: Node, schema: Mapping[str, Any]) -> None:
        self._root = root
        self._converter = Converter()
        self._compiled: dict[int, tuple[Rule, ...]] = {}
        self._restless: set[int] = set()
        if root.deep_rules:
            self._compile(root, schema, is_root=True)

    def _compile(self, node: Node, schema: Mapping[str, Any], *, is_root: bool = False) -> bool:
        """Compile the rules of a node and below; tell whether any must run even on a value that did not change."""
        restless = False
        if node.rules:
            declared = declare(schema, SELF_TYPE, root=is_root or node.embedded)
            if declared is not None:
                compiled = self._compiled[id(node)] = tuple(
                    compile_rule(rule, schema, declared) for rule in node.rules if rule.get("rule", "").strip()
                )
                restless = any(rule.program.uses_old and not rule.reflexive for rule in compiled)
        for child, inner in _children(node, schema):
            if child.deep_rules:
                restless |= self._compile(child, inner)
        if restless:
            self._restless.add(id(node))
        return restless

    def errors(
        self, value: Json, old: Json | None, *, trusted: bool = True, tolerated: list[FieldError] | None = None
    ) -> Iterator[FieldError]:
        """Yield what the rules find wrong with ``value``; ``old`` is None on creation.

        :param trusted: whether ``old`` is known to pass; else what fails of it is added to ``tolerated``.
        """
        if self._root.deep_rules:
            found: list[FieldError] = []
            run = _Run(trusted=trusted, tolerated=[] if tolerated is None else tolerated)
            with suppress(_Exhausted):
                self._walk(value, old, self._root, "", settled=False, run=run, found=found)
            yield from found

    def _walk(
        self,
        value: Json,
        old: Json | None,
        node: Node,
        path: str,
        *,
        settled: bool,
        run: _Run,
        found: list[FieldError],
    ) -> None:
        """Apply the rules of a node and below; ``settled`` tells that a value above it has not changed."""
        if value is None or (value is old and run.trusted and id(node) not in self._restless):
            return
        if id(node) in self._compiled:
            unchanged = settled if old is None else same_json(value, old)
            self._apply(value, old, node, path, unchanged=unchanged, run=run, found=found)
        if isinstance(value, dict):
            known = old if isinstance(old, dict) else {}
            same = settled and old is None  # what is new in a map that was there is a change
            for key, child, here in self._parts(value, node, path):
                self._walk(value[key], known.get(key), child, here, settled=same, run=run, found=found)
        elif isinstance(value, list) and node.items is not None and node.items.deep_rules:
            same = settled if old is None else same_json(value, old)
            correlated = self._correlate(old, node) if isinstance(old, list) else {}
            for index, item in enumerate(value):
                before = correlated.get(_key_of(item, node))
                self._walk(item, before, node.items, at(path, index), settled=same, run=run, found=found)

    @staticmethod
    def _parts(value: Object, node: Node, path: str) -> Iterator[tuple[str, Node, str]]:
        for key, child in node.ruled.items():
            if key in value:
                yield key, child, below(path, key)
        values = node.any_value
        if values is not None and values.deep_rules:
            for key in value:
                if key not in node.properties:
                    yield key, values, at(path, key)

    @staticmethod
    def _correlate(old: list[Json], node: Node) -> dict[Any, Json]:
        return {_key_of(item, node): item for item in old} if node.list_type == "map" else {}

    def _apply(
        self,
        value: Json,
        old: Json | None,
        node: Node,
        path: str,
        *,
        unchanged: bool,
        run: _Run,
        found: list[FieldError],
    ) -> None:
        converted = converted_old = _PENDING
        for rule in self._compiled[id(node)]:
            if unchanged and (rule.reflexive or (run.trusted and not rule.program.uses_old)):
                continue
            if rule.program.uses_old and old is None and not rule.optional_old:
                continue
            if converted is _PENDING:
                converted = self._converter.convert(value, node)
            if converted_old is _PENDING and rule.program.uses_old:
                converted_old = None if old is None else self._converter.convert(old, node)
            before = None if converted_old is _PENDING else converted_old
            try:
                result, cost = rule.program.run(converted, before)
            except CelError as problem:
                found.append(invalid(path or "<nil>", node.type, _problem(problem, rule)))
                if problem.exhausted:
                    raise _Exhausted from None
                continue
            run.left -= cost
            if run.left < 0:
                found.append(invalid(path or "<nil>", node.type, _EXHAUSTED))
                raise _Exhausted
            if result is not True:
                kept = unchanged and not rule.program.uses_old
                into = run.tolerated if kept else found
                self._failure(rule, converted, before, value=value, node=node, path=path, run=run, found=into)

    @staticmethod
    def _failure(
        rule: Rule,
        converted: Json,
        old: Json,
        *,
        value: Json,
        node: Node,
        path: str,
        run: _Run,
        found: list[FieldError],
    ) -> None:
        detail = rule.message or f"failed rule: {rule.text}"
        if rule.path:
            path = f"{path}{rule.path}" if rule.path.startswith("[") else below(path, rule.path)
        path = path or "<nil>"
        if rule.message_program is not None:
            text, problem = _message(rule, converted, old, run)
            if problem:
                found.append(invalid(path, node.type, problem))
                raise _Exhausted
            detail = text or detail
        shown = OMITTED if node.type in {"object", "array"} else value
        match rule.reason:
            case "FieldValueForbidden":
                found.append(forbidden(path, detail))
            case "FieldValueRequired":
                found.append(required(path, detail))
            case "FieldValueDuplicate":
                found.append(duplicate(path, shown))
            case _:
                found.append(invalid(path, shown, detail))


_PENDING: Final[Any] = object()


def _children(node: Node, schema: Mapping[str, Any]) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    for name, child in node.properties.items():
        yield child, schema["properties"][name]
    if node.any_value is not None:
        yield node.any_value, schema["additionalProperties"]
    if node.items is not None:
        yield node.items, schema["items"]


def _problem(problem: CelError, rule: Rule) -> str:
    text = str(problem)
    if problem.exhausted:
        return f"'{text}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.name}"
    if text.startswith("no such overload"):
        return f"'{text}': call arguments did not match a supported operator, function or macro signature for rule: {rule.name}"
    return f"{text} evaluating rule: {rule.name}"


def _message(rule: Rule, value: Json, old: Json, run: _Run) -> tuple[str, str]:
    """Return the text of a messageExpression, and why no more rules are run.

    Both are empty when it fails or is unfit: the plain message then stands in.
    """
    if rule.message_program is None:
        return "", ""
    try:
        text, cost = rule.message_program.run(value, old)
    except CelError as problem:
        if not problem.exhausted:
            return "", ""
        why = "no further validation rules will be run due to call cost exceeds limit for messageExpression"
        return "", f"{why}: {quote(rule.message_text)}"
    run.left -= cost
    if run.left < 0:
        return (
            "",
            "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run",
        )
    text = text.strip() if isinstance(text, str) else ""
    return (text, "") if "\n" not in text and len(text.encode()) <= _LONGEST_MESSAGE_BYTES else ("", "")


def _key_of(item: Json, node: Node) -> Any:
    if not isinstance(item, dict):
        return None
    return tuple(repr(item.get(key)) for key in node.map_keys)
