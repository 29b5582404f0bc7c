"""Requests of an unmodified client, off the wire of the simulation: whole ones, as that client writes nothing else."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from harness.apiserver import Request
from harness.apiserver.messages import joined_headers
from harness.apiserver.targets import read_query

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(data: bytes) -> tuple[Request, bytes] | None:
    """Take one whole HTTP/1.1 request off the front, or ``None`` when it is not all there."""
    opening, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return None
    first, _, lines = opening.partition(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = _headers(lines) if lines else {}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        whole = _dechunk(body)
        if whole is None:
            return None
        body, rest = whole
    else:
        length = int(headers.get("content-length", "0"))
        if len(body) < length:
            return None
        body, rest = body[:length], body[length:]
    path = unquote(target.partition("?")[0])
    return Request(method=method, path=path, query=read_query(target), headers=headers, body=body), rest


@lru_cache(maxsize=1024)
def _headers(lines: bytes) -> Mapping[str, str]:
    """Read the headers of a request. A client sends the same ones again and again, but for a few lengths of bodies."""
    pairs = (line.partition(":") for line in lines.decode("latin-1").split("\r\n"))
    return MappingProxyType(joined_headers((name.strip(), value.strip()) for name, _, value in pairs))


def _dechunk(data: bytes) -> tuple[bytes, bytes] | None:
    whole = b""
    while True:
        size, found, data = data.partition(b"\r\n")
        if not found:
            return None
        length = int(size.split(b";")[0], 16)
        if len(data) < length + 2:
            return None
        whole += data[:length]
        data = data[length + 2 :]
        if length == 0:
            return whole, data
