"""Kinds of authentication.k8s.io: who am I, whose token is this, a token for a service account."""

from typing import Final

from harness.apiserver.kinds.authentication.self_reviews import SelfSubjectReviewStrategy
from harness.apiserver.kinds.authentication.token_requests import create_token
from harness.apiserver.kinds.authentication.token_reviews import TokenReviewStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "SelfSubjectReview": SelfSubjectReviewStrategy(),
    "TokenReview": TokenReviewStrategy(),
}

__all__ = ["STRATEGIES", "create_token"]
