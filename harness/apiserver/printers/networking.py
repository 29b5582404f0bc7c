"""Rows of the networking group's kinds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, pairs, text
from harness.apiserver.printers.services import load_balancer
from harness.apiserver.printers.words import NONE, selector

_DEFAULT_CLASS: Final = "ingressclass.kubernetes.io/is-default-class"
_SHOWN: Final = 3  # hosts


def _ingress(value: Object, now: datetime) -> list[Json]:
    named = at(value, "spec", "ingressClassName")
    return [
        name(value),
        NONE if named is None else named,
        _hosts(items(value, "spec", "rules")),
        load_balancer(value),
        "80, 443" if items(value, "spec", "tls") else "80",
        age(value, now),
    ]


def _hosts(rules: list[Json]) -> str:
    """Return the first hosts; rules without one are passed over, but count among those beyond."""
    found: list[str] = []
    for rule in rules:
        if len(found) == _SHOWN:
            return f"{','.join(found)} + {len(rules) - _SHOWN} more..."
        found += [text(rule, "host")] if text(rule, "host") else []
    return ",".join(found) or "*"


def _ingress_class(value: Object, now: datetime) -> list[Json]:
    default = pairs(value, "metadata", "annotations").get(_DEFAULT_CLASS) == "true"
    parameters = at(value, "spec", "parameters")
    shown = NONE
    if parameters is not None:
        group = at(parameters, "apiGroup")
        shown = f"{text(parameters, 'kind')}{'' if group is None else f'.{group}'}/{text(parameters, 'name')}"
    return [
        name(value) + (" (default)" if default else ""),
        text(value, "spec", "controller"),
        shown,
        age(value, now),
    ]


def _ip_address(value: Object, now: datetime) -> list[Json]:
    """Return three cells, though there are two columns: the real server forgot one."""
    parent = at(value, "spec", "parentRef")
    shown = NONE
    if parent is not None:
        group, resource = text(parent, "group"), text(parent, "resource")
        owner = f"{resource}.{group}" if group else resource
        shown = "/".join(filter(None, (owner.lower(), text(parent, "namespace")))) + f"/{text(parent, 'name')}"
    return [name(value), shown, age(value, now)]


def _network_policy(value: Object, now: datetime) -> list[Json]:
    return [name(value), selector(pairs(value, "spec", "podSelector")), age(value, now)]


def _service_cidr(value: Object, now: datetime) -> list[Json]:
    return [name(value), ",".join(items(value, "spec", "cidrs")), age(value, now)]


CELLS: Final[Mapping[str, Cells]] = {
    "ingressclasses": _ingress_class,
    "ingresses": _ingress,
    "ipaddresses": _ip_address,
    "networkpolicies": _network_policy,
    "servicecidrs": _service_cidr,
}
