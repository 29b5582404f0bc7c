"""IngressClasses."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required, too_long
from harness.apiserver.kinds.checks import domain_prefixed_path, immutable
from harness.apiserver.kinds.networking.ingresses import reference_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_LONGEST_CONTROLLER: Final = 250
_SCOPES = ("Cluster", "Namespace")


class IngressClassStrategy(Strategy):
    """Which controller looks after an ingress."""

    def default(self, value: Object) -> Object:
        """Look for parameters in the whole cluster."""
        spec = value.get("spec") or {}
        if spec.get("parameters") is not None:
            spec = {**spec, "parameters": {"scope": "Cluster"} | spec["parameters"]}
        return {**value, "spec": spec}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check controller and parameters; the controller stays."""
        del cluster, resource, subresource
        spec, before = value["spec"], (current or value)["spec"]
        kept = immutable(spec.get("controller") or "", before.get("controller") or "", "spec.controller")
        return [*kept, *_errors(spec)]


def _errors(spec: Object) -> Iterator[FieldError]:
    controller = spec.get("controller") or ""
    if len(controller.encode()) > _LONGEST_CONTROLLER:
        yield too_long("spec.controller", _LONGEST_CONTROLLER)
    yield from domain_prefixed_path(controller, "spec.controller")
    if (parameters := spec.get("parameters")) is None:
        return
    here, scope, namespace = "spec.parameters", parameters["scope"], parameters.get("namespace")
    yield from reference_errors(parameters, here)
    if scope not in _SCOPES:
        yield not_supported(f"{here}.scope", scope, _SCOPES)
    elif scope == "Cluster":
        if namespace is not None:
            yield forbidden(f"{here}.namespace", "`parameters.scope` is set to 'Cluster'")
    elif namespace is None:
        yield required(f"{here}.namespace", "`parameters.scope` is set to 'Namespace'")
    else:
        yield from (invalid(f"{here}.namespace", namespace, wrong) for wrong in dns_label(namespace))
