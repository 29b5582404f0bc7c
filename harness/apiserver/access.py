"""Who is asking: anybody, or the holder of a static token. Rights come with RBAC."""

from collections.abc import Mapping

from harness.apiserver.errors import Unauthorized
from harness.apiserver.messages import User
from harness.apiserver.settings import ServerSettings

ADMINISTRATOR = User("system:admin", groups=("system:masters", "system:authenticated"))
_OPEN = ("/healthz", "/livez", "/readyz", "/version")


def authenticate(settings: ServerSettings, path: str, headers: Mapping[str, str]) -> User:
    """Return who sends a request.

    Without configured tokens everybody is an administrator. Health and version are open to anybody, as the bootstrap
    roles of a real cluster leave them.

    :raises Unauthorized: no token, or one that is not known.
    """
    if not settings.tokens:
        return ADMINISTRATOR
    scheme, _, token = headers.get("authorization", "").partition(" ")
    user = settings.tokens.get(token.strip()) if scheme.lower() == "bearer" else None
    if user is not None:
        return user
    if not scheme and path.rstrip("/").startswith(_OPEN):
        return User("system:anonymous", groups=("system:unauthenticated",))
    raise Unauthorized
