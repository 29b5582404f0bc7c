"""The functions that an expression may call: Kubernetes' environment of 1.36, by signature.

Standard CEL with comparisons across numeric types, optionals, the string (2), set and list (3) extensions, and Kubernetes' own
libraries. There is no ``cel.bind``, no math, no encoders. The functions of authorizers are known everywhere, though only expressions
of admission are given one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.apiserver.cel.types import Type, read_type, split


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function. ``params`` begin with the target of a member function."""

    function: str
    member: bool
    params: tuple[Type, ...]
    result: Type
    variables: frozenset[str]


_ORDERED: Final = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
_NUMBERS: Final = ("int", "uint", "double")
_PAIRS: Final = [*((one, one) for one in _ORDERED), *((a, b) for a in _NUMBERS for b in _NUMBERS if a != b)]
_PARTS: Final = ("FullYear", "Month", "DayOfYear", "DayOfMonth", "Date", "DayOfWeek", "Hours", "Minutes", "Seconds", "Milliseconds")  # fmt: skip
_FORMATS: Final = (
    "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix",
    "dns1035LabelPrefix", "labelValue", "uri", "uuid", "byte", "date", "datetime",
)  # fmt: skip

_SIGNATURES: Final = f"""
_?_:_(bool, A, A) -> A
_&&_(bool, bool) -> bool
_||_(bool, bool) -> bool
!_(bool) -> bool
@not_strictly_false(bool) -> bool
_==_(A, A) -> bool
_!=_(A, A) -> bool
{"".join(f"{op}({a}, {b}) -> bool" + chr(10) for op in ("_<_", "_<=_", "_>_", "_>=_") for a, b in _PAIRS)}
{"".join(f"{op}({a}, {a}) -> {a}" + chr(10) for op in ("_+_", "_-_", "_*_", "_/_") for a in _NUMBERS)}
_%_(int, int) -> int
_%_(uint, uint) -> uint
-_(int) -> int
-_(double) -> double
_+_(string, string) -> string
_+_(bytes, bytes) -> bytes
_+_(list(A), list(A)) -> list(A)
_+_(timestamp, duration) -> timestamp
_+_(duration, timestamp) -> timestamp
_+_(duration, duration) -> duration
_-_(timestamp, timestamp) -> duration
_-_(timestamp, duration) -> timestamp
_-_(duration, duration) -> duration
_[_](list(A), int) -> A
_[_](map(A, B), A) -> B
_[_](optional(list(A)), int) -> optional(A)
_[_](optional(map(A, B)), A) -> optional(B)
_[?_](list(A), int) -> optional(A)
_[?_](map(A, B), A) -> optional(B)
_[?_](optional(list(A)), int) -> optional(A)
_[?_](optional(map(A, B)), A) -> optional(B)
@in(A, list(A)) -> bool
@in(A, map(A, B)) -> bool
{"".join(f"size({one}) -> int" + chr(10) + f"{one}.size() -> int" + chr(10) for one in ("string", "bytes", "list(A)", "map(A, B)"))}
type(A) -> type(A)
dyn(A) -> dyn
{"".join(f"int({one}) -> int" + chr(10) for one in ("int", "uint", "double", "string", "timestamp", "duration"))}
{"".join(f"uint({one}) -> uint" + chr(10) for one in ("uint", "int", "double", "string"))}
{"".join(f"double({one}) -> double" + chr(10) for one in ("double", "int", "uint", "string"))}
{"".join(f"string({one}) -> string" + chr(10) for one in (*_ORDERED, "IP", "CIDR"))}
bytes(bytes) -> bytes
bytes(string) -> bytes
bool(bool) -> bool
bool(string) -> bool
duration(duration) -> duration
duration(string) -> duration
duration(int) -> duration
timestamp(timestamp) -> timestamp
timestamp(string) -> timestamp
timestamp(int) -> timestamp
string.contains(string) -> bool
string.startsWith(string) -> bool
string.endsWith(string) -> bool
string.matches(string) -> bool
matches(string, string) -> bool
{"".join(f"timestamp.get{one}() -> int" + chr(10) + f"timestamp.get{one}(string) -> int" + chr(10) for one in _PARTS)}
{"".join(f"duration.get{one}() -> int" + chr(10) for one in _PARTS[-4:])}
string.charAt(int) -> string
string.indexOf(string) -> int
string.indexOf(string, int) -> int
string.lastIndexOf(string) -> int
string.lastIndexOf(string, int) -> int
string.lowerAscii() -> string
string.upperAscii() -> string
string.replace(string, string) -> string
string.replace(string, string, int) -> string
string.split(string) -> list(string)
string.split(string, int) -> list(string)
string.substring(int) -> string
string.substring(int, int) -> string
string.trim() -> string
string.format(list(dyn)) -> string
strings.quote(string) -> string
list(string).join() -> string
list(string).join(string) -> string
sets.contains(list(T), list(T)) -> bool
sets.equivalent(list(T), list(T)) -> bool
sets.intersects(list(T), list(T)) -> bool
optional.of(A) -> optional(A)
optional.ofNonZeroValue(A) -> optional(A)
optional.none() -> optional(A)
optional(A).hasValue() -> bool
optional(A).value() -> A
optional(A).or(optional(A)) -> optional(A)
optional(A).orValue(A) -> A
list(T).first() -> optional(T)
list(T).last() -> optional(T)
{"".join(f"list({one}).{name}" + chr(10) for one in _ORDERED for name in ("isSorted() -> bool", f"max() -> {one}", f"min() -> {one}"))}
{"".join(f"list({one}).sum() -> {one}" + chr(10) for one in ("int", "uint", "double", "duration"))}
list(A).indexOf(A) -> int
list(A).lastIndexOf(A) -> int
list(T).slice(int, int) -> list(T)
list(dyn).flatten() -> list(dyn)
list(dyn).flatten(int) -> list(dyn)
{"".join(f"list({one}).sort() -> list({one})" + chr(10) for one in _ORDERED)}
list(T).distinct() -> list(T)
list(T).reverse() -> list(T)
lists.range(int) -> list(int)
string.find(string) -> string
string.findAll(string) -> list(string)
string.findAll(string, int) -> list(string)
url(string) -> URL
isURL(string) -> bool
URL.getScheme() -> string
URL.getHost() -> string
URL.getHostname() -> string
URL.getPort() -> string
URL.getEscapedPath() -> string
URL.getQuery() -> map(string, list(string))
quantity(string) -> Quantity
isQuantity(string) -> bool
Quantity.sign() -> int
Quantity.isInteger() -> bool
Quantity.asInteger() -> int
Quantity.asApproximateFloat() -> double
{"".join(f"Quantity.{name}({one}) -> Quantity" + chr(10) for name in ("add", "sub") for one in ("Quantity", "int"))}
{"".join(f"{one}.isGreaterThan({one}) -> bool" + chr(10) + f"{one}.isLessThan({one}) -> bool" + chr(10) + f"{one}.compareTo({one}) -> int" + chr(10) for one in ("Quantity", "Semver"))}
ip(string) -> IP
isIP(string) -> bool
ip.isCanonical(string) -> bool
IP.family() -> int
{"".join(f"IP.is{one}() -> bool" + chr(10) for one in ("Unspecified", "Loopback", "LinkLocalMulticast", "LinkLocalUnicast", "GlobalUnicast"))}
cidr(string) -> CIDR
isCIDR(string) -> bool
CIDR.containsIP(string) -> bool
CIDR.containsIP(IP) -> bool
CIDR.containsCIDR(string) -> bool
CIDR.containsCIDR(CIDR) -> bool
CIDR.ip() -> IP
CIDR.masked() -> CIDR
CIDR.prefixLength() -> int
format.named(string) -> optional(Format)
{"".join(f"format.{one}() -> Format" + chr(10) for one in _FORMATS)}
Format.validate(string) -> optional(list(string))
semver(string) -> Semver
semver(string, bool) -> Semver
isSemver(string) -> bool
isSemver(string, bool) -> bool
Semver.major() -> int
Semver.minor() -> int
Semver.patch() -> int
Authorizer.path(string) -> PathCheck
Authorizer.group(string) -> GroupCheck
Authorizer.serviceAccount(string, string) -> Authorizer
GroupCheck.resource(string) -> ResourceCheck
{"".join(f"ResourceCheck.{one}(string) -> ResourceCheck" + chr(10) for one in ("subresource", "namespace", "name", "fieldSelector", "labelSelector"))}
PathCheck.check(string) -> Decision
ResourceCheck.check(string) -> Decision
Decision.errored() -> bool
Decision.error() -> string
Decision.allowed() -> bool
Decision.reason() -> string
cel.@mapInsert(map(A, B), A, B) -> map(A, B)
cel.@mapInsert(map(A, B), map(A, B)) -> map(A, B)
{"".join(f"list(T).@sortByAssociatedKeys(list({one})) -> list(T)" + chr(10) for one in _ORDERED)}jsonpatch.escapeKey(string) -> string
"""

GATES: Final[Mapping[str, str]] = {"jsonpatch.escapeKey": "JSONPatch"}
"""Functions that are there only beside a struct: those of patches."""

FORMAT_NAMES: Final = _FORMATS
"""The formats of ``format.<name>()``."""

_NAMESPACES: Final = ("strings", "sets", "optional", "lists", "format", "cel", "ip", "jsonpatch")


@lru_cache(maxsize=1)
def functions() -> Mapping[str, tuple[Overload, ...]]:
    """Return the overloads of each function, by its name."""
    found: dict[str, list[Overload]] = {}
    for line in filter(None, map(str.strip, _SIGNATURES.splitlines())):
        overload = _read(line)
        found.setdefault(overload.function, []).append(overload)
    return {name: tuple(overloads) for name, overloads in found.items()}


def _read(line: str) -> Overload:
    call, _, result = line.rpartition(" -> ")
    depth, position = 0, len(call) - 1
    while True:  # the parenthesis that opens the arguments is the partner of the last one
        depth += (call[position] == ")") - (call[position] == "(")
        if not depth:
            break
        position -= 1
    head, args = call[:position], call[position + 1 : -1]
    params = [read_type(one) for one in split(args)]
    target, dot, name = head.rpartition(".")
    member = bool(dot) and target not in _NAMESPACES and not head.startswith("_")
    if member:
        params = [read_type(target), *params]
    shape = read_type(result)
    variables = frozenset(one.name for one in _walk([*params, shape]) if one.kind == "param")
    return Overload(name if member else head, member, tuple(params), shape, variables)


def _walk(types: list[Type]) -> list[Type]:
    return [inner for one in types for inner in (one, *_walk(list(one.params)))]
