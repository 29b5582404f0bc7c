"""Metrics that an autoscaler looks at: each of one source, with a target that fits it."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.resourcelist import container_resource_name
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, path_segment
from harness.apiserver.quantity import QuantityError, parse_quantity

_SOURCES: Final = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "External": "external",
    "ContainerResource": "containerResource",
}
_KINDS: Final = sorted(_SOURCES)
_LOOKED_AT: Final = ("object", "external", "pods", "resource", "containerResource")
_TARGETS = ("Utilization", "Value", "AverageValue")


def metrics_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the metrics of an autoscaler's spec."""
    kinds = []
    for index, metric in enumerate(spec.get("metrics") or ()):
        yield from _metric_errors(metric, f"spec.metrics[{index}]")
        kinds.append(metric.get("type"))
    if spec.get("minReplicas") == 0 and not {"Object", "External"} & set(kinds):
        detail = "must specify at least one Object or External metric to support scaling to zero replicas"
        yield forbidden("spec.metrics", detail)


def _metric_errors(metric: Object, path: str) -> Iterator[FieldError]:
    kind = metric.get("type") or ""
    if not kind:
        yield required(f"{path}.type", "must specify a metric source type")
    if kind not in _SOURCES:
        yield not_supported(f"{path}.type", kind, _KINDS)
    present = [name for name in _LOOKED_AT if metric.get(name) is not None]
    if present:
        yield from _source_errors(present[0], metric[present[0]], f"{path}.{present[0]}")
    expected = _SOURCES.get(kind, "")
    if not expected:
        yield not_supported(f"{path}.type", kind, _KINDS)
    elif expected not in present:
        yield required(f"{path}.{expected}", "must populate information for the given metric source")
    if len(present) != 1:
        for name in present:
            if name != expected:
                yield forbidden(f"{path}.{name}", "must populate the given metric source only")


def _source_errors(name: str, source: Object, path: str) -> Iterator[FieldError]:
    target = source.get("target") or {}
    value, average = target.get("value"), target.get("averageValue")
    if name == "object":
        yield from reference_errors(source.get("describedObject") or {}, f"{path}.describedObject", grouped=False)
    if name in {"resource", "containerResource"}:
        yield from _resource_errors(name, source, target, path)
        return
    yield from _identifier_errors(source.get("metric") or {}, f"{path}.metric.name")
    yield from _target_errors(target, f"{path}.target")
    if name == "pods":
        if average is None:
            yield required(f"{path}.target.averageValue", "must specify a positive target averageValue")
        return
    either = "value or averageValue" if name == "object" else "value for metric or a per-pod target"
    if value is None and average is None:
        yield required(f"{path}.target.averageValue", f"must set either a target {either}")
    elif name == "external" and value is not None and average is not None:
        yield forbidden(f"{path}.target.value", "may not set both a target value for metric and a per-pod target")


def _resource_errors(name: str, source: Object, target: Object, path: str) -> Iterator[FieldError]:
    if not source.get("name"):
        yield required(f"{path}.name", "must specify a resource name")
    elif name == "containerResource":
        yield from container_resource_name(source["name"], f"{path}.name")
    if name == "containerResource":
        if not (container := source.get("container")):
            yield required(f"{path}.container", "must specify a container")
        else:
            yield from (invalid(f"{path}.container", container, wrong) for wrong in dns_label(container))
    yield from _target_errors(target, f"{path}.target")
    used, average = target.get("averageUtilization"), target.get("averageValue")
    if used is None and average is None:
        detail = "must set either a target raw value or a target utilization"
        yield required(f"{path}.target.averageUtilization", detail)
    elif used is not None and average is not None:
        detail = "may not set both a target raw value and a target utilization"
        yield forbidden(f"{path}.target.averageValue", detail)


def _identifier_errors(metric: Object, path: str) -> Iterator[FieldError]:
    if not (name := metric.get("name")):
        yield required(path, "must specify a metric name")
    else:
        yield from (invalid(path, name, wrong) for wrong in path_segment(name))


def _target_errors(target: Object, path: str) -> Iterator[FieldError]:
    kind = target.get("type") or ""
    if not kind:
        yield required(f"{path}.type", "must specify a metric target type")
    if kind not in _TARGETS:
        yield invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue")
    for name in ("value", "averageValue"):
        if (amount := target.get(name)) is not None and not _positive(amount):
            yield invalid(f"{path}.{name}", amount, "must be positive")
    if (percent := target.get("averageUtilization")) is not None and percent < 1:
        yield invalid(f"{path}.averageUtilization", percent, "must be greater than 0")


def _positive(amount: str | float) -> bool:
    try:
        return parse_quantity("0") < parse_quantity(str(amount))
    except QuantityError:
        return False


def reference_errors(reference: Object, path: str, *, grouped: bool, checked: bool = True) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to an object by kind and name.

    ``grouped``: its apiVersion must name a group; not ``checked``: it may be anything.
    """
    for name in ("kind", "name"):
        if not (text := reference.get(name)):
            yield required(f"{path}.{name}")
        else:
            yield from (invalid(f"{path}.{name}", text, wrong) for wrong in path_segment(text))
    version = reference.get("apiVersion") or ""
    if not checked:
        return
    if version.count("/") > 1:
        yield invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")
    elif grouped and not version.rpartition("/")[0]:
        yield invalid(f"{path}.apiVersion", version, "apiVersion must specify API group")
