"""Values against a schema, in the words of kube-openapi's validator.

The slow half of validation: jsonschema-rs tells in microseconds that a value is fine, and this module what is wrong where it is
not. It follows the real validator step by step, because its results show how it works: which alternative of an ``anyOf`` counts
as the closest (by the number of checks that passed), which errors come twice, how a path begins.

Errors of what an update leaves as it was are tolerated (KEP-4008).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import (
    FieldError,
    go_float,
    go_value,
    invalid,
    not_supported,
    quote,
    required,
    too_long,
    too_many,
    type_invalid,
)
from harness.apiserver.formats import CHECKS
from harness.apiserver.messages import Json
from harness.apiserver.regex import compile_pattern
from harness.apiserver.schema.formats import checked_format
from harness.apiserver.schema.paths import at

Schema = dict[str, Any]

ABSENT: Final[Any] = object()
"""There is no old value to compare with."""

_LARGEST_EXACT: Final = 2**53 - 1
_BITS: Final = {"int32": 31, "int64": 63, "": 63}
_LARGEST_FLOAT: Final = 3.4028234663852886e38


@dataclass(slots=True)
class Result:
    """What was found: errors by their text, and how many checks were made."""

    errors: dict[str, FieldError] = field(default_factory=dict)
    matches: int = 0

    def add(self, text: str, error: FieldError) -> None:
        """Add an error, unless its text has been reported."""
        self.errors.setdefault(text, error)

    def merge(self, other: "Result") -> None:
        """Add another result."""
        for text, error in other.errors.items():
            self.errors.setdefault(text, error)
        self.matches += other.matches


class Validator:
    """Validates one value; ``root`` is the path of what is validated: nothing, or ``status``."""

    __slots__ = ("_root",)

    def __init__(self, root: str = "") -> None:
        self._root = root

    def errors(self, value: Json, schema: Schema, old: Json = ABSENT) -> list[FieldError]:
        """Return what is wrong with ``value``."""
        return list(self._ratchet(value, schema, "", old).errors.values())

    def _field(self, path: str) -> str:
        path = path.removeprefix(".")
        if not path:
            return self._root or "<nil>"
        return f"{self._root}.{path}" if self._root else path

    def _ratchet(self, value: Json, schema: Schema, path: str, old: Json) -> Result:
        found = self._value(value, schema, path, old)
        if found.errors and old is not ABSENT and same_json(value, old):
            return Result(matches=found.matches)
        return found

    def _value(self, value: Json, schema: Schema, path: str, old: Json) -> Result:
        result = Result()
        kinds, shape = kinds_of(schema), checked_format(schema)
        if value is None:
            if kinds and not schema.get("nullable"):
                self._type_error(result, path, ",".join(kinds), "null")
            self._enum(result, value, schema, path)
            return result
        if kinds or shape:
            self._type(result, value, kinds, shape, path)
            result.matches += 1
        self._groups(result, value, schema, path, old)
        result.matches += 2
        if isinstance(value, str):
            self._string(result, value, schema, path)
            result.matches += 1
            if shape.replace("-", "") in CHECKS:
                if not CHECKS[shape.replace("-", "")](value):
                    self._type_error(result, path, shape, value)
                result.matches += 1
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._number(result, value, schema, path)
            result.matches += 2
        elif isinstance(value, list):
            self._list(result, value, schema, path, old)
            result.matches += 2
        elif isinstance(value, dict):
            self._object(result, value, schema, path, old)
            result.matches += 1
        self._enum(result, value, schema, path)
        result.matches += 2
        return result

    def _type_error(self, result: Result, path: str, wanted: str, found: str) -> None:
        text = f"{path} in body must be of type {wanted}: {quote(found)}"
        result.add(text, type_invalid(self._field(path), found, text))

    def _type(self, result: Result, value: Json, kinds: Sequence[str], shape: str, path: str) -> None:
        result.matches += 1
        found = type_name(value)
        fits = (
            found in kinds
            or (found == "number" and _is_whole(value) and "integer" in kinds)
            or (found == "integer" and "number" in kinds)
        )
        if shape and not isinstance(value, str | list) and not fits:
            actual = {"integer": "int64", "number": "float64"}.get(found, "")
            self._type_error(result, path, shape, actual)
        elif shape and isinstance(value, str | list) and not {"number", "integer"} & set(kinds):
            return
        elif not fits:
            self._type_error(result, path, ",".join(kinds), found)

    def _enum(self, result: Result, value: Json, schema: Schema, path: str) -> None:
        allowed = schema.get("enum")
        if not allowed or any(_is_member(value, one) for one in allowed):
            return
        texts = [one if isinstance(one, str) else go_value(one) for one in allowed]
        text = f"{path} in body should be one of {texts}"
        result.add(text, not_supported(self._field(path), value, texts))

    def _string(self, result: Result, value: str, schema: Schema, path: str) -> None:
        longest, shortest, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
        if longest is not None and len(value) > longest:
            text = f"{path} in body should be at most {longest} chars long"
            result.add(text, too_long(self._field(path), longest))
        elif shortest is not None and len(value) < shortest:
            self._should(result, path, value, f"be at least {shortest} chars long")
        elif pattern and not compile_pattern(pattern).search(value):
            self._should(result, path, value, f"match '{pattern}'")

    def _should(self, result: Result, path: str, value: Json, what: str) -> None:
        text = f"{path} in body should {what}"
        result.add(text, invalid(self._field(path), value, text))

    def _composite(self, result: Result, text: str) -> None:
        result.add(text, invalid(self._root or "<nil>", "", text))

    def _number(self, result: Result, value: float, schema: Schema, path: str) -> None:
        kinds = kinds_of(schema)
        kind = kinds[0] if len(kinds) == 1 else ""
        shape = checked_format(schema) if kind in ("integer", "number") else ""
        self._range(result, "Checked", value, kind=kind, shape=shape, path=path)
        factor = schema.get("multipleOf")
        if factor is not None:
            exact = self._range(result, "MultipleOf", factor, kind=kind, shape=shape, path=path)
            factor = _shown(factor, value) if exact else float(factor)
            shown = go_float(factor) if isinstance(factor, float) else str(factor)
            if factor <= 0:
                text = f"factor MultipleOf declared for {path} must be positive: {shown}"
                result.add(text, invalid(self._field(path), factor, text))
            elif not _is_multiple(value, factor):
                self._should(result, path, value, f"be a multiple of {shown}")
        for name, other, less in (("maximum", "Maximum", True), ("minimum", "Minimum", False)):
            bound = schema.get(name)
            if bound is None:
                continue
            exact = self._range(result, f"{other} boundary", bound, kind=kind, shape=shape, path=path)
            bound = _shown(bound, value) if exact else float(bound)
            exclusive = bool(schema.get(f"exclusive{other}"))
            beyond = value > bound if less else value < bound
            if beyond or (exclusive and value == bound):
                word = "less" if less else "greater"
                rest = "" if exclusive else " or equal to"
                shown = go_float(bound) if isinstance(bound, float) else str(bound)
                self._should(result, path, value, f"be {word} than{rest} {shown}")

    def _range(self, result: Result, what: str, value: float, *, kind: str, shape: str, path: str) -> bool:
        if kind == "integer":
            limit = 2 ** _BITS.get(shape, 63)
            fits = float(value).is_integer() and -limit <= value < limit
        else:
            fits = shape != "float" or abs(value) <= _LARGEST_FLOAT
        if not fits:
            form = f"with format {shape}" if shape else "(default format)"
            self._composite(result, f"{what} value must be of type {kind} {form} in {path}")
        return fits

    def _list(self, result: Result, value: list[Json], schema: Schema, path: str, old: Json) -> None:
        items = schema.get("items")
        if isinstance(items, dict):
            before = _by_keys(old, schema)
            for index, item in enumerate(value):
                here = before.get(_keys(item, schema), ABSENT) if before else ABSENT
                result.merge(self._ratchet(item, items, at(path, index), here))
        fewest, most = schema.get("minItems"), schema.get("maxItems")
        if fewest is not None and len(value) < fewest:
            self._should(result, path, len(value), f"have at least {fewest} items")
        if most is not None and len(value) > most:
            text = f"{path} in body should have at most {most} items"
            result.add(text, too_many(self._field(path), len(value), most))

    def _object(self, result: Result, value: dict[str, Json], schema: Schema, path: str, old: Json) -> None:
        self._count(result, value, schema, path)
        properties, values = schema.get("properties") or {}, schema.get("additionalProperties")
        before = old if isinstance(old, dict) else {}
        for key, item in value.items() if values is not None else ():
            if key in properties:
                continue
            if values is False:
                text = f"{path}.{key} in body is a forbidden property"
                result.add(text, invalid(self._field(path), key, text))
            elif isinstance(values, dict):
                result.merge(self._ratchet(item, values, f"{path}.{key}", before.get(key, ABSENT)))
        for key, child in properties.items():
            if key in value:
                here = before.get(key, ABSENT)
                if not path and key in ("kind", "apiVersion"):
                    here = ABSENT
                result.merge(self._ratchet(value[key], child, f"{path}.{key}" if path else key, here))
        for key in schema.get("required") or ():
            if key not in value:
                result.add(f"{path}.{key} in body is required", required(self._field(f"{path}.{key}")))

    def _count(self, result: Result, value: dict[str, Json], schema: Schema, path: str) -> None:
        fewest, most = schema.get("minProperties"), schema.get("maxProperties")
        if fewest is not None and len(value) < fewest:
            self._should(result, path, len(value), f"have at least {fewest} properties")
        if most is not None and len(value) > most:
            text = f"{path} in body should have at most {most} properties"
            result.add(text, too_many(self._field(path), len(value), most))

    def _groups(self, result: Result, value: Json, schema: Schema, path: str, old: Json) -> None:
        subject = quote(path)
        if any_of := schema.get("anyOf"):
            found = [self._value(value, one, path, old) for one in any_of]
            good = next((one for one in found if not one.errors), None)
            if good is None:
                self._composite(result, f"{subject} must validate at least one schema (anyOf)")
            result.merge(good or _closest(found))
        if one_of := schema.get("oneOf"):
            found = [self._value(value, one, path, old) for one in one_of]
            valid = [one for one in found if not one.errors]
            if len(valid) == 1:
                result.merge(valid[0])
            else:
                what = f"Found {len(valid)} valid alternatives" if valid else "Found none valid"
                self._composite(result, f"{subject} must validate one and only one schema (oneOf). {what}")
                if not valid:
                    result.merge(_closest(found))
        if all_of := schema.get("allOf"):
            found = [self._value(value, one, path, old) for one in all_of]
            for one in found:
                result.merge(one)
            if wrong := sum(bool(one.errors) for one in found):
                what = ". None validated" if wrong == len(found) else ""
                self._composite(result, f"{subject} must validate all the schemas (allOf){what}")
        if isinstance(schema.get("not"), dict) and not self._value(value, schema["not"], path, old).errors:
            self._composite(result, f"{subject} must not validate the schema (not)")
        result.matches += 1


def kinds_of(schema: Schema) -> tuple[str, ...]:
    """Return the types that a schema allows; none for any."""
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


def type_name(value: Json) -> str:
    """Return the JSON type of a value as the server names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((str, "string"), (int, "integer"), (float, "number"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"


def _closest(found: Sequence[Result]) -> Result:
    """Return the result with the most passed checks, the first of several."""
    return max(found, key=lambda one: one.matches)


def _is_whole(value: float) -> bool:
    return float(value).is_integer() and abs(value) <= _LARGEST_EXACT


def _is_member(value: Json, allowed: Json) -> bool:
    """Compare with a member of an enum, after the conversion of numbers that Go does."""
    if isinstance(value, bool) or isinstance(allowed, bool) or value is None or allowed is None:
        return value is allowed and value is not None
    if isinstance(value, int | float) and isinstance(allowed, int):
        return int(value) == allowed
    if isinstance(value, int | float) and isinstance(allowed, float):
        return float(value) == allowed
    return same_json(value, allowed)


def _shown(bound: float, value: float) -> float:
    """Return a bound as it is compared: of an integer with its whole part."""
    return int(bound) if isinstance(value, int) else float(bound)


def _is_multiple(value: float, factor: float) -> bool:
    if isinstance(factor, int):
        return value % factor == 0
    ratio = 1 / factor * value if factor < 1 else value / factor
    return _is_whole(ratio)


def _by_keys(old: Json, schema: Schema) -> dict[Any, Json]:
    if schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list):
        return {}
    return {_keys(item, schema): item for item in old}


def _keys(item: Json, schema: Schema) -> Any:
    """Return the identity of an element of a map list; an element without keys has that of its own."""
    if not isinstance(item, dict):
        return id(item)
    properties = (schema.get("items") or {}).get("properties") or {}
    names = schema.get("x-kubernetes-list-map-keys") or ()
    return tuple(repr(item.get(name, (properties.get(name) or {}).get("default"))) for name in names)
