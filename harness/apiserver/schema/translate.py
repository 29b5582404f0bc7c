"""From an OpenAPI v3 structural schema to a JSON Schema (draft 2020-12) that jsonschema-rs compiles.

It is used to tell that a value is valid, so it must never be laxer than `validate`; where the real server's rule cannot be said in
JSON Schema, the translation is stricter, and the slow way decides.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.apiserver.formats import CHECKS, DATE_TIME
from harness.apiserver.messages import Object
from harness.apiserver.regex import compile_pattern
from harness.apiserver.schema.formats import checked_format
from harness.apiserver.schema.validate import kinds_of

_COPIED: Final = ("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties", "required")
_RANGES: Final[Mapping[str, Object]] = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "float": {"minimum": -3.4028234663852886e38, "maximum": 3.4028234663852886e38},
}
_FORMAT: Final = "kubernetes-"
_PATTERN: Final = "re2 "
_PARTICULAR: Final = re.compile(r"\\[^dDwW.\-/]|\[\[:|\(\?")
"""What RE2 and the engine of jsonschema-rs may understand differently."""

_BOUNDS: Final = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


def translate(schema: Mapping[str, Any]) -> Object:
    """Return the JSON Schema for one structural schema and everything below it."""
    out: Object = {key: schema[key] for key in _COPIED if schema.get(key) is not None}
    if "required" in out:  # JSON Schema wants each name once, Kubernetes does not mind
        out["required"] = list(dict.fromkeys(out["required"]))
    kinds: list[str] = [*kinds_of(dict(schema))]
    if kinds and schema.get("nullable"):
        kinds.append("null")
    if kinds:
        out["type"] = kinds[0] if len(kinds) == 1 else kinds
    if schema.get("enum"):
        out["enum"] = schema["enum"]
    out |= _numbers(schema)
    every = [translate(child) for child in schema.get("allOf") or []]
    if every := [*every, *_formatted(schema)]:
        out["allOf"] = every
    return out | _inner(schema)


def _numbers(schema: Mapping[str, Any]) -> Object:
    out: Object = {}
    for name, exclusive in _BOUNDS:
        if schema.get(name) is not None:
            out[exclusive if schema.get(exclusive) else name] = schema[name]
    if schema.get("multipleOf") is not None and schema["multipleOf"] > 0:
        out["multipleOf"] = schema["multipleOf"]
    return out


def _formatted(schema: Mapping[str, Any]) -> list[Object]:
    every: list[Object] = []
    if schema.get("pattern"):
        plain = not _PARTICULAR.search(schema["pattern"])
        every.append({"pattern": schema["pattern"]} if plain else {"format": f"{_PATTERN}{schema['pattern']}"})
    shape = checked_format(schema)
    if shape.replace("-", "") == "datetime":
        every.append({"pattern": DATE_TIME})
    elif shape.replace("-", "") in CHECKS:
        every.append({"format": f"{_FORMAT}{shape.replace('-', '')}"})
    elif shape in _RANGES:
        every.append(dict(_RANGES[shape]))
    if odd := _undecided(schema):
        every.append({"not": {"type": odd}})
    return every


def _inner(schema: Mapping[str, Any]) -> Object:
    out: Object = {}
    if schema.get("properties"):
        out["properties"] = {name: translate(child) for name, child in schema["properties"].items()}
    for key in ("additionalProperties", "items", "not"):
        if isinstance(schema.get(key), dict):
            out[key] = translate(schema[key])
    if schema.get("additionalProperties") is False:
        out["additionalProperties"] = False
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            out[key] = [translate(child) for child in schema[key]]
    return out


def formats(translated: Object) -> dict[str, Callable[[str], bool]]:
    """Return the checks of the formats in a translated schema, patterns of which the two engines differ among them."""
    found: dict[str, Callable[[str], bool]] = {}
    todo: list[Any] = [translated]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            name = one.get("format")
            if isinstance(name, str):
                found[name] = _check(name)
            todo += [item for key, item in one.items() if key != "enum"]
    return found


def _check(name: str) -> Callable[[str], bool]:
    if not name.startswith(_PATTERN):
        return CHECKS[name.removeprefix(_FORMAT)]
    search = compile_pattern(name.removeprefix(_PATTERN)).search
    return lambda text: search(text) is not None


def _undecided(schema: Mapping[str, Any]) -> str:
    """Return the type of the numbers for which JSON Schema cannot tell what the server says: integers against fractions."""
    bounds = [schema[name] for name in ("minimum", "maximum", "multipleOf") if schema.get(name) is not None]
    if schema.get("multipleOf") is not None and schema["multipleOf"] <= 0:
        return "number"
    if all(float(bound).is_integer() for bound in bounds):
        return ""
    return "number" if kinds_of(dict(schema)) == ("integer",) else "integer"
