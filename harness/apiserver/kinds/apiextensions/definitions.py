"""CustomResourceDefinitions: what is completed, checked and kept of them. What they serve is the `DefinitionKeeper`'s business."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, quote
from harness.apiserver.kinds.apiextensions.internal import internal_spec
from harness.apiserver.kinds.apiextensions.naming import with_condition
from harness.apiserver.kinds.apiextensions.validation import definition_errors, status_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.schema.formats import unrecognized_formats

CLEANUP_FINALIZER: Final = "customresourcecleanup.apiextensions.k8s.io"
"""What keeps a deleted definition until its objects are gone."""


class DefinitionStrategy(Strategy):
    """The life of a definition."""

    def default(self, value: Object) -> Object:
        """Fill in the names and the conversion that its author may leave out."""
        spec = value.get("spec")
        if not isinstance(spec, dict):
            return value
        names = spec.get("names")
        if isinstance(names, dict) and isinstance(names.get("kind"), str) and names["kind"]:
            names = {**names}
            names["singular"] = names.get("singular") or names["kind"].lower()
            names["listKind"] = names.get("listKind") or names["kind"] + "List"
        conversion = spec.get("conversion") or {"strategy": "None"}
        service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
        if isinstance(service, dict) and "port" not in service:
            client = {**conversion["webhook"]["clientConfig"], "service": {**service, "port": 443}}
            conversion = {**conversion, "webhook": {**conversion["webhook"], "clientConfig": client}}
        return {**value, "spec": {**spec, "names": names, "conversion": conversion}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give it a status that says no more than which version is stored."""
        del cluster, resource
        value = self.default(value)
        status: Object = {"acceptedNames": {"kind": "", "plural": ""}, "conditions": None}
        return {**value, "status": {**status, "storedVersions": _with_storage(value, []) or None}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Default it again, and note a new storage version."""
        del cluster, resource
        if subresource:
            return {**value, "metadata": current["metadata"]}
        value = self.default(value)
        status = current.get("status") or {}
        stored = _with_storage(value, status.get("storedVersions") or [])
        return {**value, "status": {**status, "storedVersions": stored}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return why the real server would refuse it."""
        del cluster, resource
        return status_errors(value) if subresource else definition_errors(value, current)

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Name the formats that nobody checks, those that are new."""
        known = set() if current is None else set(_formats(current))
        return [f"unrecognized format {quote(one)}" for one in _formats(value) if one not in known]

    def mark_again(self, value: Object) -> Object | None:
        """Write the grace down, which the first deletion leaves out."""
        if "deletionGracePeriodSeconds" in value["metadata"]:
            return None
        return {**value, "metadata": {**value["metadata"], "deletionGracePeriodSeconds": 0}}

    def mark_deleted(self, cluster: Cluster, resource: Resource, value: Object) -> Object | None:
        """Hold it until its objects are gone."""
        del resource
        metadata = {name: item for name, item in value["metadata"].items() if name != "deletionGracePeriodSeconds"}
        metadata["generation"] -= 1  # unlike that of other kinds, it stays
        finalizers = [*(metadata.get("finalizers") or []), CLEANUP_FINALIZER]
        metadata["finalizers"] = list(dict.fromkeys(finalizers))
        message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
        status = with_condition(
            value.get("status") or {}, "Terminating", "True", "InstanceDeletionPending", message, now=cluster.now()
        )
        return {**value, "metadata": metadata, "status": status}


def _with_storage(value: Object, stored: list[str]) -> list[str]:
    versions = (value.get("spec") or {}).get("versions")
    for version in versions if isinstance(versions, list) else ():
        if isinstance(version, dict) and version.get("storage"):
            name = version.get("name") or ""
            return stored if name in stored else [*stored, name]
    return stored


def _formats(definition: Object) -> Iterator[str]:
    spec = internal_spec(definition["spec"])
    for part in (spec.top, *spec.versions):
        schema = (part.get("schema") or {}).get("openAPIV3Schema")
        if isinstance(schema, dict):
            yield from unrecognized_formats(schema)
