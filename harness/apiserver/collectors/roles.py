"""Aggregation of cluster roles: one with an aggregation rule gathers the rules of those that its selectors match, and applies them."""

from typing import TYPE_CHECKING, Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.label_selectors import NO_LABEL, as_selector
from harness.apiserver.managed.applying import Application, applied
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry
from harness.apiserver.verbs.objects import entry_of

if TYPE_CHECKING:
    from harness.apiserver.messages import Object

_MANAGER: Final = "clusterrole-aggregation-controller"


class RoleAggregator:
    """Keeps aggregated cluster roles in step with what they gather from, in the order of names."""

    def __init__(self, cluster: Cluster, roles: Resource) -> None:
        self._cluster, self._roles = cluster, roles
        self._planned = False

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: of any cluster role, as any may be gathered from."""
        del change
        if collection is self._roles.collection and not self._planned:
            self._planned = True
            self._cluster.agenda.at(self._cluster.clock(), self.aggregate, work="aggregation of cluster roles")

    def aggregate(self) -> None:
        """Gather now."""
        for entry in list(self._roles.collection.scan("")):
            if b'"aggregationRule"' in entry.tail:
                self._gather(entry)
        self._planned = False

    def _gather(self, entry: Entry) -> None:
        value = self._roles.load(entry)
        rules: list[Object] = []
        for given in (value.get("aggregationRule") or {}).get("clusterRoleSelectors") or ():
            selector = as_selector(given) or NO_LABEL
            for other in self._roles.collection.scan(""):
                if other.key != entry.key and selector.matches(other.labels):
                    rules += [rule for rule in self._roles.load(other).get("rules") or () if rule not in rules]
        if rules == (value.get("rules") or []):
            return
        config: Object = {
            "apiVersion": self._roles.api_version,
            "kind": self._roles.kind,
            "metadata": {"name": entry.key.name},
        }
        if rules:
            config["rules"] = rules
        application = Application(
            registry=self._cluster.registry,
            resource=self._roles,
            config=config,
            subresource="",
            manager=_MANAGER,
            force=True,
            now=self._cluster.now(),
        )
        found = {**applied(application, value), "rules": rules or None}
        found["metadata"] = ordered(found["metadata"])
        revised = entry_of(self._roles, found, self._cluster.store.revision + 1)
        self._cluster.store.commit(self._roles.collection, revised, entry)
