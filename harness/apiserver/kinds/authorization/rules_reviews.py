"""What may I do here? The review behind ``kubectl auth can-i --list``."""

from harness.apiserver.access import Rule
from harness.apiserver.access.authorizer import aggregated
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest
from harness.apiserver.messages import ADMINISTRATOR, Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.posted import Posted, answer_posted


class RulesReviewStrategy(Strategy):
    """SelfSubjectRulesReview: the rules that apply to who asks, in one namespace."""

    def __init__(self) -> None:
        self.endpoints = {"": self._review}

    def _review(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        def answer(posted: Posted) -> Object:
            review = posted.value
            namespace = (review.get("spec") or {}).get("namespace") or ""
            if not namespace:
                raise BadRequest("no namespace on request")
            posted.check(review)
            rules, unresolved = cluster.access.authorizer.rules(request.user or ADMINISTRATOR, namespace)
            status: Object = {
                "resourceRules": [_resource_rule(rule) for rule in rules if rule.resources],
                "nonResourceRules": [_path_rule(rule) for rule in rules if rule.paths],
                "incomplete": False,
            }
            if unresolved:
                status["evaluationError"] = aggregated([one.noticed for one in unresolved])
            return {
                "kind": review["kind"],
                "apiVersion": review["apiVersion"],
                "metadata": {},
                "spec": {},
                "status": status,
            }

        return answer_posted(cluster, resource, key, request, answer=answer)


def _resource_rule(rule: Rule) -> Object:
    shown: Object = {"verbs": list(rule.verbs)}
    for name, values in (("apiGroups", rule.groups), ("resources", rule.resources), ("resourceNames", rule.names)):
        if values:
            shown[name] = list(values)
    return shown


def _path_rule(rule: Rule) -> Object:
    return {"verbs": list(rule.verbs), "nonResourceURLs": list(rule.paths)}
