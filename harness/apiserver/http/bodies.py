"""The body of a request, in the pieces in which it arrives: of a length that is told before, or in chunks.

One that grows beyond the limit is not read on: what there is of it, a little more than the limit, is enough to refuse it.
"""

import re
from enum import Enum, auto
from typing import Final, Protocol

from harness.apiserver.http.heads import BadRequestError

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(;.*)?")
_LONGEST_LINE: Final = 4096
"""Of a chunk's size, or a trailer."""


class Body(Protocol):
    """A body under way.

    :ivar whole: whether all of it has come.
    """

    whole: bool

    def take(self, data: bytes) -> bytes:
        """Take what belongs to the body; returns what does not, or cannot be told yet.

        :raises BadRequestError: these are no chunks.
        """

    @property
    def ready(self) -> bool:
        """Whether there is nothing more to wait for."""

    @property
    def data(self) -> bytes:
        """What has come."""


def body_of(length: int | None, limit: int) -> Body:
    """Return a body of that length, or (None) in chunks, of which no more than a little beyond ``limit`` is wanted."""
    return _Chunked(limit) if length is None else _Counted(length, limit)


class _Pieces:
    def __init__(self, limit: int) -> None:
        self.whole = False
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0

    @property
    def ready(self) -> bool:
        return self.whole or self._size > self._limit

    @property
    def data(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def _add(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)


class _Counted(_Pieces):
    def __init__(self, length: int, limit: int) -> None:
        super().__init__(limit)
        self._length = length
        self.whole = not length

    def take(self, data: bytes) -> bytes:
        missing = self._length - self._size
        self._add(data[:missing])
        self.whole = self._size == self._length
        return data[missing:]


class _Stage(Enum):
    SIZE = auto()
    DATA = auto()
    END = auto()
    TRAILERS = auto()


class _Chunked(_Pieces):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._stage = _Stage.SIZE
        self._missing = 0

    def take(self, data: bytes) -> bytes:
        while data and not self.ready:
            if self._stage is _Stage.DATA:
                self._add(data[: self._missing])
                taken = min(len(data), self._missing)
                self._missing -= taken
                data = data[taken:]
                if not self._missing:
                    self._stage = _Stage.END
                continue
            line, end, rest = data.partition(b"\r\n")
            if not end:
                if len(line) > _LONGEST_LINE:
                    raise BadRequestError
                break
            data = rest
            self._read(line)
        return data

    def _read(self, line: bytes) -> None:
        match self._stage:
            case _Stage.SIZE:
                found = _SIZE.fullmatch(line)
                if found is None:
                    raise BadRequestError
                self._missing = int(found[1], 16)
                self._stage = _Stage.DATA if self._missing else _Stage.TRAILERS
            case _Stage.END if not line:
                self._stage = _Stage.SIZE
            case _Stage.TRAILERS:
                self.whole = not line
            case _:
                raise BadRequestError
