"""Definitions at work: a stored CustomResourceDefinition changes what is served, before the reply to the write that stores it.

Its names are accepted and it is established in two more writes, as the real server's controllers do it, only at once. Its deletion
takes what it defines along: the definition is marked, its objects are deleted (those with finalizers stay until these are
removed), and only then it goes, and with it its paths and watches. Names that it gives up are given to others of its group.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.conversions import WebhookConverter
from harness.apiserver.kinds.apiextensions import CLEANUP_FINALIZER, is_established, next_status, with_condition
from harness.apiserver.kinds.apiextensions.objects import ScaledStrategy
from harness.apiserver.managed import owners_of_revised
from harness.apiserver.messages import Object
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource, custom_resources, index_fields
from harness.apiserver.store import Change, Collection, Entry, Key
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import DeleteOptions
from harness.apiserver.verbs.revision import drop_finalizer

_MANAGER: Final = "kube-apiserver"


class DefinitionKeeper:
    """Keeps the table of resources in step with the stored definitions."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        found = cluster.registry.find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        if found is None:
            raise AssertionError("the table of built-in resources holds no definitions")
        self._definitions = found
        self._terminating: dict[int, str] = {}
        self._served: dict[str, Object] = {}

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: of a definition, or of the last object of one that is being deleted."""
        if collection is not self._definitions.collection:
            name = self._terminating.get(id(collection))
            if name is not None and change.deleted and not len(collection):
                self._clean_soon(name)
            return
        definition = self._definitions.load(change.entry)
        if change.deleted:
            self._withdraw(definition)
            return
        if is_established(definition):
            self._serve(definition)
        status = next_status(definition, self._others(definition), now=self._cluster.now())
        if status is not None:
            self._write(change.entry, {**definition, "status": status})
        if "deletionTimestamp" in definition["metadata"]:
            served = self._collection(definition)
            if id(served) not in self._terminating:
                self._terminating[id(served)] = change.entry.key.name
                self._clean_soon(change.entry.key.name)

    def _others(self, definition: Object) -> Iterator[Object]:
        """Yield the other definitions of a group, which stands in the name of each; most who ask look at none."""
        name, group = definition["metadata"]["name"], definition["spec"]["group"]
        for entry in self._definitions.collection.scan(None):
            if entry.key.name != name and entry.key.name.partition(".")[2] == group:
                yield self._definitions.load(entry)

    def _write(self, entry: Entry, definition: Object) -> None:
        """Store a status as the server's own controllers do, unless the definition has changed since."""
        if self._definitions.collection.get(entry.key) is not entry:
            return
        managed = owners_of_revised(
            self._cluster,
            self._definitions,
            self._definitions.load(entry),
            definition,
            subresource="status",
            manager=_MANAGER,
        )
        value = {**definition, "metadata": ordered({**definition["metadata"], "managedFields": managed})}
        written = entry_of(self._definitions, value, self._cluster.store.revision + 1)
        self._cluster.store.commit(self._definitions.collection, written, entry)

    def _collection(self, definition: Object) -> Collection:
        spec = definition["spec"]
        return self._cluster.store.collection(spec["group"], spec["names"]["plural"])

    def _serve(self, definition: Object) -> None:
        spec, name = definition["spec"], definition["metadata"]["name"]
        shown = {
            "spec": spec,
            "names": definition["status"].get("acceptedNames"),
            "terminating": "deletionTimestamp" in definition["metadata"],
        }
        before = self._served.get(name)
        if before == shown:
            return
        self._served[name] = shown
        if before is not None and (before["spec"], before["names"]) != (spec, shown["names"]):
            self._collection(definition).begin_anew(self._cluster.store.revision)
        webhook = spec["conversion"]["strategy"] == "Webhook"
        converter = WebhookConverter(self._cluster, definition) if webhook else None
        resources = [_scaled(one, spec) for one in custom_resources(definition, self._cluster.store, converter)]
        self._cluster.registry.define(spec["group"], spec["names"]["plural"], resources)
        collection = self._collection(definition)
        anew = before is not None and before["spec"] != spec
        if anew:
            collection.epoch += 1  # what is stored is read through the new schema from now on
        collection.stored_in[collection.epoch] = resources[0].storage_version
        stored = next(one for one in resources if one.version == one.storage_version)
        index_fields((one for one in resources if one.served), stored.load if anew and converter is None else None)

    def _clean_soon(self, name: str) -> None:
        self._cluster.agenda.at(self._cluster.clock(), lambda: self._clean(name), work=f"deletion of definition {name}")

    def _clean(self, name: str) -> None:
        entry = self._definitions.collection.get(Key("", name))
        if entry is None:
            return
        definition = self._definitions.load(entry)
        message = "CustomResource deletion is in progress"
        reason, now = "InstanceDeletionInProgress", self._cluster.now()
        status = with_condition(definition["status"], "Terminating", "True", reason, message, now=now)
        if status != definition["status"]:
            self._write(entry, {**definition, "status": status})
        collection = self._collection(definition)
        resource = self._cluster.registry.of_collection(collection)
        if resource is not None:
            for one in list(collection.scan(None)):
                remove(self._cluster, resource, one, DeleteOptions(policy="Background"))
        entry = self._definitions.collection.get(Key("", name))
        if not len(collection) and entry is not None:
            drop_finalizer(self._cluster, self._definitions, entry, CLEANUP_FINALIZER)

    def _withdraw(self, definition: Object) -> None:
        spec, collection = definition["spec"], self._collection(definition)
        self._terminating.pop(id(collection), None)
        if self._served.pop(definition["metadata"]["name"], None) is not None:
            self._cluster.registry.define(spec["group"], spec["names"]["plural"], ())
            self._cluster.store.drop(collection)
        for other in list(self._others(definition)):
            entry = self._definitions.collection.get(Key("", other["metadata"]["name"]))
            status = next_status(other, self._others(other), now=self._cluster.now())
            if status is not None and entry is not None:
                self._write(entry, {**other, "status": status})


def _scaled(resource: Resource, spec: Object) -> Resource:
    """Return a custom resource with ``/scale`` where its version has it."""
    version = next(one for one in spec["versions"] if one["name"] == resource.version)
    scale = (version.get("subresources") or {}).get("scale")
    if scale is None:
        return resource
    return replace(resource, subresources=(*resource.subresources, "scale"), strategy=ScaledStrategy(scale))
