"""What a cluster does on its own: garbage collection by owner, deletion of namespaces and definitions, aggregation of
cluster roles, registration of definitions, the end of events, counting for quotas, checks of
policies.

Stepped by the clock: nothing here waits, everything is an appointment on the agenda.
"""

from harness.apiserver.collectors.keepers import Keepers
from harness.apiserver.collectors.registrations import RegistrationKeeper

__all__ = ["Keepers", "RegistrationKeeper"]
