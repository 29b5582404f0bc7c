"""What the quotas of a namespace must be charged with before an object is written.

Quotas count by their status, which the controller of quotas fills in; one without status bounds nothing. A write that is
let in is added to ``status.used`` at once, so that the next one sees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO
from harness.apiserver.quota.totals import Amounts, amounts
from harness.apiserver.quota.usage import usage
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry

_MUST_BE_SAID: Final = frozenset({
    "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charge:
    """One quota as it must be stored with the write, and its stored version before."""

    quotas: Resource
    entry: Entry
    quota: Object


def charges(cluster: Cluster, resource: Resource, value: Object, before: Object | None = None) -> list[Charge]:
    """Return the quotas that a new object, or the change from ``before``, is counted in.

    :raises Forbidden: a quota has not as much left, or does not know yet what is used.
    """
    quotas = cluster.registry.find("", "v1", "resourcequotas")
    if quotas is None or not resource.namespaced or not quotas.collection:
        return []
    used = usage(resource, value)
    delta = used if before is None else _less(used, usage(resource, before))
    found = []
    for entry in quotas.collection.scan(value["metadata"]["namespace"]):
        quota = quotas.load(entry)
        status = quota.get("status") or {}
        if status.get("hard") and _in_scope(quota.get("spec") or {}, resource, value):
            changed = _charged(resource, value, entry.key.name, status, used=used, delta=delta)
            if changed is not None:
                found.append(Charge(quotas, entry, {**quota, "status": {**status, "used": changed}}))
    return found


def _in_scope(spec: Object, resource: Resource, value: Object) -> bool:
    scopes = spec.get("scopes") or []
    if not scopes:
        return True
    if resource.group or resource.plural != "pods":
        return False
    pod = value.get("spec") or {}
    ends = pod.get("activeDeadlineSeconds") is not None
    free = (value.get("status") or {}).get("qosClass") == "BestEffort"
    answers = {"Terminating": ends, "NotTerminating": not ends, "BestEffort": free, "NotBestEffort": not free}
    return all(answers.get(scope, True) for scope in scopes)


def _charged(
    resource: Resource, value: Object, quota: str, status: Object, *, used: Amounts, delta: Amounts
) -> Object | None:
    """Return the new ``status.used`` of a quota, None where nothing is added."""
    hard, counted = amounts(status["hard"]), amounts(status.get("used"))
    name = value["metadata"].get("name", "")
    concerned = [one for one in hard if one in used or (resource.plural == "pods" and one in _MUST_BE_SAID)]
    if not concerned:
        return None
    if resource.plural == "pods" and (missing := list(_unsaid(value.get("spec") or {}, concerned))):
        raise Forbidden(resource, name, f"failed quota: {quota}: must specify {'; '.join(missing)}")
    if unknown := [one for one in concerned if one not in counted]:
        raise Forbidden(resource, name, f"status unknown for quota: {quota}, resources: {','.join(sorted(unknown))}")
    asked = {one: delta[one] for one in concerned if one in delta and delta[one].value}
    if not asked:
        return None
    total = {one: counted[one] + amount for one, amount in asked.items()}
    over = sorted(one for one, amount in total.items() if hard[one] < amount)
    if over:
        texts = [",".join(f"{one}={source[one]}" for one in over) for source in (asked, counted, hard)]
        why = f"exceeded quota: {quota}, requested: {texts[0]}, used: {texts[1]}, limited: {texts[2]}"
        raise Forbidden(resource, name, why)
    return {**(status.get("used") or {}), **{one: str(amount) for one, amount in total.items()}}


def _unsaid(spec: Object, concerned: list[str]) -> Iterator[str]:
    """Yield which containers leave open what a quota counts."""
    for name in sorted(_MUST_BE_SAID.intersection(concerned)):
        part, _, key = name.rpartition(".")
        whole = (spec.get("resources") or {}).get(part or "requests") or {}
        missing = [
            container.get("name", "")
            for kind in ("containers", "initContainers")
            for container in spec.get(kind) or []
            if key not in ((container.get("resources") or {}).get(part or "requests") or {})
        ]
        if missing and key not in whole:
            yield f"{name} for: {','.join(sorted(set(missing)))}"


def _less(used: Amounts, before: Amounts) -> Amounts:
    """Return what is used more than before."""
    return {name: one - before.get(name, ZERO) for name, one in used.items() if before.get(name, ZERO) < one}
