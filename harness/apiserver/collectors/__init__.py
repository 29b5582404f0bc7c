"""What a cluster does on its own: garbage collection by owner, deletion of namespaces and definitions, aggregation of
cluster roles, registration of definitions, the end of events, counting for quotas, checks of
policies.

Stepped by the clock: nothing here waits, everything is an appointment on the agenda.
"""

from harness.apiserver.collectors.accounts import AccountKeeper
from harness.apiserver.collectors.definitions import DefinitionKeeper
from harness.apiserver.collectors.events import EventExpiry
from harness.apiserver.collectors.garbage import GarbageCollector
from harness.apiserver.collectors.namespaces import NamespaceCollector
from harness.apiserver.collectors.policies import PolicyChecker
from harness.apiserver.collectors.quotas import QuotaCounter
from harness.apiserver.collectors.registrations import RegistrationKeeper
from harness.apiserver.collectors.roles import RoleAggregator

__all__ = [
    "AccountKeeper",
    "DefinitionKeeper",
    "EventExpiry",
    "GarbageCollector",
    "NamespaceCollector",
    "PolicyChecker",
    "QuotaCounter",
    "RegistrationKeeper",
    "RoleAggregator",
]
