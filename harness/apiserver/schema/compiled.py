"""A schema ready for use: prune, default, validate. Compiled once per version of a CRD."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Json, Object
from harness.apiserver.schema.defaults import default
from harness.apiserver.schema.embedded import embedded_errors
from harness.apiserver.schema.lists import list_errors
from harness.apiserver.schema.node import compile_node
from harness.apiserver.schema.prune import prune
from harness.apiserver.schema.rules import RuleSet
from harness.apiserver.schema.translate import formats, translate
from harness.apiserver.schema.validate import ABSENT, Validator
from harness.apiserver.typed import custom_type

_BLOCKING: Final = frozenset(
    {
        "FieldValueNotSupported",
        "FieldValueRequired",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    }
)
_UNCHECKED: Final = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
    "validation"
)
_MISSING: Final = object()
_TOO_DEEP: Final = "Recursion limit reached"
"""What the library says of a schema that is nested deeper than about 125 levels."""


class CompiledSchema:
    """One version's schema. Objects given to it and returned by it are never changed in place."""

    __slots__ = ("_is_valid", "_schema", "_status_is_valid", "node", "rules", "typed")

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compile an accepted structural schema.

        :raises CelError: a rule does not compile.
        :raises ValueError: the validator cannot be built, such as for a pattern that is no regular expression.
        """
        self.node = compile_node(schema)
        self.typed = custom_type(schema)
        self.rules = RuleSet(self.node, schema)
        self._schema = dict(schema)
        self._is_valid = _validity(schema)
        self._status_is_valid: Callable[[Json], bool] | None = None

    def admit(self, value: Object, unknown: list[str], trusted: Object | None = None) -> Object:
        """Return an object from outside, pruned and with its defaults; dropped paths are added to ``unknown``.

        Top-level values that are those of ``trusted`` (an admitted object) themselves are not looked at again.
        """
        filled: Object
        if trusted is None:
            filled = default(prune(value, self.node, unknown, root=True), self.node)
            return filled
        changed = {name: item for name, item in value.items() if item is not trusted.get(name, _MISSING)}
        if not changed and len(value) == len(trusted):
            return value
        admitted = prune(changed, self.node, unknown, root=True)
        admitted = {
            name: default(item, self.node.defaulted[name]) if name in self.node.defaulted else item
            for name, item in admitted.items()
        }
        filled = {name: item for name, item in value.items() if name not in changed} | admitted
        missing = [name for name in self.node.defaulted if name not in filled or filled[name] is None]
        return default(filled, self.node) if missing else filled

    def prune(self, value: Object) -> Object:
        """Return an object of another version without what this one does not know; nothing is defaulted."""
        pruned: Object = prune(value, self.node, [], root=True)
        return pruned

    def errors(
        self,
        value: Object,
        old: Object | None = None,
        *,
        before: Sequence[FieldError] = (),
        subresource: str = "",
        trusted: bool = True,
        tolerated: list[FieldError] | None = None,
    ) -> list[FieldError]:
        """Return everything that is wrong with ``value``; ``old`` is the stored version on an update.

        What was found ``before``, in its metadata, counts for whether rules are run. Of an update of the subresource
        ``status`` nothing else is validated, and messages start there.

        Where ``old`` is not ``trusted`` to pass all rules, those that fail on what the update leaves alone are added to
        ``tolerated``.

        Errors of values that the update leaves unchanged are tolerated (KEP-4008). Rules are not run on an object that
        does not even have the right shape.
        """
        found = self._status_errors(value, old) if subresource == "status" else self._shape_errors(value, old)
        if self.node.deep_embedded:
            found.extend(embedded_errors(value, self.node))
        if self.node.deep_lists:
            # Where the stored object is at fault already, all of it is tolerated; so what both share need not be looked at.
            repeated = list(list_errors(value, self.node, known=old))
            if repeated and (old is None or not any(list_errors(old, self.node))):
                found += repeated
        if self.node.deep_rules:
            if any(error.type in _BLOCKING for error in (*before, *found)):
                found.append(invalid("<nil>", None, _UNCHECKED))
            else:
                found.extend(self.rules.errors(value, old, trusted=trusted, tolerated=tolerated))
        return found

    def _shape_errors(self, value: Object, old: Object | None) -> list[FieldError]:
        if self._is_valid(value):
            return []
        return Validator().errors(value, self._schema, ABSENT if old is None else old)

    def _status_errors(self, value: Object, old: Object | None) -> list[FieldError]:
        schema = (self._schema.get("properties") or {}).get("status")
        if schema is None or "status" not in value:
            return []
        if self._status_is_valid is None:
            self._status_is_valid = _validity(schema)
        if self._status_is_valid(value["status"]):
            return []
        before = ABSENT if old is None else old.get("status", ABSENT)
        return Validator("status").errors(value["status"], schema, before)


def _validity(schema: Mapping[str, Any]) -> Callable[[Json], bool]:
    """Return what tells whether a value has the shape that a schema asks for; rules and list types are left out.

    Of a schema that is nested deeper than the library goes, every value is for `Validator` to look at.
    """
    translated = translate(schema)
    try:
        return jsonschema_rs.Draft202012Validator(
            translated,
            validate_formats=True,
            formats=formats(translated),
            pattern_options=jsonschema_rs.RegexOptions(),
        ).is_valid
    except ValueError as problem:
        if str(problem) != _TOO_DEEP:
            raise
        return lambda _: False
