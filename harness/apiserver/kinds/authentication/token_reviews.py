"""Whose token is this? Asked by servers that let the API server authenticate their callers."""

from harness.apiserver.access.service_accounts import TokenRefusedError
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest
from harness.apiserver.kinds.authentication.users import user_info
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.posted import Posted, answer_posted


class TokenReviewStrategy(Strategy):
    """TokenReview: whom a token stands for, for which audiences, or why for nobody."""

    def __init__(self) -> None:
        self.endpoints = {"": self._review}

    @staticmethod
    def _review(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        def answer(posted: Posted) -> Object:
            review = posted.value
            spec = review.get("spec") or {}
            token = spec.get("token") or ""
            if not token:
                raise BadRequest("token is required for TokenReview in authentication")
            posted.check(review)
            try:
                found = cluster.access.authenticator.identify(
                    token, now=cluster.clock(), audiences=spec.get("audiences") or ()
                )
            except TokenRefusedError as refusal:
                return {**review, "status": {"user": {}, "error": str(refusal)}}
            status = {"authenticated": True, "user": user_info(found.user), "audiences": list(found.audiences)}
            return {**review, "status": status}

        return answer_posted(cluster, resource, key, request, answer=answer)
