"""What a client gave: values and errors, as JSON in which identities, moments and versions are masked.

Clients return models, boxes and exceptions. Whatever they are, `plain` makes JSON of them by what they say about themselves; the
mask is that of the conformance suite, so that both compare by the same rules.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from tests.conformance.masking import Mask

T = TypeVar("T")
E = TypeVar("E", bound=BaseException)

_ADDRESS = re.compile(r"https://127\.0\.0\.1:\d+")
_OFFSET = re.compile(r"(?<=T\d\d:\d\d:\d\d)((?:\.\d+)?)\+00:00\b")


class Recording:
    """The steps of one script on one server. ``secret`` is the token, which never stands in one."""

    def __init__(self, secret: str) -> None:
        self._mask = Mask(secret)
        self.steps: list[dict[str, Any]] = []

    def note(self, asked: str, **given: Any) -> None:
        """Write a step down."""
        self.steps.append({"asked": asked, **{key: self._mask(_bare(plain(one))) for key, one in given.items()}})


class Notes:
    """The base of sessions: calls a client, and writes down what came.

    :ivar errors: what the client raises when the server refuses.
    """

    errors: tuple[type[BaseException], ...] = ()

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def plain(self, value: Any) -> Any:
        """Return what the client gave as JSON; clients with models of their own know better."""
        return plain(value)

    def told(self, error: BaseException) -> dict[str, Any]:
        """Return what an error tells its reader."""
        return {"message": str(error)}

    def note(self, asked: str, value: T) -> T:
        """Write a value down."""
        self._recording.note(asked, gave=self.plain(value))
        return value

    def _refusal(self, asked: str, error: BaseException) -> None:
        self._recording.note(asked, raised=type(error).__name__, **self.told(error))

    def gives(self, asked: str, call: Callable[[], T]) -> T:
        """Call, write down what came, and return it."""
        return self.note(asked, call())

    def refuses(self, asked: str, call: Callable[[], Any], error: type[E] | None = None) -> E:
        """Call what is to be refused, write down how, and return the error.

        :raises AssertionError: it was not refused.
        """
        try:
            found = call()
        except (error,) if error else self.errors as refusal:  # noqa: B030  one class or the client's
            self._refusal(asked, refusal)
            return refusal  # type: ignore[return-value]
        raise AssertionError(f"{asked}: not refused, but {found!r}")


class AsyncNotes(Notes):
    """The same for clients that are awaited."""

    async def gives(self, asked: str, call: Awaitable[T]) -> T:  # type: ignore[override]
        """Await, write down what came, and return it."""
        return self.note(asked, await call)

    async def refuses(self, asked: str, call: Awaitable[Any], error: type[E] | None = None) -> E:  # type: ignore[override]
        """Await what is to be refused, write down how, and return the error.

        :raises AssertionError: it was not refused.
        """
        try:
            found = await call
        except (error,) if error else self.errors as refusal:  # noqa: B030  one class or the client's
            self._refusal(asked, refusal)
            return refusal  # type: ignore[return-value]
        raise AssertionError(f"{asked}: not refused, but {found!r}")


def plain(value: Any) -> Any:
    """Return JSON of what Python clients give: containers, times, enumerations, and objects that have a ``to_dict``."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert value is None or isinstance(value, bool | int | float | str | bytes), f"has no form in JSON: {value!r}"
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def document(text: str | bytes | None) -> Any:
    """Return the JSON in the body of an error, or the text if it is none."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return plain(text)


def _bare(value: Any) -> Any:
    """Return JSON without the server's own address, and with times as Kubernetes writes them."""
    if isinstance(value, str):
        return _OFFSET.sub(r"\1Z", _ADDRESS.sub("https://<server>", value))
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value
