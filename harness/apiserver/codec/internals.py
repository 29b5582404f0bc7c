"""Objects as the real server itself holds them, which some of its refusals show: every field, by its name in Go, empty ones too.

Such a refusal ends with a comparison of what was and what was to be, line by line, of their JSON. The server's own structs have no
JSON tags, and other fields in another order than those that clients see; ``internals.json.gz`` describes them, and is loaded when the
first such refusal is made.
"""

import difflib
import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from harness.apiserver.codec.table import fields
from harness.apiserver.messages import Json, Object

_AS_IT_IS: Final[Mapping[str, Json]] = {
    "intstr.IntOrString": 0,
    "meta/v1.FieldsV1": None,
    "meta/v1.MicroTime": None,
    "meta/v1.Time": None,
    "resource.Quantity": "0",
    "runtime.RawExtension": None,
}
"""Types with a JSON of their own, and what is written of one that is not there."""

_HOST_FIELDS: Final = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
"""Fields that a pod's spec has for clients, and its security context for the server."""

_METADATA: Final = "meta/v1.ObjectMeta"
"""What the server's structs have inline, and clients by a name."""

_ZEROS: Final[Mapping[str, Json]] = {"string": "", "bool": False}
_CONTEXT_LINES: Final = 3


def difference(old: Json, new: Json, shape: str) -> str:
    """Return the comparison of two values of a type such as ``core.PodSpec``, as clients write them."""
    before, after = (f"{json_text(one, shape, indent=1)}\n".splitlines(keepends=True) for one in (old, new))
    lines = list(difflib.unified_diff(before, after, n=_CONTEXT_LINES))
    return "".join(lines[2:])  # after the names of two files, of which the real server has none


def alike(one: Json, other: Json, shape: str) -> bool:
    """Tell whether two values are the same to the server: an empty list or map is none."""
    same: bool = _without_empty(internal(one, shape)) == _without_empty(internal(other, shape))
    return same


def json_text(value: Json, shape: str, *, indent: int | None = None) -> str:
    """Return the JSON of a value of an internal type."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(internal(value, shape), indent=indent, separators=separators, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def internal(value: Json, shape: str) -> Json:
    """Return a value as JSON shows it that holds the server's own structs."""
    if value is None and (shape in _AS_IT_IS or shape.startswith("*")):
        return _AS_IT_IS.get(shape)
    shape = shape.removeprefix("*")
    if shape in _data()["structs"] and shape not in _AS_IT_IS:
        return _struct(value or {}, shape)
    shape = _data()["named"].get(shape, shape)
    if value is None:
        return None if shape.startswith(("[]", "map[")) else _ZEROS.get(shape, 0)
    if isinstance(value, dict):
        item = shape.partition("]")[2]
        return {key: internal(value[key], item) for key in sorted(value)}
    return [internal(one, shape[2:]) for one in value] if isinstance(value, list) else value


def _without_empty(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items()} or None
    if isinstance(value, list):
        return [_without_empty(item) for item in value] or None
    return value


@cache
def _data() -> Mapping[str, Any]:
    packed = files(__package__).joinpath("internals.json.gz").read_bytes()
    found: Mapping[str, Any] = orjson.loads(gzip.decompress(packed))
    return found


def _struct(value: Object, name: str) -> Object:
    if name == "core.PodSpec":
        value = _moved(value)
    seen = _client_names(name)
    out: Object = {}
    for key, shape, flags, go_name, _ in _data()["structs"][name]:
        if "i" in flags:
            out |= _struct((value.get("metadata") or {}) if shape == _METADATA else value, shape)
            continue
        item = value.get(seen.get(go_name) or go_name[:1].lower() + go_name[1:])
        if item in (None, [], {}, "") and ("o" in flags or "z" in flags):
            continue
        out[key] = internal(item, shape)
    return out


@cache
def _client_names(name: str) -> Mapping[str, str]:
    """Return the names of a struct's fields for clients, by those in Go."""
    package, _, rest = name.partition(".")
    public = name if "/" in package else f"{package}/v1.{rest}"
    return {one.go_name: one.name for one in fields(public)}


def _moved(spec: Object) -> Object:
    moved = {name: spec[name] for name in _HOST_FIELDS if name in spec}
    return {**spec, "securityContext": {**(spec.get("securityContext") or {}), **moved}}
