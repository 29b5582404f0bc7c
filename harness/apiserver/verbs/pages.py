"""Pages of a list (``limit`` and ``continue``): what is left of a snapshot, kept until it is asked for.

Versions of objects are immutable, so a snapshot is a list of references and costs no copies. It is forgotten when enough
newer ones are kept; the client is then told to begin again, as with a compacted version.
"""

import base64
import binascii
from typing import Final

import orjson

from harness.apiserver.errors import BadRequest, Expired
from harness.apiserver.store import Entry

_KEPT: Final = 64


class Pages:
    """The rests of lists in progress, by token."""

    def __init__(self) -> None:
        self._rests: dict[int, tuple[int, list[Entry]]] = {}
        self._made = 0

    def keep(self, revision: int, rest: list[Entry]) -> str:
        """Keep the rest of a list that was read at ``revision``, and return the token for it."""
        self._made += 1
        self._rests[self._made] = (revision, rest)
        if len(self._rests) > _KEPT:
            del self._rests[next(iter(self._rests))]
        token = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "page": self._made})
        return base64.urlsafe_b64encode(token).decode().rstrip("=")

    def resume(self, token: str) -> tuple[int, list[Entry]]:
        """Return the revision and the rest of the list behind ``token``; a page can be read again.

        :raises BadRequest: a token that is none of ours.
        :raises Expired: a snapshot that is no longer kept.
        """
        try:
            read = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            page = read["page"]
        except (ValueError, binascii.Error, KeyError, TypeError):
            raise BadRequest("continue key is not valid: encoded continue token is not valid") from None
        if not isinstance(page, int) or page not in self._rests:
            raise Expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new list "
                "without the continue parameter."
            )
        return self._rests[page]
