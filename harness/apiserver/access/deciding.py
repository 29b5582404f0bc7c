"""The server's authorizer as expressions of CEL ask it: for one user, or for a service account in its place."""

from dataclasses import dataclass

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.authorizer import Authorizer
from harness.apiserver.access.service_accounts import account_user
from harness.apiserver.cel.library.rights import Wish
from harness.apiserver.messages import User


@dataclass(frozen=True, slots=True)
class UserDecider:
    """Decides about what ``user`` may do, as about requests."""

    authorizer: Authorizer
    user: User

    def decide(self, wish: Wish) -> tuple[bool, str]:
        """Return whether the user may, and the reason."""
        if not wish.resource:
            asked = Attributes(self.user, wish.verb, resource_request=False, path=wish.path)
        else:
            asked = Attributes(
                self.user,
                wish.verb,
                group=wish.group,
                resource=wish.resource,
                subresource=wish.subresource,
                namespace=wish.namespace,
                name=wish.name,
            )
        decision = self.authorizer.decide(asked)
        return decision.allowed, decision.reason

    def account(self, namespace: str, name: str) -> "UserDecider":
        """Return who decides for a service account."""
        return UserDecider(self.authorizer, account_user(namespace, name))
