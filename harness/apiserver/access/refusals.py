"""The refusals of access: 401, 403 and a malformed impersonation, in the real server's words."""

# ruff: noqa: N818 - as in ``errors``: the classes bear the reasons of the API

from collections.abc import Sequence

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.errors import ApiError, BadRequest
from harness.apiserver.fields import quote
from harness.apiserver.messages import Object, Reply

_NO_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class AccessDenied(ApiError):
    """403: the user is known, and no rule allows what is wished. ``why`` is what the authorizer adds.

    ``warning`` is said beside it; ``in_front`` tells that it comes from the filter in front of the API.
    """

    code, reason = 403, "Forbidden"

    def __init__(self, wish: Attributes, why: str = "") -> None:
        text = _wish(wish).translate(_NO_HTML) + (f": {why}" if why else "")
        super().__init__(_subject(wish) + text, _details(wish))

    warning = ""
    in_front = True

    def reply(self, warnings: Sequence[str] = ()) -> Reply:
        """Return the reply; the filters in front of the API say ``nosniff``, the API itself does not."""
        reply = super().reply([*warnings, self.warning] if self.warning else warnings)
        return _nosniff(reply) if self.in_front else reply


class MalformedImpersonation(BadRequest):
    """400: headers that impersonate without naming a user."""

    def reply(self, warnings: Sequence[str] = ()) -> Reply:
        """Return the reply, as `AccessDenied` does."""
        return _nosniff(super().reply(warnings))


def _nosniff(reply: Reply) -> Reply:
    return reply._replace(headers={**reply.headers, "x-content-type-options": "nosniff"})


def _wish(wish: Attributes) -> str:
    user = quote(wish.user.name)
    if not wish.resource_request:
        return f"User {user} cannot {wish.verb} path {quote(wish.path)}"
    resource = f"{wish.resource}/{wish.subresource}" if wish.subresource else wish.resource
    where = f"in the namespace {quote(wish.namespace)}" if wish.namespace else "at the cluster scope"
    return f"User {user} cannot {wish.verb} resource {quote(resource)} in API group {quote(wish.group)} {where}"


def _subject(wish: Attributes) -> str:
    if not wish.resource:
        return "forbidden: "
    resource = f"{wish.resource}.{wish.group}" if wish.group else wish.resource
    return f"{resource} {quote(wish.name)} is forbidden: " if wish.name else f"{resource} is forbidden: "


def _details(wish: Attributes) -> Object:
    found = {"name": wish.name, "group": wish.group, "kind": wish.resource}
    return {key: value for key, value in found.items() if value}
