"""The types of CEL, as the checker computes with them and as messages print them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Type:
    """One type. ``kind`` is its name, or ``list``, ``map``, ``type``, ``optional_type``, ``param``, ``struct``, ``opaque``.

    :ivar name: of a parameter, a struct or an opaque type.
    """

    kind: str
    params: "tuple[Type, ...]" = ()
    name: str = ""

    def __str__(self) -> str:
        if self.kind in {"struct", "opaque", "param"}:
            return self.name
        shown = _SHOWN.get(self.kind, self.kind)
        return f"{shown}({', '.join(map(str, self.params))})" if self.params else shown


_SHOWN: Final = {
    "error": "!error!",
    "null_type": "null",
}

BOOL, BYTES, DOUBLE, INT, STRING, UINT = (Type(one) for one in ("bool", "bytes", "double", "int", "string", "uint"))
DURATION, TIMESTAMP, DYN, ERROR, NULL = (Type(one) for one in ("duration", "timestamp", "dyn", "error", "null_type"))
URL, QUANTITY, SEMVER, FORMAT = (
    Type("struct", name=name)
    for name in ("kubernetes.URL", "kubernetes.Quantity", "kubernetes.Semver", "kubernetes.NamedFormat")
)
IP, CIDR = Type("opaque", name="net.IP"), Type("opaque", name="net.CIDR")
AUTHORIZER, PATH_CHECK, GROUP_CHECK, RESOURCE_CHECK, DECISION = (
    Type("struct", name=f"kubernetes.authorization.{name}")
    for name in ("Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision")
)
"""What expressions of admission ask for rights by. No expression can name these types."""

_NAMED: Final = {
    str(one.kind): one for one in (BOOL, BYTES, DOUBLE, INT, STRING, UINT, DURATION, TIMESTAMP, DYN, NULL)
} | {
    "URL": URL,
    "Quantity": QUANTITY,
    "Semver": SEMVER,
    "Format": FORMAT,
    "IP": IP,
    "CIDR": CIDR,
    "Authorizer": AUTHORIZER,
    "PathCheck": PATH_CHECK,
    "GroupCheck": GROUP_CHECK,
    "ResourceCheck": RESOURCE_CHECK,
    "Decision": DECISION,
}

VALUES: Final[Mapping[str, Type]] = {
    **{one.kind: one for one in (BOOL, BYTES, DOUBLE, INT, STRING, UINT, NULL)},
    "google.protobuf.Duration": DURATION,
    "google.protobuf.Timestamp": TIMESTAMP,
    "list": Type("list", (DYN,)),
    "map": Type("map", (DYN, DYN)),
    "type": Type("type", (DYN,)),
    "optional_type": Type("optional_type", (DYN,)),
    **{one.name: one for one in (URL, QUANTITY, SEMVER, FORMAT, IP, CIDR)},
}
"""The types that expressions can name: ``type(x) == string``."""


def list_of(element: Type) -> Type:
    """Return the type of lists of ``element``."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of maps."""
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    """Return the type of an optional."""
    return Type("optional_type", (value,))


def read_type(text: str) -> Type:
    """Return the type that a signature spells, such as ``map(A, list(string))``; capitals are parameters."""
    name, found, rest = text.partition("(")
    name = name.strip()
    if not found:
        return _NAMED.get(name) or Type("param", name=name)
    return Type("optional_type" if name == "optional" else name, tuple(map(read_type, split(rest.rstrip()[:-1]))))


def split(text: str) -> Iterator[str]:
    """Yield the parts of a list of types, by the commas outside of parentheses."""
    depth = start = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield text[start:index].strip()
            start = index + 1
    if text[start:].strip():
        yield text[start:].strip()
