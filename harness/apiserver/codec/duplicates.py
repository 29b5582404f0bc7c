"""Fields that a body names twice. The last one counts; ``fieldValidation`` tells of the others.

orjson forgets them. A body that names one twice is longer in quotation marks than what was read of it, so that the second,
slow reading is only done for a body that needs it.
"""

from dataclasses import dataclass
from typing import Final

from harness.apiserver.jsontext import TOKEN, dumps, scalar
from harness.apiserver.messages import Json

_MARK: Final = b'"'


def printed(value: Json) -> bytes:
    """Return a value that was read as text again, for a look at it."""
    return dumps(value)


def names_twice(body: bytes, text: bytes) -> bool:
    """Tell whether ``body`` may name a field twice; ``text`` is what was read of it, `printed`: the same, where it came without spaces."""
    return body != text and (b"\\u" in body or body.count(_MARK) != text.count(_MARK))


def duplicates(body: bytes) -> tuple[dict[str, int], dict[str, int]]:
    """Return the paths of fields that ``body`` names again, and those of all, with their places in the order of the text."""
    again: dict[str, int] = {}
    every: dict[str, int] = {}
    stack: list[_Open] = []
    for word in TOKEN.findall(body.decode("utf-8", "replace")):
        at = stack[-1] if stack else None
        if word in "{[":
            stack.append(_Open("" if at is None else at.place, None if word == "[" else set()))
        elif word in "}]":
            stack.pop()
        elif at is None or word == ":":
            continue
        elif word == ",":
            at.go_on()
        elif at.seen is not None and not at.named:
            at.name(scalar(word))
            place = len(again) + len(every)
            if at.key in at.seen:
                again.setdefault(at.place, place)
            at.seen.add(at.key)
            every.setdefault(at.place, place)
    return again, every


@dataclass(slots=True)
class _Open:
    """An object or a list whose end has not come: ``seen`` are the object's fields so far, None stands for a list."""

    path: str
    seen: set[str] | None
    key: str = ""
    named: bool = False
    index: int = 0

    @property
    def place(self) -> str:
        """The path of the value that is next."""
        if self.seen is None:
            return f"{self.path}[{self.index}]"
        return f"{self.path}.{self.key}" if self.path else self.key

    def name(self, key: str) -> None:
        self.key, self.named = key, True

    def go_on(self) -> None:
        self.named = False
        self.index += 1
