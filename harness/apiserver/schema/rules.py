"""Validation rules (``x-kubernetes-validations``, KEP-2876, KEP-4008): compiled once, run on what has changed.

A rule without ``oldSelf`` on a value that an update leaves alone is not run: had it failed, the failure would be
tolerated (ratcheting). A transition rule runs only where an old value can be correlated: properties, map values, and
list elements of ``x-kubernetes-list-type: map``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import OMITTED, FieldError, duplicate, forbidden, invalid, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.schema.cel import CelError, Program
from harness.apiserver.schema.node import Node
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.values import Converter

_REFLEXIVE: Final = frozenset({"self==oldSelf", "oldSelf==self"})
"""Rules that hold of any value and itself, so that an unchanged value needs no evaluation."""


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

    @property
    def name(self) -> str:
        """How the rule is called in messages: by its message, else by its text."""
        return self.message or self.text


def compile_rule(rule: Object) -> Rule:
    """Compile one entry of ``x-kubernetes-validations``.

    :raises CelError: the rule or its messageExpression does not compile.
    """
    text, optional = rule["rule"].strip(), bool(rule.get("optionalOldSelf"))
    expression = rule.get("messageExpression")
    return Rule(
        program=Program(text, optional_old=optional),
        text=text,
        message=(rule.get("message") or "").strip(),
        message_program=Program(expression) if expression else None,
        path=(rule.get("fieldPath") or "").strip().lstrip("."),
        reason=rule.get("reason") or "FieldValueInvalid",
        optional_old=optional,
        reflexive="".join(text.split()) in _REFLEXIVE,
    )


class RuleSet:
    """The rules of a schema, and the walk that applies them."""

    __slots__ = ("_compiled", "_converter", "_restless", "_root")

    def __init__(self, root: Node) -> None:
        self._root = root
        self._converter = Converter()
        self._compiled: dict[int, tuple[Rule, ...]] = {}
        self._restless: set[int] = set()
        self._compile(root)

    def _compile(self, node: Node) -> bool:
        """Compile the rules of a node and below; tell whether any must run even on a value that did not change."""
        restless = False
        if node.rules:
            compiled = self._compiled[id(node)] = tuple(compile_rule(rule) for rule in node.rules)
            restless = any(rule.program.uses_old and not rule.reflexive for rule in compiled)
        for child in node.children():
            if child.deep_rules:
                restless |= self._compile(child)
        if restless:
            self._restless.add(id(node))
        return restless

    def errors(self, value: Json, old: Json | None) -> Iterator[FieldError]:
        """Yield what the rules find wrong with ``value``; ``old`` is None on creation."""
        if self._root.deep_rules:
            yield from self._walk(value, old, self._root, "")

    def _walk(self, value: Json, old: Json | None, node: Node, path: str) -> Iterator[FieldError]:
        if value is None or (value is old and id(node) not in self._restless):
            return
        if node.rules:
            yield from self._apply(value, old, node, path)
        if isinstance(value, dict):
            yield from self._walk_map(value, old if isinstance(old, dict) else {}, node, path)
        elif isinstance(value, list) and node.items is not None and node.items.deep_rules:
            correlated = self._correlate(old, node) if isinstance(old, list) else {}
            for index, item in enumerate(value):
                yield from self._walk(item, correlated.get(_key_of(item, node)), node.items, at(path, index))

    def _walk_map(self, value: Object, old: Object, node: Node, path: str) -> Iterator[FieldError]:
        for key, child in node.ruled.items():
            if key in value:
                yield from self._walk(value[key], old.get(key), child, below(path, key))
        values = node.any_value
        if values is not None and values.deep_rules:
            for key, item in value.items():
                if key not in node.properties:
                    yield from self._walk(item, old.get(key), values, at(path, key))

    @staticmethod
    def _correlate(old: list[Json], node: Node) -> dict[Any, Json]:
        return {_key_of(item, node): item for item in old} if node.list_type == "map" else {}

    def _apply(self, value: Json, old: Json | None, node: Node, path: str) -> Iterator[FieldError]:
        unchanged = old is not None and same_json(value, old)
        converted = converted_old = _PENDING
        for rule in self._compiled[id(node)]:
            if unchanged and (rule.reflexive or not rule.program.uses_old):
                continue
            if rule.program.uses_old and old is None and not rule.optional_old:
                continue
            if converted is _PENDING:
                converted = self._converter.convert(value, node)
            if converted_old is _PENDING and rule.program.uses_old:
                converted_old = None if old is None else self._converter.convert(old, node)
            before = None if converted_old is _PENDING else converted_old
            try:
                if rule.program.run(converted, before) is True:
                    continue
            except CelError as problem:
                yield invalid(path, node.type, f"{problem} evaluating rule: {rule.name}")
                continue
            yield self._failure(rule, converted, before, value=value, node=node, path=path)

    @staticmethod
    def _failure(rule: Rule, converted: Json, old: Json, *, value: Json, node: Node, path: str) -> FieldError:
        detail = rule.message or f"failed rule: {rule.text}"
        if rule.message_program is not None:
            detail = _message(rule.message_program, converted, old) or detail
        if rule.path:
            path = below(path, rule.path)
        shown = OMITTED if node.type in {"object", "array"} else value
        match rule.reason:
            case "FieldValueForbidden":
                return forbidden(path, detail)
            case "FieldValueRequired":
                return required(path, detail)
            case "FieldValueDuplicate":
                return duplicate(path, shown)
        return invalid(path, shown, detail)


_PENDING: Final[Any] = object()


def _message(program: Program, value: Json, old: Json) -> str:
    """Return the text of a messageExpression, or "" when it fails or is unfit: the plain message then stands in."""
    try:
        text = program.run(value, old)
    except CelError:
        return ""
    text = text.strip() if isinstance(text, str) else ""
    return text if "\n" not in text and len(text.encode()) <= 5 * 1024 else ""


def _key_of(item: Json, node: Node) -> Any:
    if not isinstance(item, dict):
        return None
    return tuple(repr(item.get(key)) for key in node.map_keys)
