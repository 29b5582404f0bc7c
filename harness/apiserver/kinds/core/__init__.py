"""Kinds of the core group."""

from typing import Final

from harness.apiserver.kinds.core.bindings import BindingStrategy
from harness.apiserver.kinds.core.configmaps import ConfigMapStrategy
from harness.apiserver.kinds.core.events import EventStrategy
from harness.apiserver.kinds.core.namespaces import NamespaceStrategy
from harness.apiserver.kinds.core.nodes import NodeStrategy
from harness.apiserver.kinds.core.pods import PodStrategy
from harness.apiserver.kinds.core.secrets import SecretStrategy
from harness.apiserver.kinds.core.serviceaccounts import ServiceAccountStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "Binding": BindingStrategy(),
    "ConfigMap": ConfigMapStrategy(),
    "Event": EventStrategy(modern=False),
    "Namespace": NamespaceStrategy(),
    "Node": NodeStrategy(),
    "Pod": PodStrategy(),
    "Secret": SecretStrategy(),
    "ServiceAccount": ServiceAccountStrategy(),
}
