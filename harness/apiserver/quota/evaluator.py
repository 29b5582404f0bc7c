"""How the objects of one resource count in quotas: one of each, unless the resource says more.

An evaluator knows which of a quota's names it fills, whether an object is in a quota's scopes, what one object uses, which writes
are charged, and which changes call for counting again. Source: the evaluators of kube-apiserver's ``quota/v1``.
"""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ONE
from harness.apiserver.quota.totals import Amounts

_ALIASED: Final = frozenset({"configmaps", "replicationcontrollers", "resourcequotas", "secrets"})
"""Kinds of the core group that are counted under their own name, too."""


class Evaluator:
    """Counts objects."""

    updates: bool = False
    """Whether an update may be charged, or make a quota count again."""

    def __init__(self, group: str, plural: str) -> None:
        self.count_name = f"count/{plural}.{group}" if group else f"count/{plural}"
        self.names = frozenset({self.count_name, *({plural} & _ALIASED if not group else ())})

    def tracks(self, cluster: Cluster, name: str) -> bool:
        """Tell whether a name that a quota bounds is counted here."""
        del cluster
        return name in self.names

    def in_scope(self, value: Object, scope: Object) -> bool:
        """Tell whether an object is in a scope (``scopeName``, ``operator``, ``values``): nothing is, unless it knows the scope."""
        del value, scope
        return False

    def usage(self, cluster: Cluster, value: Object) -> Amounts:
        """Return what one object counts for, by the names that quotas use."""
        del cluster, value
        return dict.fromkeys(self.names, ONE)

    def charged(self, value: Object, before: Object, subresource: str) -> bool:
        """Tell whether an update may use more of a quota."""
        del value, before, subresource
        return False

    def recounted(self, cluster: Cluster, value: Object, before: Object) -> bool:
        """Tell whether an update is one after which the controller counts at once."""
        del cluster, value, before
        return False

    def unsaid(self, value: Object, names: list[str]) -> str:
        """Say what an object leaves open that must be known to count it, "" where nothing is."""
        del value, names
        return ""
