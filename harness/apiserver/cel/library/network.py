"""URLs, addresses and networks."""

import ipaddress
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from harness.apiserver.cel.values import EvalError, Url
from harness.apiserver.formats import is_request_uri

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def url(text: str) -> Url:
    """``url(x)``."""
    if not is_request_uri(text):
        raise EvalError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return Url(urlsplit(text))


def _port(value: Url) -> str:
    _, found, port = value.parts.netloc.rpartition("]")[2].rpartition(":")
    return port if found else ""


def _query(value: Url) -> dict[str, list[str]]:
    return parse_qs(value.parts.query, keep_blank_values=True)


def ip(text: str) -> Address:
    """``ip(x)``: no zones, no IPv4 inside of IPv6.

    :raises EvalError: it is none.
    """
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise EvalError(
            f'IP Address "{text}" parse error during conversion from string: ParseAddr("{text}"): unable to parse IP'
        ) from None
    if isinstance(found, IPv6Address):
        if found.scope_id:
            raise EvalError(f'IP address "{text}" with zone value is not allowed')
        if found.ipv4_mapped:
            raise EvalError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


def cidr(text: str) -> Network:
    """``cidr(x)``: the address in it keeps its host bits.

    :raises EvalError: it is none.
    """
    address, found, length = text.partition("/")
    wrong = (
        f'network address parse error during conversion from string: netip.ParsePrefix("{text}"): unable to parse IP'
    )
    if not found or not length.isdecimal() or (len(length) > 1 and length[0] == "0"):
        raise EvalError(wrong)
    try:
        return _with_host(ipaddress.ip_interface(f"{ip(address)}/{length}"))
    except (ValueError, EvalError):
        raise EvalError(wrong) from None


class Prefix4(IPv4Network):
    """A network that remembers the address that it was written with."""

    host: Address


class Prefix6(IPv6Network):
    """A network that remembers the address that it was written with."""

    host: Address


def _with_host(interface: Any) -> Network:
    kind = Prefix4 if isinstance(interface.ip, IPv4Address) else Prefix6
    found = kind(str(interface.network))
    found.host = interface.ip
    return found


def _is(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def tell(text: str) -> bool:
        try:
            parse(text)
        except EvalError:
            return False
        return True

    return tell


def contains_ip(network: Network, address: str | Address) -> bool:
    """``x.containsIP(y)``."""
    return (ip(address) if isinstance(address, str) else address) in network


def contains_cidr(network: Network, other: str | Network) -> bool:
    """``x.containsCIDR(y)``."""
    inner: Any = cidr(other) if isinstance(other, str) else other
    return bool(inner.version == network.version and inner.subnet_of(network))


def _is_global_unicast(address: Address) -> bool:
    broadcast = isinstance(address, IPv4Address) and address == IPv4Address("255.255.255.255")
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not broadcast and not special


def _is_link_local_multicast(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address in IPv4Network("224.0.0.0/24")
    return address.packed[0] == 0xFF and address.packed[1] & 0x0F == 0x02


FREE: Final[dict[str, Callable[..., Any]]] = {
    "url": url,
    "isURL": _is(url),
    "ip": ip,
    "isIP": _is(ip),
    "ip.isCanonical": lambda text: str(ip(text)) == text,
    "cidr": cidr,
    "isCIDR": _is(cidr),
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "getScheme": lambda value: value.parts.scheme,
    "getHost": lambda value: value.parts.netloc.rpartition("@")[2],
    "getHostname": lambda value: unquote(value.parts.hostname or ""),
    "getPort": _port,
    "getEscapedPath": lambda value: quote(unquote(value.parts.path), safe="/:@!$&'()*+,;=~-._"),
    "getQuery": _query,
    "family": lambda address: address.version,
    "isUnspecified": lambda address: address.is_unspecified,
    "isLoopback": lambda address: address.is_loopback,
    "isLinkLocalMulticast": _is_link_local_multicast,
    "isLinkLocalUnicast": lambda address: address.is_link_local,
    "isGlobalUnicast": _is_global_unicast,
    "containsIP": contains_ip,
    "containsCIDR": contains_cidr,
    "ip": lambda network: network.host,
    "masked": lambda network: _with_host(ipaddress.ip_interface(str(network))),
    "prefixLength": lambda network: network.prefixlen,
}
