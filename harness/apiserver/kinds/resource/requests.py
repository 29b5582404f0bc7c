"""What a claim asks for: requests for devices, constraints among them, configuration for their drivers."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

import orjson

from harness.apiserver.fields import FieldError, invalid, not_supported, required, too_long
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.kinds.resource.lists import distinct, each, named
from harness.apiserver.kinds.resource.names import class_errors, full_attribute_errors, label_errors
from harness.apiserver.kinds.resource.selectors import selector_errors
from harness.apiserver.kinds.resource.tolerations import toleration_errors
from harness.apiserver.kinds.storage.nodes import driver_name_errors
from harness.apiserver.messages import Json, Object

MOST_REQUESTS: Final = 32
MOST_CONFIGURATIONS: Final = 32
_MOST_SELECTORS: Final = 32
_MOST_ALTERNATIVES: Final = 8
_LONGEST_PARAMETERS: Final = 10 * 1024
_MODES: Final = ("All", "ExactCount")
_REFERENCE: Final = (
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
)
_ONE_OF: Final = "exactly one of `exactly` or `firstAvailable` is required"

Names = Mapping[str, frozenset[str]]
"""Requests of a claim by name, and the names of their alternatives."""


def default_claim(spec: Object) -> Object:
    """Return the spec of a claim whose requests say how many devices they want: one."""
    devices = spec.get("devices") or {}
    if requests := devices.get("requests"):
        devices = {**devices, "requests": [_default_request(one) for one in requests]}
    return {**spec, "devices": devices}


def claim_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the spec of a claim at ``path``."""
    devices, here = spec.get("devices") or {}, f"{path}.devices"
    names = request_names(spec)
    yield from distinct(devices.get("requests"), f"{here}.requests", _request_errors, key=named, most=MOST_REQUESTS)
    constraint = partial(_constraint_errors, names=names)
    yield from each(devices.get("constraints"), f"{here}.constraints", constraint, most=MOST_REQUESTS)
    config = partial(configuration_errors, names=names)
    yield from each(devices.get("config"), f"{here}.config", config, most=MOST_CONFIGURATIONS)


def selectors_errors(selectors: list[Object] | None, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with selectors of devices."""
    yield from each(selectors, path, selector_errors, most=_MOST_SELECTORS)


def configuration_errors(config: Object, path: str, names: Names | None = None) -> Iterator[FieldError]:
    """Yield what is wrong with configuration for a driver, and with the requests that it is for, if a claim has it."""
    if names is not None:
        check = partial(reference_errors, names=names)
        yield from distinct(config.get("requests"), f"{path}.requests", check, most=MOST_REQUESTS)
    opaque = config.get("opaque")
    if opaque is None:
        yield required(f"{path}.opaque")
        return
    yield from driver_name_errors(opaque.get("driver") or "", f"{path}.opaque.driver")
    yield from raw_errors(opaque.get("parameters"), f"{path}.opaque.parameters", _LONGEST_PARAMETERS)


def raw_errors(value: Json, path: str, longest: int) -> Iterator[FieldError]:
    """Yield what is wrong with JSON that is for others: it must be an object, and not too long."""
    if value is None:
        yield required(path)
    elif len(orjson.dumps(value)) > longest:
        yield too_long(path, longest)
    elif not isinstance(value, dict):
        yield invalid(path, "<value omitted>", "must be a valid JSON object")


def request_names(spec: Object) -> Names:
    """Return the names that a claim's other parts may mention."""
    return {
        named(one): frozenset(named(other) for other in one.get("firstAvailable") or ())
        for one in (spec.get("devices") or {}).get("requests") or ()
    }


def reference_errors(name: str, path: str, names: Names) -> Iterator[FieldError]:
    """Yield what is wrong with a mention of a request, or of one of its alternatives (``request/alternative``)."""
    parts = name.split("/")
    if len(parts) > 2:
        yield invalid(path, name, _REFERENCE)
        return
    for part in parts:
        yield from label_errors(part, path)
    if parts[0] not in names or (len(parts) == 2 and parts[1] not in names[parts[0]]):
        yield invalid(path, name, _REFERENCE)


def _default_request(request: Object) -> Object:
    out = {**request}
    if out.get("exactly") is not None:
        out["exactly"] = _counted(out["exactly"])
    if out.get("firstAvailable"):
        out["firstAvailable"] = [_counted(one) for one in out["firstAvailable"]]
    return out


def _counted(request: Object) -> Object:
    mode = request.get("allocationMode") or "ExactCount"
    request = {**request, "allocationMode": mode}
    if tolerations := request.get("tolerations"):
        request["tolerations"] = [{**one, "operator": one.get("operator") or "Equal"} for one in tolerations]
    return with_defaults(request, count=1) if mode == "ExactCount" and not request.get("count") else request


def _request_errors(request: Object, path: str) -> Iterator[FieldError]:
    yield from label_errors(named(request), f"{path}.name")
    alternatives, exactly = request.get("firstAvailable") or [], request.get("exactly")
    if alternatives and exactly is not None:
        yield invalid(path, None, f"{_ONE_OF}, but multiple fields are set")
    elif alternatives:
        here = f"{path}.firstAvailable"
        yield from distinct(alternatives, here, _alternative_errors, key=named, most=_MOST_ALTERNATIVES)
    elif exactly is not None:
        yield from _wish_errors(exactly, f"{path}.exactly")
    else:
        yield required(path, _ONE_OF)


def _alternative_errors(request: Object, path: str) -> Iterator[FieldError]:
    yield from label_errors(named(request), f"{path}.name")
    yield from _wish_errors(request, path)


def _wish_errors(request: Object, path: str) -> Iterator[FieldError]:
    yield from class_errors(request.get("deviceClassName") or "", f"{path}.deviceClassName")
    yield from selectors_errors(request.get("selectors"), f"{path}.selectors")
    mode, count = request.get("allocationMode") or "", request.get("count") or 0
    if mode == "All":
        if count:
            yield invalid(f"{path}.count", count, "must not be specified when allocationMode is 'All'")
    elif mode == "ExactCount":
        if count <= 0:
            yield invalid(f"{path}.count", count, "must be greater than zero")
    else:
        yield not_supported(f"{path}.allocationMode", mode, _MODES)
    yield from each(request.get("tolerations"), f"{path}.tolerations", toleration_errors)


def _constraint_errors(constraint: Object, path: str, names: Names) -> Iterator[FieldError]:
    check = partial(reference_errors, names=names)
    yield from distinct(constraint.get("requests"), f"{path}.requests", check, most=MOST_REQUESTS)
    for name in ("matchAttribute", "distinctAttribute"):
        if (attribute := constraint.get(name)) is not None:
            yield from full_attribute_errors(attribute, f"{path}.{name}")
            return
    detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
    yield required(path, detail)
