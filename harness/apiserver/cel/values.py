"""The values of CEL that Python has no type of its own for, and how all of them compare, measure and print."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import total_ordering
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, ClassVar, Final
from urllib.parse import SplitResult

from harness.apiserver.cel.syntax import UInt
from harness.apiserver.cel.types import (
    BOOL,
    BYTES,
    CIDR,
    DOUBLE,
    DURATION,
    DYN,
    FORMAT,
    INT,
    IP,
    NULL,
    QUANTITY,
    SEMVER,
    STRING,
    TIMESTAMP,
    UINT,
    URL,
    Type,
    list_of,
    map_of,
    optional_of,
)
from harness.apiserver.gotime import format_duration
from harness.apiserver.quantity import Quantity

NANOSECONDS: Final = 1_000_000_000
LARGEST_INT, LARGEST_UINT = 2**63, 2**64


class EvalError(ValueError):
    """An expression has no value for these inputs."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time, in nanoseconds."""

    ns: int

    def __lt__(self, other: "Duration") -> bool:
        return self.ns < other.ns

    def __str__(self) -> str:
        seconds, rest = divmod(abs(self.ns), NANOSECONDS)
        sign = "-" if self.ns < 0 else ""
        return f"{sign}{seconds}{f'.{rest:09}'.rstrip('0') if rest else ''}s"

    @property
    def go(self) -> str:
        """The span as Go prints it."""
        return format_duration(self.ns)


@total_ordering
@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment, in nanoseconds since 1970."""

    ns: int

    def __lt__(self, other: "Timestamp") -> bool:
        return self.ns < other.ns

    def __str__(self) -> str:
        seconds, rest = divmod(self.ns, NANOSECONDS)
        text = _moment(seconds).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{text}{f'.{rest:09}'.rstrip('0') if rest else ''}Z"

    def at(self, zone: dt.tzinfo) -> dt.datetime:
        """Return the moment in a zone, to the microsecond."""
        return _moment(self.ns // NANOSECONDS).replace(microsecond=self.ns % NANOSECONDS // 1000).astimezone(zone)


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be absent."""

    present: bool
    value: Any = None


ABSENT: Final = Optional(present=False)


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL."""

    parts: SplitResult


@dataclass(frozen=True, slots=True)
class Format:
    """A named format."""

    name: str


@dataclass(frozen=True, slots=True)
class Semver:
    """A version of semver.org; ``rest`` is what orders pre-releases."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()


class Made(dict[str, Any]):
    """A message that an expression has made, with the name of its type."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        super().__init__()
        self.type_name = type_name


class Opaque:
    """A value that has functions alone: it cannot even be compared. ``type`` is what it is."""

    __slots__ = ()
    type: ClassVar[Type] = DYN

    def __eq__(self, other: object) -> bool:
        raise EvalError("no such overload")

    __hash__ = None  # type: ignore[assignment]


class Lazy(dict[str, Any]):
    """A map whose values are computed when they are first asked for.

    :param compute: gives the value of a name; raises `EvalError` where it has none.
    """

    __slots__ = ("_compute", "_known")

    def __init__(self, names: Iterable[str], compute: Callable[[str], Any]) -> None:
        super().__init__(dict.fromkeys(names))
        self._compute = compute
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            try:
                self._known[name] = self._compute(name)
            except EvalError as problem:
                self._known[name] = problem
        found = self._known[name]
        if isinstance(found, EvalError):
            raise found
        return found


class SetList(list[Any]):
    """A list of ``x-kubernetes-list-type: set``: its order does not count for equality."""

    __slots__ = ()


class MapList(list[Any]):
    """A list of ``x-kubernetes-list-type: map``, whose elements are known by their keys."""

    __slots__ = ("keys",)

    def __init__(self, items: list[Any], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys

    def by_keys(self) -> dict[tuple[Any, ...], Any]:
        """Return the elements by their keys."""
        return {tuple(repr(item.get(key)) for key in self.keys): item for item in self if isinstance(item, dict)}


def type_of(value: Any) -> Type:  # noqa: PLR0911  one line for each kind
    """Return the type of a value, as ``type(x)`` gives it."""
    if value is None:
        return NULL
    for kind, found in _TYPES:
        if isinstance(value, kind):
            return found
    if isinstance(value, list):
        return list_of(DYN)
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, Made):
        return Type("struct", name=value.type_name)
    if isinstance(value, dict):
        return map_of(DYN, DYN)
    if isinstance(value, Optional):
        return optional_of(DYN)
    if isinstance(value, Type):
        return Type("type", (DYN,))
    return DYN


_TYPES: Final = (
    (bool, BOOL),
    (UInt, UINT),
    (int, INT),
    (float, DOUBLE),
    (str, STRING),
    (bytes, BYTES),
    (Duration, DURATION),
    (Timestamp, TIMESTAMP),
    (Quantity, QUANTITY),
    (Url, URL),
    (Format, FORMAT),
    (Semver, SEMVER),
    ((IPv4Address, IPv6Address), IP),
    ((IPv4Network, IPv6Network), CIDR),
)


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal: numbers by their value, lists by their list type, all else by type and value."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, list) and isinstance(other, list):
        return _equal_lists(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(item, other[key]) for key, item in one.items())
    if isinstance(one, Optional) and isinstance(other, Optional):
        return one.present == other.present and (not one.present or equal(one.value, other.value))
    return type(one) is type(other) and bool(one == other)


def _equal_lists(one: list[Any], other: list[Any]) -> bool:
    if len(one) != len(other):
        return False
    if isinstance(one, SetList):
        return all(any(equal(item, found) for found in other) for item in one)
    if isinstance(one, MapList):
        mine = one.by_keys()
        theirs = MapList(other, one.keys).by_keys()
        return mine.keys() == theirs.keys() and all(equal(item, theirs[key]) for key, item in mine.items())
    return all(map(equal, one, other))


def size_of(value: Any) -> int:
    """Return how much a value counts where cost goes by size."""
    return len(value) if isinstance(value, str | bytes | list | dict) else 1


def traversal_of(value: Any) -> int:
    """Return what it costs to look at a value with everything in it."""
    if isinstance(value, str | bytes):
        return int(len(value) * 0.1)
    if isinstance(value, list):
        return sum(map(traversal_of, value))
    if isinstance(value, dict):
        return sum(traversal_of(key) + traversal_of(item) for key, item in value.items())
    return 1
