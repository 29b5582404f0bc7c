"""Kinds of apps."""

from typing import Final

from harness.apiserver.kinds.apps.daemonsets import DaemonSetStrategy
from harness.apiserver.kinds.apps.deployments import DeploymentStrategy
from harness.apiserver.kinds.apps.replicasets import ReplicaSetStrategy
from harness.apiserver.kinds.apps.revisions import RevisionStrategy
from harness.apiserver.kinds.apps.statefulsets import StatefulSetStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "ControllerRevision": RevisionStrategy(),
    "DaemonSet": DaemonSetStrategy(),
    "Deployment": DeploymentStrategy(),
    "ReplicaSet": ReplicaSetStrategy(),
    "StatefulSet": StatefulSetStrategy(),
}
