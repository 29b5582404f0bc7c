"""Writes that controllers make, in the names of their service accounts: admitted as those of clients, where anything is configured.

A webhook that has to be asked interrupts the work (`act`), which begins anew with the answers; what it has done until then it finds
done.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from harness.apiserver.access.service_accounts import AUTHENTICATED, account_user
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError
from harness.apiserver.managed import owners_of_revised
from harness.apiserver.messages import Object, User
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import WriteOptions
from harness.apiserver.verbs.revision import revise

MANAGER: Final = "kube-controller-manager"


def controller(name: str) -> User:
    """Return who a controller is, where each has an account of its own."""
    account = account_user("kube-system", name)
    return replace(account, groups=(*account.groups, AUTHENTICATED))


def act(cluster: Cluster, work: Callable[[], None]) -> None:
    """Do something that may be admitted; at once, unless a webhook has to be asked."""
    if cluster.admission.calls:
        cluster.run_errand(work)
    else:
        work()


def rewrite(
    cluster: Cluster,
    resource: Resource,
    entry: Entry,
    value: Object,
    *,
    subresource: str = "",
    manager: str = MANAGER,
    user: User | None = None,
) -> Entry:
    """Store the next version of the object in ``entry``, which is that of the moment; ``subresource`` is the one written to.

    :param user: who writes; None for what the server does by itself, which nobody is asked about.
    :raises ApiError: somebody refuses it.
    :raises Wanted: a webhook has to be asked first.
    """
    if user is not None and cluster.admission.active:
        given = {"kind": "PatchOptions", "apiVersion": "meta.k8s.io/v1"}
        options = WriteOptions(manager, dry_run=False, validation="Ignore", user=user, given=given)
        revise(cluster, resource, entry, value, subresource=subresource, options=options)
        return resource.collection.get(entry.key) or entry
    current = resource.load(entry)
    managed = owners_of_revised(cluster, resource, current, value, subresource=subresource, manager=manager)
    value = {**value, "metadata": ordered({**value["metadata"], "managedFields": managed})}
    written = entry_of(resource, value, cluster.store.revision + 1)
    cluster.store.commit(resource.collection, written, entry)
    return written


def post_warning(cluster: Cluster, about: Object, *, reason: str, message: str, component: str) -> None:
    """Post a Kubernetes Event of type Warning ``about`` an object; where it is refused, nobody is told."""
    events = cluster.registry.find("", "v1", "events")
    if events is None:
        return
    metadata, now = about["metadata"], cluster.now()
    namespace = metadata.get("namespace", "default")
    value: Object = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{cluster.suffixes.getrandbits(64):016x}", "namespace": namespace},
        "involvedObject": {
            "kind": about["kind"],
            "namespace": metadata.get("namespace", ""),
            "name": metadata["name"],
            "uid": metadata["uid"],
            "apiVersion": about["apiVersion"],
        },
        "reason": reason,
        "message": message,
        "source": {"component": component},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": "Warning",
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": "",
    }
    options = WriteOptions(
        MANAGER,
        dry_run=False,
        validation="Ignore",
        user=controller(component),
        given={"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    )

    def post() -> None:
        with suppress(ApiError):  # the namespace is going, for instance
            create_object(cluster, events, namespace, value, options=options)

    act(cluster, post)
