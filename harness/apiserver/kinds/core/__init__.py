"""Kinds of the core group."""

from typing import Final

from harness.apiserver.kinds.core.bindings import BindingStrategy
from harness.apiserver.kinds.core.claims import ClaimStrategy
from harness.apiserver.kinds.core.components import ComponentStatusStrategy
from harness.apiserver.kinds.core.configmaps import ConfigMapStrategy
from harness.apiserver.kinds.core.endpoints import EndpointsStrategy
from harness.apiserver.kinds.core.events import EventStrategy
from harness.apiserver.kinds.core.limitranges import LimitRangeStrategy
from harness.apiserver.kinds.core.namespaces import NamespaceStrategy
from harness.apiserver.kinds.core.nodes import NodeStrategy
from harness.apiserver.kinds.core.pods import PodStrategy
from harness.apiserver.kinds.core.quotas import QuotaStrategy
from harness.apiserver.kinds.core.replicationcontrollers import PodTemplateStrategy, ReplicationControllerStrategy
from harness.apiserver.kinds.core.secrets import SecretStrategy
from harness.apiserver.kinds.core.serviceaccounts import ServiceAccountStrategy
from harness.apiserver.kinds.core.services import ServiceStrategy
from harness.apiserver.kinds.core.volumes import VolumeStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "Binding": BindingStrategy(),
    "ComponentStatus": ComponentStatusStrategy(),
    "ConfigMap": ConfigMapStrategy(),
    "Endpoints": EndpointsStrategy(),
    "Event": EventStrategy(modern=False),
    "LimitRange": LimitRangeStrategy(),
    "Namespace": NamespaceStrategy(),
    "Node": NodeStrategy(),
    "PersistentVolume": VolumeStrategy(),
    "PersistentVolumeClaim": ClaimStrategy(),
    "Pod": PodStrategy(),
    "PodTemplate": PodTemplateStrategy(),
    "ReplicationController": ReplicationControllerStrategy(),
    "ResourceQuota": QuotaStrategy(),
    "Secret": SecretStrategy(),
    "Service": ServiceStrategy(),
    "ServiceAccount": ServiceAccountStrategy(),
}
