"""What Go says of a text that is no JSON.

orjson reads bodies; only when it has refused one is the text scanned here, for the words of Go's decoder. A body that orjson
refuses and Go takes (deep nesting, a number beyond 64 bits, an unpaired surrogate, bytes that are no UTF-8) is read by `jsontext`.
"""

import json
import re
from typing import Final

import orjson

from harness.apiserver.jsontext import DEEPEST, read
from harness.apiserver.messages import Json

_SPACE: Final = b" \t\r\n"
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN: Final = re.compile(rb'[^"\\\x00-\x1f]*')
_LARGEST_INT: Final = 2**63
_HEX: Final = b"0123456789abcdefABCDEF"
_WORDS: Final = {0x74: b"true", 0x66: b"false", 0x6E: b"null"}
_NAMED: Final = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 92: "\\\\"}


class SyntaxProblem(ValueError):  # noqa: N818  a Go SyntaxError, which is a builtin name here
    """A text that is no JSON; the message is that of Go's decoder. ``offset`` counts the bytes that were read."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def parse(body: bytes) -> Json:
    """Return the value in ``body``.

    :raises SyntaxProblem: it is no JSON, or nested deeper than 10,000.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        check(body)
    return read(body.decode("utf-8", "replace"))


def number_text(value: float) -> str:
    """Return a number as it most likely stood in a body."""
    return f"{value:.0f}" if value.__class__ is float and abs(value) >= _LARGEST_INT else json.dumps(value)


def check(body: bytes) -> None:
    """Scan a text as Go does.

    :raises SyntaxProblem: at the first byte that cannot be.
    """
    _Scanner(body).scan()


class _Scanner:
    """One pass over a text: a stack of what is open, and the place."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0
        self._open: list[int] = []

    def scan(self) -> None:
        self._value()
        self._space()
        if self._at < len(self._body):
            self._fail("after top-level value")

    def _value(self) -> None:
        """Pass one value, and everything that is open around it until the outermost is closed."""
        while True:
            self._space()
            byte = self._peek()
            if byte in b"{[":
                if self._begin(byte):
                    return
                continue
            if byte == 0x22:
                self._string()
            elif byte == 0x2D or 0x30 <= byte <= 0x39:
                self._number()
            elif byte in _WORDS:
                self._word(_WORDS[byte])
            else:
                self._fail("looking for beginning of value")
            if self._after():
                return

    def _begin(self, byte: int) -> bool:
        """Pass what opens an object or a list; True when it is empty, and the outermost value."""
        self._at += 1
        self._open.append(byte)
        if len(self._open) > DEEPEST:
            raise SyntaxProblem(f"invalid character {_char(byte)} exceeded max depth", self._at)
        self._space()
        if self._peek() == (0x7D if byte == 0x7B else 0x5D):
            self._at += 1
            self._open.pop()
            return self._after()
        if byte == 0x7B:
            self._key()
        return False

    def _after(self) -> bool:
        """Pass what stands after a value; True when the outermost value is over."""
        while self._open:
            self._space()
            inside = self._open[-1]
            where = "after object key:value pair" if inside == 0x7B else "after array element"
            byte = self._peek()
            self._at += 1
            if byte == 0x2C:
                if inside == 0x7B:
                    self._space()
                    self._key()
                return False
            if byte != (0x7D if inside == 0x7B else 0x5D):
                self._at -= 1
                self._fail(where)
            self._open.pop()
        return True

    def _key(self) -> None:
        if self._peek() != 0x22:
            self._fail("looking for beginning of object key string")
        self._string()
        self._space()
        if self._peek() != 0x3A:
            self._fail("after object key")
        self._at += 1

    def _string(self) -> None:
        self._at += 1
        while True:
            found = _PLAIN.match(self._body, self._at)
            self._at = found.end() if found else self._at
            byte = self._peek()
            if byte == 0x22:
                self._at += 1
                return
            if byte != 0x5C:
                self._fail("in string literal")
            self._at += 1
            escape = self._next()
            if escape == 0x75:
                self._at += 1
                for _ in range(4):
                    if self._next() not in _HEX:
                        self._fail("in \\u hexadecimal character escape")
                    self._at += 1
            elif escape in b'bfnrt\\/"':
                self._at += 1
            else:
                self._fail("in string escape code")

    def _number(self) -> None:
        found = _NUMBER.match(self._body, self._at)
        if found is None:  # a minus without digits
            self._at += 1
            self._fail("in numeric literal")
            return
        self._at = found.end()
        if self._at == len(self._body):
            return
        if self._body[self._at] == 0x2E and b"." not in found[0] and b"e" not in found[0].lower():
            self._at += 1
            self._fail("after decimal point in numeric literal")
        if self._body[self._at] in b"eE" and b"e" not in found[0].lower():
            self._at += 1
            if self._next() in b"+-":
                self._at += 1
            self._fail("in exponent of numeric literal")

    def _word(self, word: bytes) -> None:
        for wanted in word:
            if self._next() != wanted:
                self._fail(f"in literal {word.decode()} (expecting '{chr(wanted)}')")
            self._at += 1

    def _space(self) -> None:
        while self._at < len(self._body) and self._body[self._at] in _SPACE:
            self._at += 1

    def _next(self) -> int:
        """Return the byte inside a literal; at the end it is a space, as Go tries whether that could end it."""
        return self._body[self._at] if self._at < len(self._body) else 0x20

    def _peek(self) -> int:
        if self._at >= len(self._body):
            raise SyntaxProblem("unexpected end of JSON input", len(self._body))
        return self._body[self._at]

    def _fail(self, where: str) -> None:
        raise SyntaxProblem(f"invalid character {_char(self._next())} {where}", self._at + 1)


def _char(byte: int) -> str:
    """Return a byte as Go quotes a character."""
    if byte == 0x27:
        return r"'\''"
    if byte in _NAMED:
        return f"'{_NAMED[byte]}'"
    if byte < 0x20 or byte == 0x7F:
        return f"'\\x{byte:02x}'"
    if 0x80 <= byte < 0xA1 or byte == 0xAD:
        return f"'\\u{byte:04x}'"
    return f"'{chr(byte)}'"
