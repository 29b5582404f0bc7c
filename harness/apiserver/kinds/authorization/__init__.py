"""Kinds of authorization.k8s.io: questions about rights, answered and not kept."""

from typing import Final

from harness.apiserver.kinds.authorization.access_reviews import (
    LocalReviewStrategy,
    SelfReviewStrategy,
    SubjectReviewStrategy,
)
from harness.apiserver.kinds.authorization.rules_reviews import RulesReviewStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "LocalSubjectAccessReview": LocalReviewStrategy(),
    "SelfSubjectAccessReview": SelfReviewStrategy(),
    "SelfSubjectRulesReview": RulesReviewStrategy(),
    "SubjectAccessReview": SubjectReviewStrategy(),
}
