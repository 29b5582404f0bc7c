"""Definitions at work: a stored CustomResourceDefinition changes what is served, in the write that stores it.

Its deletion takes what it defines along: the definition is marked, its objects are deleted (those with finalizers stay
until these are removed), and only then it goes, and with it its paths and watches.
"""

from harness.apiserver.cluster import Cluster
from harness.apiserver.kinds.apiextensions import CLEANUP_FINALIZER
from harness.apiserver.messages import Object
from harness.apiserver.resources import custom_resources, index_fields
from harness.apiserver.store import Change, Collection, Key
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.options import DeleteOptions
from harness.apiserver.verbs.revision import drop_finalizer


class DefinitionKeeper:
    """Keeps the table of resources in step with the stored definitions."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        found = cluster.registry.find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        if found is None:
            raise AssertionError("the table of built-in resources holds no definitions")
        self._definitions = found
        self._terminating: dict[int, str] = {}

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
        elif change.previous is None or self._definitions.load(change.previous).get("spec") != definition.get("spec"):
            self._serve(definition, first=change.previous is None)
        elif "deletionTimestamp" in definition["metadata"]:
            served = self._collection(definition)
            if id(served) not in self._terminating:
                self._terminating[id(served)] = change.entry.key.name
                self._clean_soon(change.entry.key.name)

    def _collection(self, definition: Object) -> Collection:
        spec = definition["spec"]
        return self._cluster.store.collection(spec["group"], spec["names"]["plural"])

    def _serve(self, definition: Object, *, first: bool) -> None:
        spec = definition["spec"]
        resources = list(custom_resources(definition, self._cluster.store))
        self._cluster.registry.define(spec["group"], spec["names"]["plural"], resources)
        if not first:
            self._collection(definition).epoch += 1  # what is stored is read through the new schema from now on
        index_fields(resources)

    def _clean_soon(self, name: str) -> None:
        self._cluster.agenda.at(self._cluster.clock(), lambda: self._clean(name), work=f"deletion of definition {name}")

    def _clean(self, name: str) -> None:
        entry = self._definitions.collection.get(Key("", name))
        if entry is None:
            return
        collection = self._collection(self._definitions.load(entry))
        resource = self._cluster.registry.of_collection(collection)
        for one in list(collection.scan(None)) if resource is not None else ():
            if resource is not None:
                remove(self._cluster, resource, one, DeleteOptions(policy="Background"))
        if not len(collection):
            drop_finalizer(self._cluster, self._definitions, entry, CLEANUP_FINALIZER)

    def _withdraw(self, definition: Object) -> None:
        spec, collection = definition["spec"], self._collection(definition)
        self._terminating.pop(id(collection), None)
        self._cluster.registry.define(spec["group"], spec["names"]["plural"], ())
        self._cluster.store.drop(collection)
