"""Admission control: what every write passes before it is stored, in kube-apiserver's order.

What single kinds are given by admission (tolerations, priorities, limits) is in their strategies; here is what a cluster's
users configure: policies and webhooks. `AdmissionControl` keeps what is configured and costs nothing where nothing is.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.apiserver.admission import mutations, policies, webhooks
from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.configurations import Webhook
from harness.apiserver.admission.configurations import webhooks as registered
from harness.apiserver.admission.matching import exempt, unbound
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.messages import Object
from harness.apiserver.store import Change, Collection

_GROUP: Final = "admissionregistration.k8s.io"
_KINDS: Final = (
    "mutatingwebhookconfigurations",
    "validatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
)


class AdmissionControl:
    """The webhooks and policies of a cluster, in step with what is stored."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._resources = {plural: cluster.registry.find(_GROUP, "v1", plural) for plural in _KINDS}
        self._collections = {
            id(resource.collection): plural for plural, resource in self._resources.items() if resource is not None
        }
        self._mutating: tuple[Webhook, ...] = ()
        self._validating: tuple[Webhook, ...] = ()
        self._policies: tuple[Mapping[str, Any], ...] = ()
        self._bindings: dict[str, tuple[Mapping[str, Any], ...]] = {}
        self._mutations: tuple[Mapping[str, Any], ...] = ()
        self._mutation_bindings: dict[str, tuple[Mapping[str, Any], ...]] = {}

    @property
    def calls(self) -> bool:
        """Whether a write may have to wait for a webhook."""
        return bool(self._mutating or self._validating)

    @property
    def active(self) -> bool:
        """Whether anything is configured at all."""
        return bool(self._policies or self._mutations or self._mutating or self._validating)

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: of a configuration, policy or binding."""
        del change
        plural = self._collections.get(id(collection))
        if plural is None:
            return
        match plural:
            case "mutatingwebhookconfigurations":
                self._mutating = self._webhooks(plural)
            case "validatingwebhookconfigurations":
                self._validating = self._webhooks(plural)
            case "validatingadmissionpolicies":
                self._policies = self._objects(plural)
            case "mutatingadmissionpolicies":
                self._mutations = self._objects(plural)
            case "mutatingadmissionpolicybindings":
                self._mutation_bindings = self._bound(plural)
            case _:
                self._bindings = self._bound(plural)

    def _bound(self, plural: str) -> dict[str, tuple[Mapping[str, Any], ...]]:
        bound: dict[str, list[Mapping[str, Any]]] = {}
        for one in self._objects(plural):
            bound.setdefault(one["spec"]["policyName"], []).append(one)
        return {name: tuple(found) for name, found in bound.items()}

    def mutate(
        self, attributes: Attributes, *, decode: Callable[[Object], Object], warn: Callable[[str], None]
    ) -> Object | None:
        """Return the object as those leave it that may change it, or None where nobody does.

        :param decode: reads a changed object as if a client had sent it: defaults, and what the schema does not know.
        :raises ApiError: somebody refuses it.
        :raises Wanted: a webhook has to be asked first.
        """
        if not (self._mutating or self._mutations) or exempt(attributes.resource):
            return None
        policies_bind = bool(self._mutations) and not unbound(attributes.resource)
        found = attributes
        if policies_bind:
            found = mutations.mutate(self._cluster, self._mutations, self._mutation_bindings, attributes, decode=decode)
        after = webhooks.mutate(self._cluster, self._mutating, found, decode=decode, warn=warn)
        if policies_bind and not same_json(after.value, found.value):
            after = mutations.mutate(
                self._cluster, self._mutations, self._mutation_bindings, after, decode=decode, again=True
            )
        return None if after.value is attributes.value else after.value

    def validate(self, attributes: Attributes, *, warn: Callable[[str], None]) -> None:
        """Let a write pass that is otherwise ready to be stored.

        :raises ApiError: somebody refuses it.
        :raises Wanted: a webhook has to be asked first.
        """
        if not (self._policies or self._validating) or exempt(attributes.resource):
            return
        if not unbound(attributes.resource):
            policies.check(self._cluster, self._policies, self._bindings, attributes, warn=warn)
        webhooks.validate(self._cluster, self._validating, attributes, warn=warn)

    def _webhooks(self, plural: str) -> tuple[Webhook, ...]:
        resource = self._resources[plural]
        return registered(resource.collection, resource.load) if resource is not None else ()

    def _objects(self, plural: str) -> tuple[Mapping[str, Any], ...]:
        resource = self._resources[plural]
        return tuple(map(resource.load, resource.collection.scan(None))) if resource is not None else ()
