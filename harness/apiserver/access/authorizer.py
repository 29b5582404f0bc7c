"""Who may do what: the decision, and the memory of decisions.

Members of ``system:masters`` may do everything, always. Of everybody else the roles decide, or nobody where the mode is
AlwaysAllow. A decision is kept until any role or binding changes, so that the usual request costs one look-up.
"""

from dataclasses import dataclass
from typing import Final

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.rbac import MissingRole, RoleBook
from harness.apiserver.access.refusals import AccessDenied
from harness.apiserver.access.rules import Rule
from harness.apiserver.messages import User

MASTERS: Final = "system:masters"
_EVERYTHING: Final = [Rule(("*",), ("*",), ("*",)), Rule(("*",), paths=("*",))]
_MOST_DECISIONS: Final = 10_000
"""Decisions that are kept: about 4 MB."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a wish is granted, and what is said to it: which binding grants it, or what could not be resolved."""

    allowed: bool
    reason: str = ""


_GRANTED: Final = Decision(True)  # noqa: FBT003


class Authorizer:
    """Decides by the roles in ``book``; without one (AlwaysAllow) grants everything."""

    def __init__(self, book: RoleBook | None) -> None:
        self.book = book
        self._known: dict[object, Decision] = {}

    def decide(self, wish: Attributes) -> Decision:
        """Decide about ``wish``."""
        user = wish.user
        if self.book is None or MASTERS in user.groups:
            return _GRANTED
        # Rules look at a user's name and groups alone.
        key = (user.name, user.groups, wish.verb, wish.group, wish.resource, wish.subresource, wish.namespace, wish.name,
               wish.path if not wish.resource_request else None)  # fmt: skip
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_DECISIONS:
                self._known.clear()
            known = self._known[key] = self._decide(self.book, wish)
        return known

    def require(self, wish: Attributes) -> None:
        """Let a granted wish pass.

        :raises AccessDenied: it is not granted.
        """
        decision = self.decide(wish)
        if not decision.allowed:
            raise AccessDenied(wish, decision.reason)

    def rules(self, user: User, namespace: str) -> tuple[list[Rule], list[MissingRole]]:
        """Return what ``user`` may do in ``namespace``, and the roles that bindings name in vain."""
        return (_EVERYTHING, []) if self.book is None else self.book.rules(user, namespace)

    def forget(self) -> None:
        """Forget what was decided: a role or binding has changed."""
        self._known.clear()

    def _decide(self, book: RoleBook, wish: Attributes) -> Decision:
        unresolved = []
        for grant in book.grants(wish.user, wish.namespace):
            if grant.rule is not None and grant.rule.allows(wish):
                return Decision(True, f"RBAC: allowed by {grant.source()}")  # noqa: FBT003
            if grant.missing is not None:
                unresolved.append(grant.missing.noticed)
        return Decision(False, f"RBAC: {aggregated(unresolved)}" if unresolved else "")  # noqa: FBT003


def aggregated(problems: list[str]) -> str:
    """Return several problems as one line, each text once: one as it is, more in brackets."""
    texts = list(dict.fromkeys(problems))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
