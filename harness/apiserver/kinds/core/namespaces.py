"""Namespaces: born active with a finalizer of their own, Terminating until that is gone."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

KUBERNETES: Final = "kubernetes"
NAME_LABEL: Final = "kubernetes.io/metadata.name"
IMMORTAL: Final = ("default", "kube-public", "kube-system")
_STANDARD: Final = (KUBERNETES, "foregroundDeletion", "orphan")


class NamespaceStrategy(Strategy):
    """The life of a namespace; its content is the `NamespaceCollector`'s business."""

    def default(self, value: Object) -> Object:
        """Give the label with the name."""
        return _labelled(value) if value["metadata"].get("name") else value

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give the label with the name, the finalizer and the phase."""
        del cluster, resource
        spec = value.get("spec") or {}
        finalizers = spec.get("finalizers") or []
        if KUBERNETES not in finalizers:
            spec = {**spec, "finalizers": [*finalizers, KUBERNETES]}
        return {**_labelled(value), "spec": spec, "status": {"phase": "Active"}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep the spec: only ``finalize`` (and the namespace controller) may touch what holds a namespace."""
        del cluster, resource
        return value if subresource == "finalize" else {**value, "spec": current.get("spec") or {}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with its finalizers, or with the phase that somebody writes."""
        del cluster, resource
        spec = value.get("spec") or {}
        if current is None:
            return [one for text in spec["finalizers"] for one in _finalizer_errors(text, "spec.finalizers")]
        if subresource == "finalize":
            return [
                one
                for index, text in enumerate(spec.get("finalizers") or [])
                for one in _finalizer_errors(text, f"spec.finalizers[{index}]")
            ]
        return list(_phase_errors(value)) if subresource == "status" else []

    def check_deletion(self, cluster: Cluster, resource: Resource, name: str) -> None:
        """Keep the namespaces that a cluster cannot be without (NamespaceLifecycle).

        :raises Forbidden: this is one of them.
        """
        del cluster
        if name in IMMORTAL:
            raise Forbidden(resource, name, "this namespace may not be deleted")

    def mark_deleted(self, cluster: Cluster, resource: Resource, value: Object) -> Object | None:
        """Turn to Terminating."""
        del cluster, resource
        metadata = {name: item for name, item in value["metadata"].items() if name != "deletionGracePeriodSeconds"}
        return {**value, "metadata": metadata, "status": {**(value.get("status") or {}), "phase": "Terminating"}}


def _labelled(value: Object) -> Object:
    metadata = value["metadata"]
    labels = metadata.get("labels") or {}
    if labels.get(NAME_LABEL) == metadata.get("name", ""):
        return value
    return {**value, "metadata": {**metadata, "labels": {**labels, NAME_LABEL: metadata.get("name", "")}}}


def _finalizer_errors(text: str, path: str) -> Iterator[FieldError]:
    wrong = qualified_name(text)
    yield from (invalid(path, text, one) for one in wrong)
    if "/" not in text and text not in _STANDARD:
        yield invalid(path, text, "name is neither a standard finalizer name nor is it fully qualified")


def _phase_errors(value: Object) -> Iterator[FieldError]:
    phase = (value.get("status") or {}).get("phase", "")
    ending = "deletionTimestamp" in value["metadata"]
    wanted = "Terminating" if ending else "Active"
    if phase != wanted:
        state = "not empty" if ending else "empty"
        yield invalid("status.Phase", phase, f"may only be '{wanted}' if `deletionTimestamp` is {state}")
