"""What can go wrong in an operator: one hierarchy, told apart by what a caller can do about it.

The children of :class:`KubeError` carry what the API server's ``Status`` body said. Their names are the API's own reasons.
"""
# ruff: noqa: N818 - the names are those of the API: NotFound, Conflict, Gone

from collections.abc import Mapping
from typing import Any

__all__ = [
    "AlreadyExists",
    "BadRequest",
    "Conflict",
    "Forbidden",
    "Gone",
    "IllegalEdge",
    "Invalid",
    "KubeError",
    "NotFound",
    "OperatorError",
    "SettingsError",
    "Throttled",
    "Unauthorized",
    "Unavailable",
]


class OperatorError(Exception):
    """Base of everything raised here."""


class Gone(OperatorError):
    """The object that a write was meant for no longer exists, or its name belongs to another uid: forget the key."""


class IllegalEdge(OperatorError):
    """A transition that is no edge of the kind's phase graph: a mistake in a controller, never in its input."""


class SettingsError(OperatorError):
    """A setting that cannot be used; the text names the field, its value and where that came from."""


class NotServed(OperatorError):
    """A kind that an operator follows is not served by its API server."""


class KubeError(OperatorError):
    """The API server refused a request, or could not be asked."""

    def __init__(
        self,
        *,
        status: int,
        reason: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status; 0 when there was no reply."""
        self.reason = reason
        self.message = message
        self.details: Mapping[str, Any] = details or {}
        self.retry_after = retry_after
        """Seconds that the server asked to wait, from Retry-After; None when it did not."""

    @property
    def causes(self) -> tuple[Mapping[str, Any], ...]:
        """``details.causes``: one entry per refused field, or one such as ``NamespaceTerminating``."""
        return tuple(self.details.get("causes") or ())

    def __str__(self) -> str:
        return f"{self.status} {self.reason}: {self.message}"


class BadRequest(KubeError):
    """400: the request itself is malformed."""


class Unauthorized(KubeError):
    """401: no valid credentials."""


class Forbidden(KubeError):
    """403: not allowed; also creating in a namespace that is being terminated."""


class NotFound(KubeError):
    """404: no such object, or no such resource."""


class Conflict(KubeError):
    """409: the resourceVersion or uid that the write carried is not the stored one."""


class AlreadyExists(KubeError):
    """409 with reason AlreadyExists: the name is taken."""


class Invalid(KubeError):
    """422: the object does not satisfy its schema or rules; trying again does not help."""


class Throttled(KubeError):
    """429: asked too often."""


class Unavailable(KubeError):
    """5xx, a lost connection or a timeout. Whether a write was done is not known: read before deciding again."""


_BY_STATUS: Mapping[int, type[KubeError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    429: Throttled,
}


def kube_error(status: int, body: Mapping[str, Any], *, retry_after: float | None = None) -> KubeError:
    """The error that a reply stands for.

    :param status: the HTTP status, 400 or more.
    :param body: the ``Status`` object of the reply; empty when the body was none (a proxy's page, plain text).
    """
    reason = str(body.get("reason") or "Unknown")
    kind: type[KubeError] = KubeError
    if status == 409 and reason == "AlreadyExists":
        kind = AlreadyExists
    elif status >= 500:
        kind = Unavailable
    else:
        kind = _BY_STATUS.get(status, KubeError)
    return kind(
        status=status,
        reason=reason,
        message=str(body.get("message") or f"the API server replied with status {status}"),
        details=body.get("details"),
        retry_after=retry_after,
    )
