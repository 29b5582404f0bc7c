"""Pods in quotas: their number, and what they ask for, as long as they have not come to their end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ONE
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.scopes import matches_any
from harness.apiserver.quota.totals import Amounts, effective_total

_DONE: Final = ("Failed", "Succeeded")
_OWN: Final = ("cpu", "memory", "ephemeral-storage")
_MUST_BE_SAID: Final = frozenset({
    "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
})  # fmt: skip
_HUGE: Final = ("hugepages-", "requests.hugepages-")
_DEVICE_CLASS: Final = "deviceclass.resource.kubernetes.io/"


class PodEvaluator(Evaluator):
    """Counts pods."""

    updates = True

    def __init__(self, group: str, plural: str) -> None:
        super().__init__(group, plural)
        self.names |= {"pods", *_OWN, *(f"{part}.{name}" for part in ("requests", "limits") for name in _OWN)}

    def tracks(self, cluster: Cluster, name: str) -> bool:
        """Track huge pages and requests for extended resources, too."""
        if super().tracks(cluster, name) or name.startswith(_HUGE):
            return True
        asked = name.removeprefix("requests.")
        return asked != name and (("/" in name and "kubernetes.io/" not in name) or asked.startswith(_DEVICE_CLASS))

    def in_scope(self, value: Object, scope: Object) -> bool:
        """Know deadlines, the class of quality, the class of priority, and affinity to pods of other namespaces."""
        name = scope.get("scopeName") or ""
        if name == "PriorityClass":
            named = (value.get("spec") or {}).get("priorityClassName")
            return matches_any(scope, [named] if named else [])
        test = _SCOPES.get(name)
        return test is not None and test(value)

    def usage(self, cluster: Cluster, value: Object) -> Amounts:
        """Return what a pod counts for. One that has ended is still an object, and nothing else."""
        found: Amounts = {self.count_name: ONE}
        if not _lives(value, cluster.clock()):
            return found
        requests, limits = effective_total(value, "requests"), effective_total(value, "limits")
        found["pods"] = ONE
        for name, one in requests.items():
            if name in _OWN or name.startswith("hugepages-"):
                found[name] = found[f"requests.{name}"] = one
            elif "/" in name:
                found[f"requests.{name}"] = one
        return found | {f"limits.{name}": one for name, one in limits.items() if name in _OWN}

    def charged(self, value: Object, before: Object, subresource: str) -> bool:
        """Charge for a resize, and for a deadline that comes or goes."""
        if subresource:
            return subresource == "resize"
        return _has_deadline(value) is not _has_deadline(before)

    def recounted(self, cluster: Cluster, value: Object, before: Object) -> bool:
        """Count again when a resize has taken effect, a deadline has come, or the pod has ended."""
        if _has_deadline(value) is not _has_deadline(before) or _resized(value, before):
            return True
        now = cluster.clock()
        return _lives(before, now) and not _lives(value, now)

    def unsaid(self, value: Object, names: list[str]) -> str:
        """Say which containers leave open what a quota counts; what is said for the whole pod will do (KEP-2837)."""
        spec = value.get("spec") or {}
        whole = spec.get("resources") or {}
        if any(_of_whole(name) for part in ("requests", "limits") for name in whole.get(part) or ()):
            return ""
        missing = "; ".join(_unsaid(spec, names))
        return f"must specify {missing}" if missing else ""


def _free(pod: Object) -> bool:
    return (pod.get("status") or {}).get("qosClass") == "BestEffort"


def end_of_patience(pod: Object) -> datetime | None:
    """Return when a pod that is being deleted stops to count though it is still there, None for one that is not."""
    metadata = pod["metadata"]
    deleted, grace = metadata.get("deletionTimestamp"), metadata.get("deletionGracePeriodSeconds")
    return None if deleted is None or grace is None else datetime.fromisoformat(deleted) + timedelta(seconds=grace)


def _lives(pod: Object, now: datetime) -> bool:
    if (pod.get("status") or {}).get("phase") in _DONE:
        return False
    end = end_of_patience(pod)
    return end is None or now <= end


def _has_deadline(pod: Object) -> bool:
    return (pod.get("spec") or {}).get("activeDeadlineSeconds") is not None


def _of_whole(name: str) -> bool:
    return name in {"cpu", "memory"} or name.startswith("hugepages-")


def _terms(spec: Object) -> Iterator[Object]:
    for kind in ("podAffinity", "podAntiAffinity"):
        given = (spec.get("affinity") or {}).get(kind) or {}
        yield from given.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for one in given.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield one.get("podAffinityTerm") or {}


def _looks_abroad(pod: Object) -> bool:
    """Tell whether its affinity may be to pods of other namespaces."""
    terms = _terms(pod.get("spec") or {})
    return any(one.get("namespaces") or one.get("namespaceSelector") is not None for one in terms)


def _resized(pod: Object, before: Object) -> bool:
    """Tell whether a container that is in both runs with other resources now."""
    for part in ("containerStatuses", "initContainerStatuses"):
        now = {one["name"]: one.get("resources") for one in (pod.get("status") or {}).get(part) or ()}
        for one in (before.get("status") or {}).get(part) or ():
            if one["name"] in now and (now[one["name"]] or {}) != (one.get("resources") or {}):
                return True
    return False


def _unsaid(spec: Object, names: list[str]) -> Iterator[str]:
    for name in sorted(_MUST_BE_SAID.intersection(names)):
        part, _, key = name.rpartition(".")
        missing = {
            container.get("name", "")
            for kind in ("containers", "initContainers")
            for container in spec.get(kind) or ()
            if key not in ((container.get("resources") or {}).get(part or "requests") or {})
        }
        if missing:
            yield f"{name} for: {','.join(sorted(missing))}"


_SCOPES: Final[dict[str, Callable[[Object], bool]]] = {
    "BestEffort": _free,
    "CrossNamespacePodAffinity": _looks_abroad,
    "NotBestEffort": lambda pod: not _free(pod),
    "NotTerminating": lambda pod: not _has_deadline(pod),
    "Terminating": _has_deadline,
}
