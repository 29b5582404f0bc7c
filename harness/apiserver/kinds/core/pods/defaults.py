"""Defaults that a pod has beyond those of a template: requests follow limits, host ports follow container ports."""

from harness.apiserver.kinds.core.podspec import default_pod_spec, with_whole_defaults
from harness.apiserver.messages import Object


def default_pod(value: Object) -> Object:
    """Return a pod with its defaults."""
    spec = default_pod_spec(value.get("spec") or {})
    for name in ("containers", "initContainers"):
        if spec.get(name):
            spec[name] = [_container(one, host_network=bool(spec.get("hostNetwork"))) for one in spec[name]]
    spec = with_whole_defaults(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    return {**value, "spec": spec}


def _container(container: Object, *, host_network: bool) -> Object:
    resources = container["resources"]
    if (limits := resources.get("limits")) is not None:
        requests = {**limits, **(resources.get("requests") or {})}
        container = {**container, "resources": {**resources, "requests": requests}}
    if host_network and container.get("ports"):
        ports = [{**one, "hostPort": one.get("hostPort") or one.get("containerPort")} for one in container["ports"]]
        container = {**container, "ports": ports}
    return container
