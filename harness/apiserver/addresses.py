"""IP addresses and ranges as the API carries them: read loosely, checked strictly, warned of where the form is unusual.

Older servers took octets with leading zeros, IPv4 addresses in the clothes of IPv6 (``::ffff:1.2.3.4``) and ranges with bits
beyond their prefix. Today those are refused (KEP-4858); objects that have them keep them in the real server, and here there
are none. Rules and texts are those of apimachinery's ``util/validation``.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, quote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ADDRESS_TEXT: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_CIDR_TEXT: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_OCTETS: Final = re.compile(r"[0-9]+(\.[0-9]+){3}", re.ASCII)
_TAIL: Final = re.compile(r"(?<=:)[0-9.]+$", re.ASCII)
_GROUP: Final = re.compile(r"(?<![0-9a-fA-F.])0+(?=[0-9a-fA-F])", re.ASCII)


def read_address(text: str) -> Address | None:
    """Return the address that a text means, with leading zeros passed over; None where it means none.

    An IPv4 address that is written as one of IPv6 stays that here; see `unmapped`.
    """
    try:
        if ":" not in text:
            return ipaddress.IPv4Address(_plain(text)) if _OCTETS.fullmatch(text) else None
        if "%" in text:
            return None
        if "." in text:
            text = _TAIL.sub(lambda match: _plain(match[0]), text)
        return ipaddress.IPv6Address(_GROUP.sub("", text))
    except ValueError:
        return None


def read_network(text: str) -> Network | None:
    """Return the range that a text means, whatever bits it has beyond its prefix; None where it means none."""
    start, slash, length = text.partition("/")
    address = read_address(start)
    if address is None or not slash or not length.isascii() or not length.isdigit():
        return None
    if int(length) > address.max_prefixlen:
        return None
    return ipaddress.ip_network(f"{address}/{int(length)}", strict=False)


def unmapped(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 stands for, or else the address itself."""
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def canonical_network(network: Network) -> str:
    """Return a range as Go writes it."""
    start = unmapped(network.network_address)
    if start.version == network.version:
        return str(network)
    return f"{start}/{max(network.prefixlen - 96, 0)}"


def address_errors(text: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with an address."""
    address = read_address(text)
    if address is None:
        yield invalid(path, text, _ADDRESS_TEXT)
    elif _padded(text):
        yield invalid(path, text, "must not have leading 0s")
    elif unmapped(address) is not address:
        yield invalid(path, text, "must not be an IPv4-mapped IPv6 address")


def canonical_address_errors(text: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with an address that must be written in the one form."""
    wrong = next(address_errors(text, path), None)
    if wrong is not None:
        yield wrong
    elif text != (written := str(read_address(text))):
        yield invalid(path, text, f"must be in canonical form ({quote(written)})")


def canonical_address(name: str) -> list[str]:
    """Check a name that is an address."""
    return [wrong.detail for wrong in canonical_address_errors(name, "")]


def network_errors(text: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a range."""
    network, (start, _, length) = read_network(text), text.partition("/")
    if network is None:
        yield invalid(path, text, _CIDR_TEXT)
    elif _padded(start) or length != str(network.prefixlen):
        yield invalid(path, text, "must not have leading 0s in IP or prefix length")
    elif unmapped(network.network_address) is not network.network_address:
        yield invalid(path, text, "must not have an IPv4-mapped IPv6 address")
    elif read_address(start) != network.network_address:
        yield invalid(path, text, "must not have bits set beyond the prefix length")


def canonical_network_errors(text: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a range that must be written in the one form."""
    wrong = next(network_errors(text, path), None)
    if wrong is not None:
        yield wrong
    elif text != (written := str(read_network(text))):
        yield invalid(path, text, f"must be in canonical form ({quote(written)})")


def address_warnings(text: str, path: str) -> Iterator[str]:
    """Yield what is unusual about an address that has been let pass."""
    address = read_address(text)
    if address is None:
        return
    if _padded(text) or unmapped(address) is not address:
        yield f"{path}: non-standard IP address {quote(text)} is invalid: use {quote(str(unmapped(address)))}"
    elif address.version == 6 and str(address) != text:
        yield f"{path}: IPv6 address {quote(text)} should be in RFC 5952 canonical format ({quote(str(address))})"


def network_warnings(text: str, path: str) -> Iterator[str]:
    """Yield what is unusual about a range that has been let pass."""
    network, (start, _, length) = read_network(text), text.partition("/")
    address = read_address(start)
    if network is None or address is None:
        return
    written = canonical_network(network)
    ambiguous = unmapped(address) != unmapped(network.network_address)
    if ambiguous:
        alone = f"{unmapped(address)}/{network.max_prefixlen}"
        said = f"CIDR value {quote(text)} is ambiguous in this context"
        yield f"{path}: {said} (should be {quote(written)} or {quote(alone)}?)"
    mapped = unmapped(address) is not address
    if mapped or _padded(start) or length != str(network.prefixlen):
        yield f"{path}: non-standard CIDR value {quote(text)} is invalid: use {quote(written)}"
    elif not ambiguous and address.version == 6 and f"{address}/{network.prefixlen}" != text:
        yield f"{path}: IPv6 CIDR value {quote(text)} should be in RFC 5952 canonical format ({quote(written)})"


def _padded(text: str) -> bool:
    """Tell whether an address that `read_address` takes has zeros which Python's own reader, like Go's of today, refuses."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return True
    return False


def _plain(octets: str) -> str:
    return ".".join(str(int(part)) if part else part for part in octets.split("."))
