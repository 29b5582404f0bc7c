"""Kinds of rbac.authorization.k8s.io."""

from typing import Final

from harness.apiserver.kinds.rbac.bindings import BindingStrategy
from harness.apiserver.kinds.rbac.roles import RoleStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "ClusterRole": RoleStrategy(),
    "ClusterRoleBinding": BindingStrategy(),
    "Role": RoleStrategy(),
    "RoleBinding": BindingStrategy(),
}
