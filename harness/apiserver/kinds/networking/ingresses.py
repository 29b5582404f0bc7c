"""Ingresses."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors, address_warnings, read_address
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_name, port_number
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, path_segment, wildcard_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")


class IngressStrategy(Strategy):
    """Ways into services."""

    def default(self, value: Object) -> Object:
        """Show the load balancer's part of the status always."""
        status = {"loadBalancer": {}} | (value.get("status") or {})
        return {**value, "spec": value.get("spec") or {}, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start without addresses."""
        del cluster, resource
        return {**value, "status": {"loadBalancer": {}}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the addresses of a status, or rules and backends."""
        del cluster, resource
        if subresource == "status":
            return list(_address_errors(_addresses(value)))
        spec, found = value["spec"], list(_spec_errors(value["spec"]))
        annotation = (value["metadata"].get("annotations") or {}).get(_CLASS_ANNOTATION)
        name = spec.get("ingressClassName")
        if current is None and None not in {annotation, name} and annotation != name:
            detail = "must match `ingressClassName` when both are specified"
            found.append(invalid(f"annotations.{_CLASS_ANNOTATION}", annotation, detail))
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say that the annotation for the class is out of use."""
        annotated = _CLASS_ANNOTATION in (value["metadata"].get("annotations") or {})
        if current is None and annotated and value["spec"].get("ingressClassName") is None:
            return [f"annotation \"{_CLASS_ANNOTATION}\" is deprecated, please use 'spec.ingressClassName' instead"]
        return []

    def status_warnings(self, value: Object) -> list[str]:
        """Say which addresses are written in an unusual form."""
        given = (one.get("ip") or "" for one in _addresses(value))
        here = "status.loadBalancer.ingress"
        return [text for index, one in enumerate(given) for text in address_warnings(one, f"{here}[{index}]")]


def _addresses(value: Object) -> list[Object]:
    found: list[Object] = ((value.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return found


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    backend, rules = spec.get("defaultBackend"), spec.get("rules") or []
    if not rules and backend is None:
        yield invalid("spec", spec.get("rules"), "either `defaultBackend` or `rules` must be specified")
    if backend is not None:
        yield from _backend_errors(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules):
        yield from _rule_errors(rule, f"spec.rules[{index}]")
    for index, one in enumerate(spec.get("tls") or ()):
        here = f"spec.tls[{index}]"
        for number, host in enumerate(one.get("hosts") or ()):
            check = wildcard_subdomain if "*" in host else dns_subdomain
            yield from (invalid(f"{here}.hosts[{number}]", host, wrong) for wrong in check(host))
        if secret := one.get("secretName"):
            yield from (invalid(f"{here}.secretName", secret, wrong) for wrong in dns_subdomain(secret))
    if (name := spec.get("ingressClassName")) is not None:
        yield from (invalid("spec.ingressClassName", name, wrong) for wrong in dns_subdomain(name))


def _rule_errors(rule: Object, path: str) -> Iterator[FieldError]:
    if host := rule.get("host"):
        if read_address(host) is not None:
            yield invalid(f"{path}.host", host, "must be a DNS name, not an IP address")
        check = wildcard_subdomain if "*" in host else dns_subdomain
        yield from (invalid(f"{path}.host", host, wrong) for wrong in check(host))
    if (http := rule.get("http")) is None:
        return
    if not http.get("paths"):
        yield required(f"{path}.http.paths")
    for index, one in enumerate(http.get("paths") or ()):
        yield from _path_errors(one, f"{path}.http.paths[{index}]")


def _path_errors(one: Object, path: str) -> Iterator[FieldError]:
    kind, text = one.get("pathType"), one.get("path") or ""
    if kind is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if kind not in _PATH_TYPES:
        yield not_supported(f"{path}.pathType", kind, _PATH_TYPES)
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        yield invalid(f"{path}.path", text, "must be an absolute path")
    if kind in {"Exact", "Prefix"}:
        yield from (invalid(f"{path}.path", text, f"must not contain '{bad}'") for bad in _BAD_PARTS if bad in text)
        yield from (
            invalid(f"{path}.path", text, f"cannot end with '{bad}'") for bad in _BAD_ENDS if text.endswith(bad)
        )
    yield from _backend_errors(one.get("backend") or {}, f"{path}.backend")


def _backend_errors(backend: Object, path: str) -> Iterator[FieldError]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from reference_errors(resource, f"{path}.resource")
    elif service is not None:
        yield from _service_errors(service, path)
    else:
        yield invalid(path, "", "resource or service backend is required")


def _service_errors(service: Object, path: str) -> Iterator[FieldError]:
    if not service.get("name"):
        yield required(f"{path}.service.name")
    else:
        yield from (invalid(f"{path}.service.name", service["name"], wrong) for wrong in dns_label(service["name"]))
    port = service.get("port") or {}
    name, number = port.get("name"), port.get("number")
    if name and number:
        yield invalid(path, "", "cannot set both port name & port number")
    elif name:
        yield from (invalid(f"{path}.service.port.name", name, wrong) for wrong in port_name(name))
    elif number:
        yield from port_number(number, f"{path}.service.port.number")
    else:
        yield required(path, "port name or number is required")


def reference_errors(reference: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to an object by group, kind and name."""
    if (group := reference.get("apiGroup")) is not None:
        yield from (invalid(f"{path}.apiGroup", group, wrong) for wrong in dns_subdomain(group))
    for name in ("kind", "name"):
        if not (text := reference.get(name)):
            yield required(f"{path}.{name}")
        else:
            yield from (invalid(f"{path}.{name}", text, wrong) for wrong in path_segment(text))


def _address_errors(addresses: list[Object]) -> Iterator[FieldError]:
    for index, one in enumerate(addresses):
        here = f"status.loadBalancer.ingress[{index}]"
        if address := one.get("ip"):
            yield from address_errors(address, f"{here}.ip")
        if host := one.get("hostname"):
            yield from (invalid(f"{here}.hostname", host, wrong) for wrong in dns_subdomain(host))
            if read_address(host) is not None:
                yield invalid(f"{here}.hostname", host, "must be a DNS name, not an IP address")
