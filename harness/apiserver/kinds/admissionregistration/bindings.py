"""ValidatingAdmissionPolicyBindings: where a policy holds, with which parameters, and what follows."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.admissionregistration.matching import default_match, match_errors
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain, path_segment
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_ACTIONS = ("Audit", "Deny", "Warn")
_MISSING = ("Deny", "Allow")


class BindingStrategy(Strategy):
    """A policy at work."""

    def default(self, value: Object) -> Object:
        """Look at equivalent versions."""
        spec = value.get("spec") or {}
        if spec.get("matchResources") is not None:
            spec = {**spec, "matchResources": default_match(spec["matchResources"])}
        return {**value, "spec": spec}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what is bound to what."""
        del cluster, resource, current, subresource
        spec = value["spec"]
        return [*binding_errors(spec), *_action_errors(spec.get("validationActions") or [])]


def binding_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the binding of any policy."""
    if not (policy := spec.get("policyName")):
        yield required("spec.policyName")
    else:
        yield from (invalid("spec.policyName", policy, wrong) for wrong in dns_subdomain(policy))
    if (parameters := spec.get("paramRef")) is not None:
        yield from _parameter_errors(parameters, "spec.paramRef")
    if (match := spec.get("matchResources")) is not None:
        yield from match_errors(match, "spec.matchResources")


def _action_errors(actions: list[str]) -> Iterator[FieldError]:
    for index, action in enumerate(actions):
        here = f"spec.validationActions[{index}]"
        if action not in _ACTIONS:
            yield not_supported(here, action, _ACTIONS)
        if action in actions[:index]:
            yield duplicate(here, action)
    if {"Deny", "Warn"} <= set(actions):
        detail = (
            "must not contain both Deny and Warn (repeating the same validation failure information in the API response "
            "and headers serves no purpose)"
        )
        yield invalid("spec.validationActions", actions, detail)
    if not actions:
        yield required("spec.validationActions", "at least one validation action is required")


def _parameter_errors(reference: Object, path: str) -> Iterator[FieldError]:
    name, selector, action = (reference.get(field) for field in ("name", "selector", "parameterNotFoundAction"))
    if name:
        yield from (invalid(f"{path}.name", name, wrong) for wrong in path_segment(name))
        if selector is not None:
            yield forbidden(f"{path}.name", "name and selector are mutually exclusive")
    if selector is not None:
        yield from selector_errors(selector, f"{path}.selector")
        if name:
            yield forbidden(f"{path}.selector", "name and selector are mutually exclusive")
    if not name and selector is None:
        yield required(path, "one of name or selector must be specified")
    if not action:
        yield required(f"{path}.parameterNotFoundAction")
    elif action not in _MISSING:
        yield not_supported(f"{path}.parameterNotFoundAction", action, _MISSING)
