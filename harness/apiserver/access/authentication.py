"""Who is asking: the holder of a static token, a service account, the bearer of a certificate, or anybody.

A token that is known to nobody is refused, whatever else is said; without one a request is anonymous, and what an anonymous
user may do the roles decide.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from harness.apiserver.access.service_accounts import AUTHENTICATED, Identity, ServiceAccounts, TokenRefusedError
from harness.apiserver.errors import Unauthorized
from harness.apiserver.messages import Request, User
from harness.apiserver.settings import ServerSettings

ANONYMOUS: Final = User("system:anonymous", groups=("system:unauthenticated",))

EXTRA_SPACE: Final = "the provided Authorization header contains extra space before the bearer token, and is ignored"
_INVALID: Final = "invalid bearer token"


class Authenticator:
    """Finds out who sends a request. ``anonymous`` tells whether somebody unknown is let through to authorization."""

    def __init__(self, settings: ServerSettings, accounts: ServiceAccounts, *, anonymous: bool) -> None:
        self._tokens = {token: _known(user) for token, user in settings.tokens.items()}
        self._accounts, self._anonymous = accounts, anonymous
        self._audience = settings.service_account_issuer

    def user_of(self, request: Request, now: datetime) -> User:
        """Return who sends ``request``.

        :raises Unauthorized: a token that is not good, or none where anonymous requests are not let in.
        """
        if request.user is not None:  # a front has seen a certificate
            return _known(request.user)
        header = request.headers.get("authorization")
        if header is not None:
            token = bearer_token(header)
            if token:
                user = self._tokens.get(token)
                if user is not None:
                    return user
                try:
                    return self.identify(token, now=now).user
                except TokenRefusedError:
                    raise Unauthorized from None
        if not self._anonymous:
            raise Unauthorized
        return ANONYMOUS

    def identify(self, token: str, *, now: datetime, audiences: Sequence[str] = ()) -> Identity:
        """Return whom a token stands for.

        :raises TokenRefusedError: nobody; the message says why, as a TokenReview shows it.
        """
        user = self._tokens.get(token)
        if user is not None:
            if audiences and self._audience not in audiences:
                raise TokenRefusedError(_INVALID)  # a static token is for this server alone
            return Identity(user, (self._audience,))
        try:
            found = self._accounts.identify(token, now=now, audiences=audiences)
        except TokenRefusedError as refusal:
            raise TokenRefusedError(f"[{_INVALID}, {refusal}]") from None
        if found is None:
            raise TokenRefusedError(_INVALID)
        return Identity(_known(found.user), found.audiences)


def bearer_token(header: str) -> str:
    """Return the token in an Authorization header, or "" when there is none that is looked at."""
    parts = header.strip().split(" ", 2)
    return parts[1] if len(parts) > 1 and parts[0].lower() == "bearer" else ""


def has_extra_space(header: str) -> bool:
    """Tell whether a token is overlooked for a space too many before it; the client is warned then."""
    parts = header.strip().split(" ", 2)
    return len(parts) == 3 and parts[0].lower() == "bearer" and not parts[1]


def _known(user: User) -> User:
    """Return a user as a member of those who are known."""
    return user if AUTHENTICATED in user.groups else replace(user, groups=(*user.groups, AUTHENTICATED))
