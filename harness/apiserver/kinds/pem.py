"""PEM as Go reads it: blocks between lines of dashes; what is no block is passed over, and so is text around them."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_BLOCK: Final = re.compile(
    rb"(?:\A|(?<=\n))-----BEGIN ([^\r\n]*)-----[ \t]*\r?\n((?:(?!-----BEGIN )[\s\S])*?)-----END \1-----[ \t]*\r?(?:\n|\Z)"
)
_HEADER: Final = re.compile(rb"[^\n]*:[^\n]*\n")
_BLANK: Final = re.compile(rb"[ \t\r\n]")


class Block(NamedTuple):
    """One block: the words of its first line, and the bytes that it carries."""

    kind: str
    content: bytes


def blocks(text: bytes) -> Iterator[Block]:
    """Yield the blocks of a text."""
    for match in _BLOCK.finditer(text):
        body = match[2]
        while header := _HEADER.match(body):
            body = body[header.end() :]
        try:
            content = base64.b64decode(_BLANK.sub(b"", body), validate=True)
        except binascii.Error:
            continue
        yield Block(match[1].decode(errors="replace"), content)
