"""From JSON to what a Go struct would hold, and would write again: the decoder of built-in kinds.

A reader is compiled once for each type of the table (`table`). Reading checks types in Go's words, drops fields that
the struct does not have, and leaves out what Go cannot tell from absent: null, and zero under ``omitempty``. Times,
quantities and base64 come out in their canonical form. What is written or stored is also *completed*: Go writes
``status: {}``, ``resources: {}``, ``rules: null`` although nobody gave them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, Protocol

from harness.apiserver.codec.reading import Reading
from harness.apiserver.codec.table import Field, fields, is_struct, underlying
from harness.apiserver.codec.values import SPECIAL, Base64
from harness.apiserver.messages import Json, Object

_RANGES: Final = {"int32": 2**31, "int64": 2**63}


class Reader(Protocol):
    """Reads values of one Go type.

    ``by_value`` tells that Go holds a struct there, which ``omitempty`` never leaves out; ``keeps`` that an empty value
    is not the same as none; ``zero`` is what Go writes where nothing was given.
    """

    by_value: bool
    keeps: bool

    @property
    def zero(self) -> Json:
        """What Go writes for the zero value."""

    def read(self, value: Json, run: Reading) -> Json:
        """Return a value, which is not None, as Go would write it; what is wrong is told to ``run``."""


class Scalar:
    """A string, a boolean or a number; ``shape`` is the type that messages name."""

    by_value = False
    keeps = False

    def __init__(self, shape: str) -> None:
        self._shape = shape
        self._kind = underlying(shape)
        self._limit = _RANGES.get(self._kind, 0)
        self.zero: Json = {"string": "", "bool": False}.get(self._kind, 0)

    def read(self, value: Json, run: Reading) -> Json:
        """Return the value."""
        found = value.__class__
        if self._kind == "string":
            right = found is str
        elif self._kind == "bool":
            right = found is bool
        elif found is int and self._limit:
            right = -self._limit <= value < self._limit
        else:
            right = found in {int, float} and not self._limit
        if not right:
            run.mismatch(value, self._shape, detailed=bool(self._limit) and found in {int, float})
            return self.zero
        return value


class Any:
    """Whatever JSON there is."""

    by_value = False
    keeps = True
    zero = None

    def read(self, value: Json, run: Reading) -> Json:
        """Return the value."""
        del run
        return value


class Pointer:
    """A value that may be absent, and is not the same as an empty one."""

    by_value = False
    keeps = True
    zero = None

    def __init__(self, target: Reader) -> None:
        self._target = target
        self.read = target.read


class List:
    """A list; an empty one is none."""

    by_value = False
    keeps = False
    zero = None

    def __init__(self, shape: str, item: str) -> None:
        self._shape = shape
        self._item = reader(item)

    def read(self, value: Json, run: Reading) -> Json:
        """Return the list with its items read; null items become zero values."""
        if value.__class__ is not list:
            run.mismatch(value, self._shape)
            return []
        item, out, path = self._item, [], run.path
        path.append(0)
        for index, one in enumerate(value):
            path[-1] = index
            out.append(item.zero if one is None else item.read(one, run))
        path.pop()
        return out


class Map:
    """A map by strings; an empty one is none."""

    by_value = False
    keeps = False
    zero = None

    def __init__(self, shape: str, item: str) -> None:
        self._shape = shape
        self._item = reader(item)

    def read(self, value: Json, run: Reading) -> Json:
        """Return the map with its values read; null ones become zero values."""
        if value.__class__ is not dict:
            run.mismatch(value, self._shape)
            return {}
        item, out, path = self._item, {}, run.path
        path.append("")
        for key, one in value.items():
            path[-1] = key
            out[key] = item.zero if one is None else item.read(one, run)
        path.pop()
        return dict(sorted(out.items())) if len(out) > 1 else out  # as Go writes it


class Struct:
    """A struct: the fields of the table, those of embedded structs among them."""

    by_value = True
    keeps = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._plain = name.rpartition(".")[2]
        self._members: Mapping[str, _Member] | None = None

    @property
    def members(self) -> Mapping[str, "_Member"]:
        """The fields by their names in JSON; compiled when the first object needs them, as types refer to themselves."""
        if self._members is None:
            self._members = dict(_members(self.name, ()))
        return self._members

    @property
    def zero(self) -> Object:
        """The struct without anything given."""
        return self._completed({})

    def read(self, value: Json, run: Reading) -> Json:
        """Return the fields that the struct has, in its own order."""
        members = self._members
        if members is None:
            members = self.members
        if value.__class__ is not dict:
            run.mismatch(value, self.name)
            return {}
        got: Object = {}
        path, stack, outer = run.path, run.stack, run.struct
        depth = len(stack)
        path.append("")
        for key, item in value.items():
            member = members.get(key)
            if member is None:
                path.pop()
                run.unknown_field(key)
                path.append("")
                continue
            if item is None:
                continue
            path[-1] = key
            run.struct = self._plain
            stack += member.chain
            found = member.reader.read(item, run)
            del stack[depth:]
            if found is not None and (found or member.keeps[run.mode]):
                got[key] = found
        path.pop()
        run.struct = outer
        return self._completed(got) if run.mode else got

    def _completed(self, got: Object) -> Object:
        out: Object = {}
        for name, member in self.members.items():
            if name in got:
                out[name] = got[name]
            elif member.always:
                out[name] = member.reader.zero
        return out


class _Member:
    """A field of a struct as it is read. ``chain`` is what Go's messages call it, embedded structs included.

    ``keeps`` tells for each `Mode` whether an empty value stays.
    """

    __slots__ = ("always", "chain", "keeps", "reader")

    def __init__(self, field: Field, chain: tuple[str, ...]) -> None:
        self.reader = reader(field.type)
        self.chain = (*chain, field.name)
        written = self.reader.keeps or not field.omit_empty
        collects = isinstance(self.reader, (List, Map, Base64))
        self.keeps = (written or collects, written, written and not collects)
        self.always = (not field.omit_empty or self.reader.by_value) and not field.omit_zero


def _members(struct: str, chain: tuple[str, ...]) -> "list[tuple[str, _Member]]":
    found: list[tuple[str, _Member]] = []
    for field in fields(struct):
        if not field.name:
            found += _members(field.type, (*chain, field.go_name))
        elif field.name != "-":
            found.append((field.name, _Member(field, chain)))
    return found


@cache
def reader(shape: str) -> Reader:
    """Return the reader of a Go type; compiled once."""
    if shape in SPECIAL:
        return SPECIAL[shape](reader)
    return Struct(shape) if is_struct(shape) else _plain(shape, underlying(shape))


def _plain(shape: str, plain: str) -> Reader:
    if plain.startswith("*"):
        return Pointer(reader(plain[1:]))
    if plain == "[]uint8":
        return Base64()
    if plain.startswith("[]"):
        return List(shape, plain[2:])
    if plain.startswith("map["):
        return Map(shape, plain[4:].partition("]")[2])
    return Any() if plain == "any" else Scalar(shape)
