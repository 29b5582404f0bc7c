"""Claims of volumes in quotas: their number and storage, in all and by storage class."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ONE
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.scopes import matches_any
from harness.apiserver.quota.totals import Amounts, amounts

_CLAIMS: Final = "persistentvolumeclaims"
_STORAGE: Final = "requests.storage"
_BY_CLASS: Final = ".storageclass.storage.k8s.io/"
_BETA: Final = "volume.beta.kubernetes.io/storage-class"
"""Where claims named their class before they had a field for it; it still goes first."""


class ClaimEvaluator(Evaluator):
    """Counts claims."""

    updates = True

    def __init__(self, group: str, plural: str) -> None:
        super().__init__(group, plural)
        self.names |= {_CLAIMS, _STORAGE}

    def tracks(self, cluster: Cluster, name: str) -> bool:
        """Track the names of any storage class, too."""
        return super().tracks(cluster, name) or name.endswith((f"{_BY_CLASS}{_CLAIMS}", f"{_BY_CLASS}{_STORAGE}"))

    def in_scope(self, value: Object, scope: Object) -> bool:
        """Know the class of volume attributes: the wanted one, the present one, and the one on the way."""
        if scope.get("scopeName") != "VolumeAttributesClass":
            return False
        status = value.get("status") or {}
        names = (
            (value.get("spec") or {}).get("volumeAttributesClassName"),
            status.get("currentVolumeAttributesClassName"),
            (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName"),
        )
        return matches_any(scope, [one for one in names if one])

    def usage(self, cluster: Cluster, value: Object) -> Amounts:
        """Return what a claim counts for: whole bytes, and what has been given to it where that is more than it asks for."""
        del cluster
        spec = value.get("spec") or {}
        found: Amounts = {self.count_name: ONE, _CLAIMS: ONE}
        annotations = value["metadata"].get("annotations") or {}
        by_class = annotations.get(_BETA, spec.get("storageClassName"))
        if by_class:
            found[f"{by_class}{_BY_CLASS}{_CLAIMS}"] = ONE
        storage = amounts((spec.get("resources") or {}).get("requests")).get("storage")
        if storage is not None:
            given = amounts((value.get("status") or {}).get("allocatedResources")).get("storage")
            storage = (given if given is not None and storage < given else storage).rounded_up(0)
            found[_STORAGE] = storage
            if by_class:
                found[f"{by_class}{_BY_CLASS}{_STORAGE}"] = storage
        return found

    def charged(self, value: Object, before: Object, subresource: str) -> bool:
        """Charge every update, and what is given to it in its status."""
        del value, before
        return subresource in {"", "status"}

    def recounted(self, cluster: Cluster, value: Object, before: Object) -> bool:
        """Count again after every update: so does the real controller, which compares two pointers."""
        del cluster, value, before
        return True
