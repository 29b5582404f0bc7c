"""Content codings: which replies are compressed for clients that ask for gzip, by the real server's thresholds and level.

Objects and lists of more than 128 KiB, and those documents that have a handler of their own for it: metrics and OpenAPI 2.0. Whatever
carries replies over a socket calls `compressed`; in memory nothing travels, and objects stay as they are.
"""

import gzip
from collections.abc import Mapping
from typing import Final

from harness.apiserver.codec.media import ACCEPTED
from harness.apiserver.messages import Reply

LARGE: Final = 128 * 1024
"""More bytes than this are worth it."""

_LEVEL: Final = 1
"""The fastest: the real server takes it for objects (kubernetes/kubernetes#112296)."""


def compressed(reply: Reply, asked: Mapping[str, str]) -> Reply:
    """Return the reply to a request, compressed if it is a large object and the client takes that.

    :param asked: the headers of the request.
    """
    headers = reply.headers
    if len(reply.body) <= LARGE or "etag" in headers or headers.get("content-type") not in ACCEPTED:
        return reply
    if "gzip" not in [
        one.strip() for one in asked.get("accept-encoding", "").split(",")
    ]:  # with a weight it is not known
        return reply
    return Reply(
        reply.status,
        {**headers, "content-encoding": "gzip", "vary": "Accept-Encoding"},
        gzip.compress(reply.body, _LEVEL, mtime=0),
    )


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether a client takes gzip, for the documents that mind its weight."""
    for clause in headers.get("accept-encoding", "").split(","):
        coding, *parameters = (part.strip() for part in clause.split(";"))
        if coding == "gzip":
            return not any(one.removeprefix("q=").rstrip("0.") == "" for one in parameters if one.startswith("q="))
    return False


def packed(body: bytes) -> bytes:
    """Return a document that is asked for again and again, in gzip."""
    return gzip.compress(body, 6, mtime=0)
