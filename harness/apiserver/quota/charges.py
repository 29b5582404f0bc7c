"""What the quotas of a namespace must be charged with before an object is written.

Quotas bind by their status, which `QuotaCounter` fills in; one without status bounds nothing. A write that is let in is added to
``status.used`` at once, so that the next one sees it.
"""

from dataclasses import dataclass

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.evaluators import evaluator_of
from harness.apiserver.quota.scopes import scopes_of
from harness.apiserver.quota.totals import Amounts, amounts
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry


@dataclass(frozen=True, slots=True)
class Charge:
    """One quota as it must be stored with the write, and its stored version before."""

    quotas: Resource
    entry: Entry
    quota: Object


def charges(
    cluster: Cluster, resource: Resource, value: Object, before: Object | None = None, *, subresource: str = ""
) -> list[Charge]:
    """Return the quotas that a new object, or the change from ``before``, is counted in.

    :raises Forbidden: a quota has not as much left, or does not know yet what is used.
    """
    quotas = cluster.registry.find("", "v1", "resourcequotas")
    namespace = value["metadata"].get("namespace")
    if quotas is None or not namespace or not quotas.collection.count(namespace):
        return []
    evaluator = evaluator_of(resource)
    if evaluator is None or (before is not None and not evaluator.charged(value, before, subresource)):
        return []
    write = _Write(cluster, resource, evaluator, value, before, subresource)
    found = []
    for entry in quotas.collection.scan(namespace):
        quota = quotas.load(entry)
        changed = write.charged(entry.key.name, quota)
        if changed is not None:
            found.append(Charge(quotas, entry, {**quota, "status": {**quota["status"], "used": changed}}))
    return found


@dataclass(frozen=True, slots=True)
class _Write:
    """What is about to be written, as quotas see it."""

    cluster: Cluster
    resource: Resource
    evaluator: Evaluator
    value: Object
    before: Object | None
    subresource: str

    def charged(self, name: str, quota: Object) -> Object | None:
        """Return the new ``status.used`` of a quota, None where nothing is added."""
        status = quota.get("status") or {}
        hard, counted = amounts(status.get("hard")), amounts(status.get("used"))
        concerned = [one for one in hard if self.evaluator.tracks(self.cluster, one)]
        if not concerned or not self._in_scope(quota, self.value):
            return None
        if missing := self.evaluator.unsaid(self.value, concerned):
            raise self._refusal(f"failed quota: {name}: {missing}")
        if any(one not in counted for one in concerned):
            raise self._refusal(f"status unknown for quota: {name}, resources: {','.join(sorted(concerned))}")
        asked = {one: amount for one, amount in self._more(quota).items() if one in hard and amount.value}
        if not asked:
            return None
        total = {one: counted.get(one, ZERO) + amount for one, amount in asked.items()}
        over = sorted(one for one, amount in total.items() if hard[one] < amount)
        if over and self.subresource != "status":
            texts = [
                ",".join(f"{one}={source[one]}" for one in over if one in source) for source in (asked, counted, hard)
            ]
            raise self._refusal(f"exceeded quota: {name}, requested: {texts[0]}, used: {texts[1]}, limited: {texts[2]}")
        return dict(
            sorted({**(status.get("used") or {}), **{one: str(amount) for one, amount in total.items()}}.items())
        )

    def _in_scope(self, quota: Object, value: Object) -> bool:
        return all(self.evaluator.in_scope(value, one) for one in scopes_of(quota.get("spec") or {}))

    def _more(self, quota: Object) -> Amounts:
        """Return what the write uses more than before; all of it where what was there before was not the quota's concern."""
        used = self.evaluator.usage(self.cluster, self.value)
        if self.before is None or not self._in_scope(quota, self.before):
            return used
        spent = self.evaluator.usage(self.cluster, self.before)
        return {name: one - spent.get(name, ZERO) for name, one in used.items() if spent.get(name, ZERO) < one}

    def _refusal(self, why: str) -> Forbidden:
        return Forbidden(self.resource, self.value["metadata"].get("name", ""), why)
