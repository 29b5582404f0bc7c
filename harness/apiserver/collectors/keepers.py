"""All collectors of one cluster: those that its settings ask for, told of every change in a fixed order."""

from collections.abc import Callable, Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.accounts import AccountKeeper
from harness.apiserver.collectors.definitions import DefinitionKeeper
from harness.apiserver.collectors.events import EventExpiry
from harness.apiserver.collectors.garbage import GarbageCollector
from harness.apiserver.collectors.namespaces import NamespaceCollector
from harness.apiserver.collectors.policies import PolicyChecker
from harness.apiserver.collectors.quotas import QuotaCounter
from harness.apiserver.collectors.registrations import RegistrationKeeper
from harness.apiserver.collectors.roles import RoleAggregator
from harness.apiserver.resources import Resource
from harness.apiserver.stages.stage import Stages
from harness.apiserver.store import Change, Collection

Note = Callable[[Collection, Change], None]
"""What takes note of a change."""


class Keepers:
    """What a cluster has to keep itself in order."""

    def __init__(self, cluster: Cluster, namespaces: Resource, registrations: RegistrationKeeper) -> None:
        self._cluster = cluster
        self._notes: tuple[Note, ...] = (
            cluster.admission.note,
            DefinitionKeeper(cluster).note,
            GarbageCollector(cluster).note,
            NamespaceCollector(cluster, namespaces).note,
            cluster.access.note,
            registrations.note,
            *self._aggregating(),
            *self._expiring(),
            *self._counting(),
            *self._checking(),
            *([AccountKeeper(cluster).note] if cluster.settings.default_accounts else ()),
        )

    def note(self, collection: Collection, change: Change) -> None:
        """Tell all of them of a change."""
        for note in self._notes:
            note(collection, change)

    def play(self, stages: Stages) -> None:
        """Move workloads as ``stages`` say, from now on."""
        from harness.apiserver.collectors.stages import StageCollector  # noqa: PLC0415  most servers play none

        collector = StageCollector(self._cluster, stages)
        self._notes = (*self._notes, collector.note)
        collector.create_nodes()

    def _aggregating(self) -> Iterator[Note]:
        roles = self._cluster.registry.find("rbac.authorization.k8s.io", "v1", "clusterroles")
        if roles is not None and self._cluster.settings.aggregate_roles:
            aggregator = RoleAggregator(self._cluster, roles)
            self._cluster.access.book.on_prepared = aggregator.aggregate
            yield aggregator.note

    def _expiring(self) -> Iterator[Note]:
        events, ttl = self._cluster.registry.find("", "v1", "events"), self._cluster.settings.event_ttl
        if events is not None and ttl is not None:
            yield EventExpiry(self._cluster, events, ttl).note

    def _counting(self) -> Iterator[Note]:
        quotas = self._cluster.registry.find("", "v1", "resourcequotas")
        if quotas is not None and self._cluster.settings.count_quotas:
            yield QuotaCounter(self._cluster, quotas).note

    def _checking(self) -> Iterator[Note]:
        policies = self._cluster.registry.find("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies")
        if policies is not None and self._cluster.settings.check_policies:
            yield PolicyChecker(self._cluster, policies).note
