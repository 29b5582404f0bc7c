"""Roles and cluster roles: rules that say something, and only what their author may do."""

from collections.abc import Iterator

from harness.apiserver.access.escalation import check_role
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key


class RoleStrategy(Strategy):
    """Roles of a namespace and of the cluster."""

    def permit(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
    ) -> None:
        """Refuse what would give away more than the user has."""
        check_role(cluster, resource, value, current=current, user=user, key=key)

    def default(self, value: Object) -> Object:
        """Give a role its list of rules, which the API always shows."""
        return value if "rules" in value else {**value, "rules": None}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Keep no list without rules."""
        del cluster, resource
        return value if value.get("rules") else {**value, "rules": None}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep no list without rules."""
        del current, subresource
        return self.begin(cluster, resource, value)

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with the rules."""
        del cluster, current, subresource
        found: list[FieldError] = []
        for index, rule in enumerate(value.get("rules") or ()):
            found += _rule_errors(rule, f"rules[{index}]", namespaced=resource.namespaced)
        return [*found, *_aggregation_errors(value.get("aggregationRule"))]


def _aggregation_errors(aggregation: Object | None) -> Iterator[FieldError]:
    if aggregation is None:
        return
    path, selectors = "aggregationRule.clusterRoleSelectors", aggregation.get("clusterRoleSelectors") or ()
    if not selectors:
        yield required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")
    for index, selector in enumerate(selectors):
        wrong = list(selector_errors(selector, f"{path}[{index}]"))
        yield from wrong
        if wrong:
            yield invalid(f"{path}[{index}]", None, "invalid label selector.")


def _rule_errors(rule: Object, path: str, *, namespaced: bool) -> Iterator[FieldError]:
    if not rule.get("verbs"):
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    if urls := rule.get("nonResourceURLs"):
        if namespaced:
            yield invalid(f"{path}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", urls, detail)
        return
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")
