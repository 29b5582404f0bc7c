"""Claims of devices in quotas (KEP-4381): their number, and how many devices of each class they may be given at worst.

A class may stand for an extended resource (KEP-5004); its devices are counted under the resource's name, too.
"""

from datetime import datetime
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ONE, ZERO, Quantity, whole_number
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.pods import PodEvaluator
from harness.apiserver.quota.totals import Amounts
from harness.apiserver.store import Key

_BY_CLASS: Final = ".deviceclass.resource.k8s.io/devices"
_IMPLICIT: Final = "requests.deviceclass.resource.kubernetes.io/"
_REQUESTS: Final = "requests."
_MOST_DEVICES: Final = 32
"""What a request for all devices counts for: no more can be allocated to a claim."""
_MARK: Final = "resource.kubernetes.io/extended-resource-claim"


class DeviceClaimEvaluator(Evaluator):
    """Counts claims of devices."""

    updates = True

    def tracks(self, cluster: Cluster, name: str) -> bool:
        """Track the names of any class, and those of extended resources that a class stands for."""
        if super().tracks(cluster, name) or name.endswith(_BY_CLASS):
            return True
        if name.startswith(_IMPLICIT):
            return name.removeprefix(_IMPLICIT) in _classes(cluster)
        return name.startswith(_REQUESTS) and name.removeprefix(_REQUESTS) in _classes(cluster).values()

    def usage(self, cluster: Cluster, value: Object) -> Amounts:
        """Return what a claim counts for."""
        found: Amounts = {self.count_name: ONE}
        for request in ((value.get("spec") or {}).get("devices") or {}).get("requests") or ():
            worst: Amounts = {}
            for one in request.get("firstAvailable") or [request.get("exactly") or {}]:
                name, count = f"{one.get('deviceClassName') or ''}{_BY_CLASS}", _devices(one)
                if worst.get(name, ZERO) < count:
                    worst[name] = count
            for name, count in worst.items():
                found[name] = found.get(name, ZERO) + count
        return found | self._extended(cluster, value, found)

    def charged(self, value: Object, before: Object, subresource: str) -> bool:
        """Charge every update."""
        del value, before
        return not subresource

    @staticmethod
    def _extended(cluster: Cluster, value: Object, found: Amounts) -> Amounts:
        """Return what is used of extended resources, less what the pod that the claim was made for is charged with."""
        classes = _classes(cluster)
        used: Amounts = {}
        for name, count in found.items():
            of = name.removesuffix(_BY_CLASS)
            if of and of != name:
                used[f"{_IMPLICIT}{of}"] = count
                if classes.get(of):
                    used[f"{_REQUESTS}{classes[of]}"] = count
        spent = _spent_by_pod(cluster, value)
        rest = {name: count - spent.get(name, ZERO) for name, count in used.items()}
        return {name: count for name, count in rest.items() if count.value > 0}


def _devices(request: Object) -> Quantity:
    mode = request.get("allocationMode")
    return whole_number(request.get("count") or 0 if mode == "ExactCount" else _MOST_DEVICES if mode == "All" else 0)


def _classes(cluster: Cluster) -> dict[str, str]:
    """Return the classes of devices, each with the extended resource that it stands for, or "". The newest one has the name."""
    found = cluster.registry.find("resource.k8s.io", "v1", "deviceclasses")
    values = [found.load(entry) for entry in found.collection.scan("")] if found else []
    values.sort(key=lambda one: datetime.fromisoformat(one["metadata"]["creationTimestamp"]))
    return {one["metadata"]["name"]: (one.get("spec") or {}).get("extendedResourceName") or "" for one in values}


def _spent_by_pod(cluster: Cluster, claim: Object) -> Amounts:
    """Return what a pod is charged with, for whose extended resources the scheduler has made this claim."""
    metadata, owner = claim["metadata"], _pod_of(claim)
    pods = cluster.registry.find("", "v1", "pods")
    if pods is None or owner is None:
        return {}
    entry = pods.collection.get(Key(metadata["namespace"], owner["name"]))
    if entry is None or entry.uid != owner["uid"]:
        return {}
    pod = pods.load(entry)
    told = (pod.get("status") or {}).get("extendedResourceClaimStatus")
    if told is not None:
        counts = told.get("resourceClaimName") == metadata["name"]
    else:
        counts = _is_first(cluster, claim, entry.uid)
    return PodEvaluator("", "pods").usage(cluster, pod) if counts else {}


def _pod_of(claim: Object) -> Object | None:
    metadata = claim["metadata"]
    if (metadata.get("annotations") or {}).get(_MARK) != "true":
        return None
    owner: Object | None = next((one for one in metadata.get("ownerReferences") or () if one.get("controller")), None)
    return owner if owner is not None and (owner["apiVersion"], owner["kind"]) == ("v1", "Pod") else None


def _is_first(cluster: Cluster, claim: Object, pod_uid: str) -> bool:
    """Tell whether no other claim was made for the same pod before."""
    claims = cluster.registry.find("resource.k8s.io", "v1", "resourceclaims")
    dependents = cluster.store.dependents(pod_uid) if claims else []
    others = [claims.load(entry) for collection, entry in dependents if claims and collection is claims.collection]
    place = (claim["metadata"]["creationTimestamp"], claim["metadata"]["name"])
    return all(
        place <= (one["metadata"]["creationTimestamp"], one["metadata"]["name"])
        for one in others
        if _pod_of(one) is not None
    )
