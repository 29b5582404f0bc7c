"""Access to the API: each request passes here before anything else is looked at.

Controlled when tokens are configured or a mode is asked for; otherwise everybody is an administrator, and only
impersonation is honoured, so that ``kubectl --as`` shows what it shows elsewhere.
"""

from typing import Final

from harness.apiserver.access.attributes import Attributes, attributes_of
from harness.apiserver.access.authentication import ANONYMOUS, EXTRA_SPACE, Authenticator, has_extra_space
from harness.apiserver.access.authorizer import MASTERS, Authorizer
from harness.apiserver.access.deciding import UserDecider
from harness.apiserver.access.impersonation import Impersonation, wanted_user
from harness.apiserver.access.openid import openid_answer
from harness.apiserver.access.policy import GROUP
from harness.apiserver.access.rbac import RoleBook
from harness.apiserver.access.refusals import AccessDenied
from harness.apiserver.access.service_accounts import ServiceAccounts
from harness.apiserver.access.signer import Signer
from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import ADMINISTRATOR, Reply, Request, User
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Key

MODES: Final = ("AlwaysAllow", "RBAC")


class Access:
    """Finds out who asks, and lets pass what they may do.

    :ivar book: the roles and bindings.
    :ivar authorizer: decides; also for reviews and for the escalation rules.
    :ivar authenticator: knows tokens; also for reviews.
    :ivar signer: makes the tokens of service accounts.
    """

    def __init__(self, cluster: Cluster) -> None:
        settings = cluster.settings
        mode = settings.authorization or ("RBAC" if settings.tokens else "")
        if mode and mode not in MODES:
            raise ValueError(f"authorization {mode!r}: expected one of {', '.join(MODES)}")
        self._clock = cluster.clock
        self._controlled = bool(mode)
        self._issuer = settings.service_account_issuer
        self.book = RoleBook(cluster)
        self.signer = Signer(settings.service_account_key, seed=settings.seed)
        self.authorizer = Authorizer(self.book if mode == "RBAC" else None)
        accounts = ServiceAccounts(cluster.registry, self.signer, issuer=settings.service_account_issuer)
        # As in kube-apiserver, nobody is anonymous where everything is allowed.
        self.authenticator = Authenticator(settings, accounts, anonymous=mode == "RBAC")
        self._impersonation = Impersonation(self.authorizer)

    def admit(self, request: Request) -> Request:
        """Return the request with its user, who may do what it wants.

        :raises Unauthorized: nobody known.
        :raises AccessDenied: known, and not allowed.
        """
        user = self.authenticator.user_of(request, self._clock()) if self._controlled else ADMINISTRATOR
        if GROUP in request.path:
            self.book.prepare()  # who asks for them must see them
        wanted = wanted_user(request.headers)
        if wanted is not None:
            user = self._impersonation.permit(wanted, attributes_of(request, user))
        if self._controlled and MASTERS not in user.groups:
            self._require(request, user)
        if user is (request.user or ADMINISTRATOR):  # nobody named is the administrator
            return request
        return Request(
            request.method, request.path, request.query, request.headers, request.body, user, request.warnings
        )

    def _require(self, request: Request, user: User) -> None:
        try:
            self.authorizer.require(attributes_of(request, user))
        except AccessDenied as refusal:
            if user is ANONYMOUS and has_extra_space(request.headers.get("authorization", "")):
                refusal.warning = EXTRA_SPACE
            raise

    def openid(self, request: Request) -> Reply | None:
        """Return the reply to a request for the OpenID configuration or keys, or None when it is for something else."""
        return openid_answer(request, self.signer, issuer=self._issuer)

    def require_creation(self, user: User, resource: Resource, key: Key) -> None:
        """Let pass what creates an object by PUT or apply, which needs the right to create it, too; a POST has no name.

        :raises AccessDenied: the user may not.
        """
        if key.name and self._controlled:
            wish = Attributes(
                user, "create", group=resource.group, resource=resource.plural, namespace=key.namespace, name=key.name
            )
            try:
                self.authorizer.require(wish)
            except AccessDenied as refusal:
                refusal.in_front = False
                raise

    def decider(self, user: User) -> UserDecider:
        """Return who decides about what expressions ask for in the name of ``user``."""
        return UserDecider(self.authorizer, user)

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: decisions are made anew when roles or bindings have changed."""
        if self.book.concerns(collection):
            self.book.forget(change.entry)
            self.authorizer.forget()
