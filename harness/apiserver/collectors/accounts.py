"""What each namespace is given by controllers: the service account ``default`` and the certificate that the server is known by.

On where settings say so; a bare API server has neither. What is deleted comes again, as long as its namespace stays, and a
certificate that somebody has changed is set right.
"""

from collections import Counter
from datetime import timedelta
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.writing import MANAGER, act, controller, rewrite
from harness.apiserver.errors import ApiError
from harness.apiserver.messages import Object, User
from harness.apiserver.outcalls import Wanted
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry, Key
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.options import WriteOptions

_ACCOUNT: Final[Object] = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
_FIRST_FAILURE: Final = timedelta(milliseconds=5)
_LONGEST_FAILURE: Final = timedelta(seconds=1000)
_DESCRIPTION: Final = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal "
    "service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
)


def _certificate(pem: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "kube-root-ca.crt",
            "annotations": {"kubernetes.io/description": _DESCRIPTION},
        },
        "data": {"ca.crt": pem},
    }


class AccountKeeper:
    """Sees to it that each active namespace has its account and certificate."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._namespaces = self._find("namespaces")
        self._wanted = (
            (self._find("serviceaccounts"), _ACCOUNT, controller("service-account-controller")),
            (self._find("configmaps"), _certificate(cluster.settings.root_ca), controller("root-ca-cert-publisher")),
        )
        self._planned: dict[str, None] = {}
        self._failed: Counter[str] = Counter()

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a new namespace, of an account or certificate that is gone, and of a certificate that was changed."""
        key = change.entry.key
        if collection is self._namespaces.collection:
            if change.previous is None:
                self._plan(key.name)
        elif (change.deleted or change.previous is not None) and any(
            collection is resource.collection and key.name == wanted["metadata"]["name"]
            for resource, wanted, _ in self._wanted
        ):
            self._plan(key.namespace)

    def _plan(self, namespace: str, delay: timedelta = timedelta(0)) -> None:
        if namespace not in self._planned:
            self._planned[namespace] = None
            work = "" if delay else f"accounts of namespace {namespace}"  # nothing may ever come of a further attempt
            due = self._cluster.clock() + delay
            self._cluster.agenda.at(due, lambda: act(self._cluster, lambda: self._tried(namespace)), work=work)

    def _tried(self, namespace: str) -> None:
        """Furnish a namespace; where somebody refuses that, try again later and later."""
        self._planned.pop(namespace, None)
        try:
            self._furnish(namespace)
        except Wanted:
            self._planned[namespace] = None  # nothing else is needed until the answers are there
            raise
        except ApiError:
            self._plan(namespace, min(_FIRST_FAILURE * 2 ** self._failed[namespace], _LONGEST_FAILURE))
            self._failed[namespace] += 1
        else:
            self._failed.pop(namespace, None)

    def _furnish(self, namespace: str) -> None:
        entry = self._namespaces.collection.get(Key("", namespace))
        if entry is None or entry.fields.get("status.phase") != "Active":
            return
        refusals = []
        for resource, wanted, user in self._wanted:
            try:
                self._see_to(resource, namespace, wanted, user)
            except ApiError as refusal:  # one is not kept back by the other
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    def _see_to(self, resource: Resource, namespace: str, wanted: Object, user: User) -> None:
        entry = resource.collection.get(Key(namespace, wanted["metadata"]["name"]))
        if entry is not None:
            self._set_right(resource, entry, wanted, user)
            return
        value = {**wanted, "metadata": {**wanted["metadata"]}}
        given = {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"}
        options = WriteOptions(MANAGER, dry_run=False, validation="Ignore", user=user, given=given)
        create_object(self._cluster, resource, namespace, value, options=options)

    def _set_right(self, resource: Resource, entry: Entry, wanted: Object, user: User) -> None:
        if "data" not in wanted:
            return
        value = resource.load(entry)
        notes = value["metadata"].get("annotations") or {}
        if value.get("data") == wanted["data"] and notes.keys() >= wanted["metadata"]["annotations"].keys():
            return
        metadata = {**value["metadata"], "annotations": {**notes, **wanted["metadata"]["annotations"]}}
        rewrite(self._cluster, resource, entry, {**value, "metadata": metadata, "data": wanted["data"]}, user=user)

    def _find(self, plural: str) -> Resource:
        found = self._cluster.registry.find("", "v1", plural)
        if found is None:
            raise AssertionError(f"the table of built-in resources holds no {plural}")
        return found
