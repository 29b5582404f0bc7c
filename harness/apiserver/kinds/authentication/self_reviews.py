"""Who am I? The review behind ``kubectl auth whoami`` (KEP-3325)."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.kinds.authentication.users import user_info
from harness.apiserver.messages import ADMINISTRATOR, Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.posted import Posted, answer_posted


class SelfSubjectReviewStrategy(Strategy):
    """SelfSubjectReview: says who asks; whatever else is in the body is not looked at."""

    def __init__(self) -> None:
        self.endpoints = {"": self._review}

    @staticmethod
    def _review(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        def answer(posted: Posted) -> Object:
            review = posted.value
            posted.check(review)
            return {
                "kind": review["kind"],
                "apiVersion": review["apiVersion"],
                "metadata": {"creationTimestamp": cluster.now()},
                "status": {"userInfo": user_info(request.user or ADMINISTRATOR)},
            }

        return answer_posted(cluster, resource, key, request, answer=answer, owned=False)
