"""The status of a claim: which devices it has got, who uses them, what their drivers say of them."""

import ipaddress
from collections.abc import Iterator
from functools import partial
from typing import Final

import orjson

from harness.apiserver.addresses import read_address, unmapped
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import (
    FieldError,
    Printed,
    forbidden,
    invalid,
    not_supported,
    quote,
    required,
    too_long,
    too_many,
)
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.kinds.conditions import condition_errors
from harness.apiserver.kinds.core.podspec.affinity import node_selector_errors
from harness.apiserver.kinds.resource.bindings import binding_errors
from harness.apiserver.kinds.resource.lists import distinct, each
from harness.apiserver.kinds.resource.names import label_errors, pool_errors, uid_errors
from harness.apiserver.kinds.resource.requests import (
    MOST_CONFIGURATIONS,
    MOST_REQUESTS,
    Names,
    configuration_errors,
    raw_errors,
    reference_errors,
    request_names,
)
from harness.apiserver.kinds.storage.nodes import driver_name_errors
from harness.apiserver.messages import Object

_MOST_USERS: Final = 256
_MOST_CONDITIONS: Final = 8
_MOST_ADDRESSES: Final = 16
_LONGEST_DATA: Final = 10 * 1024
_LONGEST_INTERFACE: Final = 256
_LONGEST_HARDWARE: Final = 128
_SOURCES: Final = ("FromClaim", "FromClass")
_BAD_ADDRESS: Final = "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)"


def device_id(device: Object) -> tuple[str, str, str, str | None]:
    """Return what a device is known by, or the share of one."""
    driver, pool, name = (device.get(one) or "" for one in ("driver", "pool", "device"))
    return driver, pool, name, device.get("shareID")


def status_errors(value: Object, current: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the status of a claim."""
    status, before = value.get("status") or {}, current.get("status") or {}
    users, allocation = status.get("reservedFor") or [], status.get("allocation")
    yield from distinct(
        users, "status.reservedFor", _user_errors, key=lambda one: one.get("uid") or "", most=_MOST_USERS
    )
    allocated = [device_id(one) for one in ((allocation or {}).get("devices") or {}).get("results") or ()]
    check = partial(_device_errors, allocated=allocated)
    yield from distinct(status.get("devices"), "status.devices", check, key=lambda one: _shown(device_id(one)))
    if users and allocation is None:
        yield forbidden("status.reservedFor", "may not be specified when `allocated` is not set")
    elif users and "deletionTimestamp" in value["metadata"]:
        old = before.get("reservedFor") or []
        if any(one not in old for one in users):
            detail = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set"
            yield forbidden("status.reservedFor", detail)
    if allocation is not None and before.get("allocation") is not None:
        shown = Printed(json_text(allocation, "resource.AllocationResult"))
        yield from immutable(allocation, before["allocation"], "status.allocation", shown=shown)
    elif allocation is not None:
        yield from _allocation_errors(allocation, "status.allocation", request_names(value["spec"]))


def _user_errors(user: Object, path: str) -> Iterator[FieldError]:
    yield from (required(f"{path}.{name}") for name in ("resource", "name", "uid") if not user.get(name))


def _allocation_errors(allocation: Object, path: str, names: Names) -> Iterator[FieldError]:
    devices, here = allocation.get("devices") or {}, f"{path}.devices"
    yield from each(devices.get("results"), f"{here}.results", partial(_result_errors, names=names), most=MOST_REQUESTS)
    config = partial(_config_errors, names=names)
    yield from each(devices.get("config"), f"{here}.config", config, most=2 * MOST_CONFIGURATIONS)
    if (selector := allocation.get("nodeSelector")) is not None:
        yield from node_selector_errors(selector, f"{path}.nodeSelector")


def _result_errors(result: Object, path: str, names: Names) -> Iterator[FieldError]:
    yield from reference_errors(result.get("request") or "", f"{path}.request", names)
    yield from _place_errors(result, path)
    yield from binding_errors(result, path)


def _place_errors(device: Object, path: str) -> Iterator[FieldError]:
    yield from driver_name_errors(device.get("driver") or "", f"{path}.driver")
    yield from pool_errors(device.get("pool") or "", f"{path}.pool")
    yield from label_errors(device.get("device") or "", f"{path}.device")
    if (share := device.get("shareID")) is not None:
        yield from uid_errors(share, f"{path}.shareID")


def _config_errors(config: Object, path: str, names: Names) -> Iterator[FieldError]:
    source = config.get("source") or ""
    if not source:
        yield required(f"{path}.source")
    elif source not in _SOURCES:
        yield not_supported(f"{path}.source", source, _SOURCES)
    yield from configuration_errors(config, path, names)


def _device_errors(
    device: Object, path: str, allocated: list[tuple[str, str, str, str | None]]
) -> Iterator[FieldError]:
    yield from _place_errors(device, path)
    if device_id(device) not in allocated:
        yield invalid(path, _shown(device_id(device)), "must be an allocated device in the claim")
    conditions = device.get("conditions") or []
    if len(conditions) > _MOST_CONDITIONS:
        yield too_many(f"{path}.conditions", len(conditions), _MOST_CONDITIONS)
    yield from condition_errors(conditions, f"{path}.conditions")
    if (data := device.get("data")) is not None:
        yield from raw_errors(data, f"{path}.data", _LONGEST_DATA)
    if (network := device.get("networkData")) is not None:
        yield from _network_errors(network, f"{path}.networkData")


def _network_errors(network: Object, path: str) -> Iterator[FieldError]:
    for name, most in (("interfaceName", _LONGEST_INTERFACE), ("hardwareAddress", _LONGEST_HARDWARE)):
        if len((network.get(name) or "").encode()) > most:
            yield too_long(f"{path}.{name}", most)
    yield from distinct(network.get("ips"), f"{path}.ips", _interface_errors, most=_MOST_ADDRESSES)


def _interface_errors(text: str, path: str) -> Iterator[FieldError]:
    start, slash, length = text.partition("/")
    address = read_address(start)
    fits = bool(slash) and length.isascii() and length.isdigit()
    if address is None or not fits or int(length) > address.max_prefixlen:
        yield invalid(path, text, _BAD_ADDRESS)
        return
    plain, bits = unmapped(address), int(length)
    if plain is not address and bits > ipaddress.IPV4LENGTH:
        bits -= ipaddress.IPV6LENGTH - ipaddress.IPV4LENGTH
    if text != (written := f"{plain}/{bits}"):
        yield invalid(path, text, f"must be in canonical form ({quote(written)})")


def _shown(device: tuple[str, str, str, str | None]) -> Printed:
    """Return what a device is known by as the server shows it."""
    names = ("Driver", "Pool", "Device", "ShareID")
    return Printed(orjson.dumps({name: one or "" for name, one in zip(names, device, strict=True)}).decode())
