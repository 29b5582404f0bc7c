"""What the server refuses, as exceptions that know their ``Status``.

Every refusal that a client can cause is an `ApiError`; ``ApiServer.handle`` turns it into the reply. Texts, reasons and
details are those of apimachinery's ``api/errors``: clients decide by them (Kopf by the code, the official client by
code and reason, people by the message).
"""

# ruff: noqa: N818 - the classes bear the reasons of the API, as every client library names them

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import orjson

from harness.apiserver.fields import FieldError, aggregate, quote
from harness.apiserver.messages import JSON_HEADERS, UNCACHED, Json, Object, Reply

_MOST_WARNED: Final = 4096
_LONGEST_WARNING: Final = 256


def warning_headers(headers: Mapping[str, str], warnings: Sequence[str]) -> Mapping[str, str]:
    """Return headers with warnings added, in one (RFC 7234: agent 299)."""
    if not warnings:
        return headers
    if sum(map(len, warnings)) > _MOST_WARNED:
        warnings = _shortened(warnings)
    return {**headers, "warning": ", ".join(f"299 - {quote(text)}" for text in warnings)}


def _shortened(warnings: Sequence[str]) -> list[str]:
    """Return as many warnings as fit into 4,096 characters when each is cut to 256; all until then come in any case."""
    said = whole = 0
    shown: list[str] = []
    for text in warnings:
        whole += len(text)
        if whole > _MOST_WARNED and said >= _MOST_WARNED:
            break
        shown.append(text[:_LONGEST_WARNING])
        said += len(shown[-1])
    return shown


class Named(Protocol):
    """The part of a resource that error texts need."""

    @property
    def group(self) -> str:
        """API group, "" for the core."""

    @property
    def plural(self) -> str:
        """Plural name, as in paths."""

    @property
    def kind(self) -> str:
        """CamelCase kind."""


def qualified(resource: Named) -> str:
    """Return ``plural.group``, or the plural alone in the core group."""
    return f"{resource.plural}.{resource.group}" if resource.group else resource.plural


class ApiError(Exception):
    """A refusal: HTTP code, reason, message and details of the ``Status`` that the client gets."""

    code = 500
    reason = "InternalError"

    def __init__(self, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def status(self) -> Object:
        """Return the ``Status`` object of this refusal."""
        status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status

    def reply(self, warnings: Sequence[str] = ()) -> Reply:
        """Return the reply that carries this refusal, and what was said beside it before."""
        headers = warning_headers(JSON_HEADERS, warnings)
        if self.details and (seconds := self.details.get("retryAfterSeconds")):
            headers = {**headers, "retry-after": str(seconds)}
        return Reply(self.code, headers, orjson.dumps(self.status(), option=orjson.OPT_APPEND_NEWLINE))


def _about(resource: Named, name: str, kind: str | None = None) -> Object:
    details: Object = {}
    if name:
        details["name"] = name
    if resource.group:
        details["group"] = resource.group
    details["kind"] = resource.plural if kind is None else kind
    return details


class Unreasoned(ApiError):
    """500 without a reason: what becomes of an error that no part of the real server has a reason for."""

    reason = ""

    def status(self) -> Object:
        """Return the ``Status`` object of this refusal."""
        return {name: item for name, item in super().status().items() if name != "reason"}


class BadRequest(ApiError):
    """400: the request itself is malformed."""

    code, reason = 400, "BadRequest"


class Unauthorized(ApiError):
    """401: nobody known is asking."""

    code, reason = 401, "Unauthorized"

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Forbidden(ApiError):
    """403: known, and not allowed."""

    code, reason = 403, "Forbidden"

    def __init__(self, resource: Named, name: str, why: str, causes: Sequence[Json] = ()) -> None:
        details = _about(resource, name)
        if causes:
            details["causes"] = list(causes)
        subject = f"{qualified(resource)} {quote(name)}" if name else qualified(resource)
        super().__init__(f"{subject} is forbidden: {why}", details)


class NotFound(ApiError):
    """404: no such object."""

    code, reason = 404, "NotFound"

    def __init__(self, resource: Named, name: str) -> None:
        super().__init__(f"{qualified(resource)} {quote(name)} not found", _about(resource, name))


class PageNotFound(ApiError):
    """404 of a path that is no API at all: plain text, as Go's default handler writes it."""

    code, reason = 404, "NotFound"

    def __init__(self) -> None:
        super().__init__("404 page not found")

    def reply(self, warnings: Sequence[str] = ()) -> Reply:
        """Return the plain text page."""
        del warnings
        headers = {
            "content-type": "text/plain; charset=utf-8",
            "x-content-type-options": "nosniff",
            "cache-control": UNCACHED,
        }
        return Reply(404, headers, b"404 page not found\n")


class ResourceNotFound(ApiError):
    """404 of a path inside of an API: the group and version are served, such a resource or subresource is not."""

    code, reason = 404, "NotFound"

    def __init__(self) -> None:
        super().__init__("the server could not find the requested resource", {})


class NotServed(ApiError):
    """501: a real server does this; the embedded one has nothing that could (a kubelet, a scheduler)."""

    code, reason = 501, "NotImplemented"

    def __init__(self, resource: Named, subresource: str) -> None:
        place = f"{qualified(resource)}/{subresource}" if subresource else qualified(resource)
        super().__init__(f"the embedded API server does not serve {place}", _about(resource, ""))


class MethodNotAllowed(ApiError):
    """405: the resource is there, the verb is not."""

    code, reason = 405, "MethodNotAllowed"

    def __init__(self, resource: Named | None = None, action: str = "") -> None:
        if resource is None:
            super().__init__("the server does not allow this method on the requested resource", {})
            return
        message = f"{action} is not supported on resources of kind {quote(qualified(resource))}"
        super().__init__(message, _about(resource, ""))


class AlreadyExists(ApiError):
    """409: the name is taken."""

    code, reason = 409, "AlreadyExists"

    def __init__(self, resource: Named, name: str, *, generated: bool = False, leaving: bool = False) -> None:
        """``leaving`` tells that the one which has the name is being deleted."""
        details, message = _about(resource, name), f"{qualified(resource)} {quote(name)} already exists"
        if generated:
            details["retryAfterSeconds"] = 1
            message += ", the server was not able to generate a unique name for the object"
        if leaving:
            message = f"object is being deleted: {message}"
        super().__init__(message, details)


class Conflict(ApiError):
    """409: written against a version, or a uid, that is no longer there."""

    code, reason = 409, "Conflict"
    STALE = "the object has been modified; please apply your changes to the latest version and try again"

    def __init__(self, resource: Named, name: str, why: str = STALE, *, kind: str | None = None) -> None:
        """``kind`` is named in place of the plural: so it is for the preconditions of a deletion."""
        subject = qualified(resource) if kind is None else f"{kind}.{resource.group}" if resource.group else kind
        message = f"Operation cannot be fulfilled on {subject} {quote(name)}: {why}"
        super().__init__(message, _about(resource, name, kind))


class Expired(ApiError):
    """410: the requested version is compacted."""

    code, reason = 410, "Expired"


class TooLarge(ApiError):
    """413: more than the server is willing to read."""

    code, reason = 413, "RequestEntityTooLarge"

    def __init__(self, why: str) -> None:
        super().__init__(f"Request entity too large: {why}")


class UnsupportedMediaType(ApiError):
    """415: a body in a format that is not accepted here."""

    code, reason = 415, "UnsupportedMediaType"

    def __init__(self, accepted: Sequence[str]) -> None:
        listed = ", ".join(accepted)
        super().__init__(f"the body of the request was in an unknown format - accepted media types include: {listed}")


class UnsupportedPatch(ApiError):
    """415 as the real server's router says it: to a patch of a built-in kind in a format that no patch has."""

    code, reason = 415, "UnsupportedMediaType"

    def __init__(self) -> None:
        super().__init__("415: Unsupported Media Type", {})


class NotAcceptable(ApiError):
    """406: no format in common."""

    code, reason = 406, "NotAcceptable"

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__(f"only the following media types are accepted: {', '.join(accepted)}")


class Invalid(ApiError):
    """422: understood, and refused field by field."""

    code, reason = 422, "Invalid"

    def __init__(self, *, group: str, kind: str, name: str, errors: Sequence[FieldError]) -> None:
        self.errors = list(errors)
        details: Object = {"name": name} if name else {}
        if group:
            details["group"] = group
        if kind:
            details["kind"] = kind
        details["causes"] = [{"reason": e.type, "message": e.body, "field": e.field} for e in errors]
        subject = f"{kind}.{group}" if group else kind
        super().__init__(f"{subject} {quote(name)} is invalid: {aggregate(errors)}", details)


class Unprocessable(ApiError):
    """422 of a patch that does not apply, such as a failed ``test``."""

    code, reason = 422, "Invalid"

    def __init__(self, why: str) -> None:
        # NewGenericServerResponse with an empty resource: the cause is only in the message of the patch library.
        super().__init__("the server rejected our request due to an error in our request", {})
        self.why = why


class TooManyRequests(ApiError):
    """429: later."""

    code, reason = 429, "TooManyRequests"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, {"retryAfterSeconds": seconds})


class Timeout(ApiError):
    """504: what was asked for did not come in time."""

    code, reason = 504, "Timeout"

    def __init__(self, message: str, details: Object) -> None:
        super().__init__(f"Timeout: {message}", details)


class FutureVersion(Timeout):
    """504: a version that is not there yet, and has not come to be while it was waited for."""


class PlainError(ApiError):
    """500 of an error that the real server did not put into a form of its own: a message without a reason."""

    reason = ""

    def status(self) -> Object:
        """Return the ``Status``, without reason."""
        found = super().status()
        del found["reason"]
        return found


class InternalError(ApiError):
    """500: ours. The reply names what happened, never where in the code."""

    code, reason = 500, "InternalError"

    def __init__(self, message: str) -> None:
        super().__init__(f"Internal error occurred: {message}", {"causes": [{"message": message}]})
