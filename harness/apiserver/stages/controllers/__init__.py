"""Controllers of workloads: each a function that looks at one object and does the next step towards what it asks for."""

from collections.abc import Callable
from typing import Final

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.daemonsets import reconcile_daemon_set
from harness.apiserver.stages.controllers.deployments import reconcile_deployment
from harness.apiserver.stages.controllers.jobs import reconcile_job
from harness.apiserver.stages.controllers.replicasets import reconcile_replica_set
from harness.apiserver.stages.controllers.statefulsets import reconcile_stateful_set
from harness.apiserver.stages.hands import Hands

CONTROLLERS: Final[dict[tuple[str, str], Callable[[Hands, Object], None]]] = {
    ("apps", "daemonsets"): reconcile_daemon_set,
    ("apps", "deployments"): reconcile_deployment,
    ("apps", "replicasets"): reconcile_replica_set,
    ("apps", "statefulsets"): reconcile_stateful_set,
    ("batch", "jobs"): reconcile_job,
}
"""By group and plural."""
