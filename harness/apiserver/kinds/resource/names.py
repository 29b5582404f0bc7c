"""Names in the kinds of resource.k8s.io: of drivers, pools, devices, attributes, requests."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, quote, required, too_long
from harness.apiserver.kinds.storage.nodes import driver_name_errors
from harness.apiserver.names import dns_label, dns_subdomain, label_value, qualified_name

_LONGEST_POOL: Final = 253
_LONGEST_ID: Final = 32
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_IDENTIFIER_TEXT: Final = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' "
    "(e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
)
_UID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BARE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_URN, _UID_BYTES, _BARE_BYTES = "urn:uuid:", 36, 32
LONGEST_KEY: Final = 63 + 1 + _LONGEST_ID
"""Of an attribute: its domain, a slash, its own name."""


def label_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a device, a request or a counter."""
    yield from (invalid(path, name, wrong) for wrong in dns_label(name))


def class_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a class that must be there."""
    if not name:
        yield required(path)
    else:
        yield from (invalid(path, name, wrong) for wrong in dns_subdomain(name))


def pool_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a pool: subdomains, with slashes between them."""
    if not name:
        yield required(path)
        return
    if len(name.encode()) > _LONGEST_POOL:
        yield too_long(path, _LONGEST_POOL)
    for part in name.split("/"):
        yield from (invalid(path, part, wrong) for wrong in dns_subdomain(part))


def attribute_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of an attribute or a capacity, with or without a domain."""
    parts = name.split("/")
    if len(parts) == 1:
        yield from _identifier_errors(name, path)
    elif len(parts) == 2:
        domain, own = parts
        if not domain:
            yield invalid(path, "", "the domain must not be empty")
        else:
            yield from driver_name_errors(domain, path)
        if not own:
            yield invalid(path, "", "the name must not be empty")
        else:
            yield from _identifier_errors(own, path)


def full_attribute_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of an attribute that needs its domain."""
    yield from attribute_errors(name, path)
    if "/" not in name:
        yield invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash")


def label_key_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the key of a taint, or a condition that binds."""
    yield from (invalid(path, name, wrong) for wrong in qualified_name(name))


def label_value_errors(value: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the value of a taint."""
    yield from (invalid(path, value, wrong) for wrong in label_value(value))


def uid_errors(uid: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a uid."""
    if problem := _unlike_uid(uid):
        yield invalid(path, uid, f"error validating uid: {problem}")
    elif not _UID.fullmatch(uid):
        detail = (
            "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal "
            "characters"
        )
        yield invalid(path, uid, detail)


def _unlike_uid(text: str) -> str:
    """Return why no form of a UUID fits a text, or ""."""
    size = len(text.encode())
    if size == len(_URN) + _UID_BYTES:
        if text[: len(_URN)].lower() != _URN:
            return f"invalid urn prefix: {quote(text[: len(_URN)])}"
        text = text[len(_URN) :]
    elif size == _UID_BYTES + 2:
        if not (text.startswith("{") and text.endswith("}")):
            return "invalid bracketed UUID format"
        text = text[1:-1]
    elif size not in {_UID_BYTES, _BARE_BYTES}:
        return f"invalid UUID length: {size}"
    good = _UID.fullmatch(text.lower()) or (size == _BARE_BYTES and _BARE.fullmatch(text.lower()))
    return "" if good else "invalid UUID format"


def _identifier_errors(name: str, path: str) -> Iterator[FieldError]:
    if len(name.encode()) > _LONGEST_ID:
        yield too_long(path, _LONGEST_ID)
    if not _IDENTIFIER.fullmatch(name):
        yield invalid(path, name, _IDENTIFIER_TEXT)
