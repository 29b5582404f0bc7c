"""Kinds of the core group."""

from typing import Final

from harness.apiserver.kinds.core.namespaces import NamespaceStrategy
from harness.apiserver.kinds.core.serviceaccounts import ServiceAccountStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "Namespace": NamespaceStrategy(),
    "ServiceAccount": ServiceAccountStrategy(),
}
