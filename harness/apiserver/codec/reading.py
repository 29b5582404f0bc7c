"""What is found out while an object is read: unknown fields, the first value of a wrong type, and where."""

from enum import IntEnum

from harness.apiserver.codec.syntax import number_text
from harness.apiserver.codec.table import go_type
from harness.apiserver.messages import Json


class DecodeError(ValueError):
    """An object that Go's decoder refuses; the message is the decoder's."""


class Mode(IntEnum):
    """What an object is read for: what becomes of empty values depends on it."""

    DECODED = 0
    """As Go holds it in memory: an empty list that was given is not the same as none."""

    WRITTEN = 1
    """As Go writes it in JSON: what is empty is left out, or added, as ``omitempty`` says."""

    STORED = 2
    """As it comes back from the store, where an empty list is none."""


_MOST_UNKNOWN = 100  # Go stops counting there


class Reading:
    """One pass over one object.

    ``path`` leads to what is being read, for unknown fields; ``stack`` holds the fields on the way as Go's error messages
    name them, and ``struct`` the struct that the innermost of them belongs to. ``mode`` is what the pass is for.
    """

    __slots__ = ("mode", "path", "problem", "silent", "stack", "struct", "unknown")

    def __init__(self, mode: Mode = Mode.DECODED) -> None:
        self.path: list[str | int] = []
        self.stack: list[str] = []
        self.struct = ""
        self.unknown: list[str] = []
        self.problem = ""
        self.silent = False
        self.mode = mode

    def unknown_field(self, key: str) -> None:
        """Note a field that the struct at ``path`` does not have."""
        if self.silent or len(self.unknown) >= _MOST_UNKNOWN:
            return
        found = dotted([*self.path, key])
        if found not in self.unknown:
            self.unknown.append(found)

    def mismatch(self, value: Json, shape: str, *, detailed: bool = False) -> None:
        """Note a value of another type than ``shape``; the first one is what the client will read.

        ``detailed`` shows a number that is one, but does not fit.
        """
        if not self.problem:
            self.problem = self.cannot(value, shape, detailed=detailed)

    def cannot(self, value: Json, shape: str, *, detailed: bool = False) -> str:
        """Return what Go says of a value that is of another type than ``shape``."""
        found = value_words(value) + (f" {number_text(value)}" if detailed else "")
        if not self.stack:
            return f"json: cannot unmarshal {found} into Go value of type {go_type(shape)}"
        place = f"{self.struct}.{'.'.join(self.stack)}"
        return f"json: cannot unmarshal {found} into Go struct field {place} of type {go_type(shape)}"

    def abort(self, why: str) -> None:
        """Refuse at once: so does a type that decodes itself, such as a quantity.

        :raises DecodeError: always.
        """
        raise DecodeError(why)


def dotted(path: list[str | int]) -> str:
    """Return a path as the decoder writes it: ``spec.containers[0].imag``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def value_words(value: Json) -> str:
    """Return what Go calls a JSON value: ``bool``, ``number``, ``array``."""
    if isinstance(value, bool):
        return "bool"
    return {str: "string", int: "number", float: "number", list: "array", dict: "object"}.get(type(value), "null")
