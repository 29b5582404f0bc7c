"""Cluster addresses and node ports: which are taken, and which comes next.

Which ports are taken is read from the services themselves, so there is nothing to give back and nothing to repair; of
addresses there is a book (`holdings`). Where the real
server draws at random from the upper band of its ranges (KEP-3070, KEP-3668), ours begins at a place in it that depends on
the name of the service alone and takes the first that is free: a run repeats itself, and one more service moves no other.
The lower band is used up last.
"""

import ipaddress
from collections.abc import Iterator
from itertools import chain
from typing import Final
from zlib import crc32

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import InternalError
from harness.apiserver.kinds.core.services.holdings import is_taken, ranges
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

PORTS: Final = range(30000, 32768)
_STATIC_PORTS: Final = 86
_LEAST_BAND: Final = 16
_MOST_BAND: Final = 256


def taken_ports(resource: Resource, besides: Key) -> set[int]:
    """Return the node ports of every service but the one at ``besides``."""
    found: set[int] = set()
    for entry in resource.collection.scan(None):
        if entry.key != besides and entry.fields.get("spec.type") in {"NodePort", "LoadBalancer"}:
            found.update(node_ports(resource.load(entry)["spec"]))
    return found


def node_ports(spec: Object) -> Iterator[int]:
    """Yield the node ports of a service, that of the health check included."""
    for port in spec.get("ports") or []:
        if port.get("nodePort"):
            yield port["nodePort"]
    if spec.get("healthCheckNodePort"):
        yield spec["healthCheckNodePort"]


def next_address(cluster: Cluster, key: Key) -> str:
    """Return a free address.

    :raises InternalError: there is none.
    """
    for whole in ranges(cluster):
        first, last = int(whole.network_address) + 1, int(whole.broadcast_address)
        band = min(max(_LEAST_BAND, whole.num_addresses // 16), _MOST_BAND)
        for number in _in_turn(range(first + band, last), range(first, first + band), key):
            if not is_taken(cluster, address := str(ipaddress.IPv4Address(number))):
                return address
    raise InternalError(f'failed to allocate a serviceIP for Service "{key.name}": range is full')


def next_port(taken: set[int], key: Key) -> int:
    """Return a free node port, and count it as taken.

    :raises InternalError: there is none.
    """
    for port in _in_turn(PORTS[_STATIC_PORTS:], PORTS[:_STATIC_PORTS], key):
        if port not in taken:
            taken.add(port)
            return port
    raise InternalError("failed to allocate a nodePort: range is full")


def _in_turn(upper: range, lower: range, key: Key) -> Iterator[int]:
    start = crc32("/".join(key).encode()) % (len(upper) or 1)
    return chain(upper[start:], upper[:start], lower)
