"""How Go sees the kinds of the API: structs, their fields in order, and the names of types; from ``types.json.gz``.

The table is loaded when the first built-in object is decoded, in about 3 ms. A type is written as Go writes it, with its
package's short path: ``core/v1.Pod``, ``*int32``, ``[]core/v1.Container``, ``map[string]string``, ``[]uint8``.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a struct.

    ``name`` is "" where the fields of an embedded struct stand among those of the outer one. ``number`` is protobuf's, 0
    where the field has no place in it.
    """

    name: str
    type: str
    omit_empty: bool
    omit_zero: bool
    go_name: str
    number: int


@cache
def _data() -> Mapping[str, Any]:
    packed = files(__package__).joinpath("types.json.gz").read_bytes()
    found: Mapping[str, Any] = orjson.loads(gzip.decompress(packed))
    return found


@cache
def fields(struct: str) -> tuple[Field, ...]:
    """Return the fields of a struct, in Go's order; those that are neither in JSON nor in protobuf are left out."""
    return tuple(
        Field(name, shape, "o" in flags, "z" in flags, go_name, number)
        for name, shape, flags, go_name, number in _data()["structs"][struct]
        if name != "-" or number
    )


def is_struct(name: str) -> bool:
    """Tell whether a type is a struct."""
    return name in _data()["structs"]


def underlying(shape: str) -> str:
    """Return what a named type of a scalar, list or map stands for; any other type as it is."""
    found: str = _data()["named"].get(shape, shape)
    return found


def model_of(api_version: str, kind: str) -> str:
    """Return the struct of a kind, or "" for a kind that the table does not have."""
    found: str = _data()["kinds"].get(f"{api_version}/{kind}", "")
    return found


def known_versions() -> frozenset[str]:
    """Return the API versions whose kinds the table has."""
    return _known_versions()


@cache
def _known_versions() -> frozenset[str]:
    return frozenset(kind.rpartition("/")[0] for kind in _data()["kinds"])


_SLICE: Final = "[]"


def go_type(shape: str) -> str:
    """Return a type as an error message names it: ``v1.PodSpec``, ``map[string]string``."""
    if shape.startswith("*"):
        return "*" + go_type(shape[1:])
    if shape.startswith(_SLICE):
        return _SLICE + go_type(shape[2:])
    if shape.startswith("map["):
        key, _, item = shape[4:].partition("]")
        return f"map[{go_type(key)}]{go_type(item)}"
    return "interface {}" if shape == "any" else shape.rpartition("/")[2]
