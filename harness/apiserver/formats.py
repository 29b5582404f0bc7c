"""The formats of strings that the server checks, by their names without dashes.

Each check is that of kube-openapi's ``strfmt``: what is laxer or odder there than its name says is so here.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from email.utils import parseaddr
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from harness.apiserver.gotime import parse_duration
from harness.apiserver.regex import compile_pattern

_HOSTNAME: Final = (
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}"
    r"[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
DATE_TIME: Final = (
    "^(?:(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
    "[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
"""The texts for which `is_date_time` holds, the calendar included: most objects have some, and a call for each costs more than all else about them."""

_MACS: Final = re.compile(
    r"(?:[0-9a-f]{2}(:|-))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?:(?:\1[0-9a-f]{2}){2}|(?:\1[0-9a-f]{2}){14})?"
    r"|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}(?:\.[0-9a-f]{4}|(?:\.[0-9a-f]{4}){7})?",
    re.IGNORECASE,
)
_CARD: Final = re.compile(
    r"(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|(?:2131|1800|35\d{3})\d{11})"
)
_BYTE: Final = r"(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])"
_SPAN: Final = re.compile(r"(\d+)\s*([A-Za-z\u00b5]+)")
_SPANS: Final = (
    ("ns", "nano"), ("us", "\u00b5s", "micro"), ("ms", "milli"), ("s", "sec"), ("m", "min"), ("h", "hr", "hour"), ("d", "day"),
    ("w", "wk", "week"),
)  # fmt: skip
_MOST_BYTES_OF_HOST: Final = 255
_LONGEST_LABEL: Final = 63
_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"


def _matches(pattern: str, *, flags: int = re.ASCII) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """``2026-01-31``."""
    return _DATE.fullmatch(text) is not None and _is_day(text)


def is_date_time(text: str) -> bool:
    """RFC 3339, whose separators may be lower case."""
    return _MOMENT.fullmatch(text) is not None and _is_day(text[:10])


@lru_cache(maxsize=1024)  # the times of a run are of few days
def _is_day(text: str) -> bool:
    """Tell whether the calendar has a day."""
    with suppress(ValueError):
        return bool(date.fromisoformat(text))
    return False


def is_duration(text: str) -> bool:
    """A span of Go's, or anything that holds one of Scala's such as ``3 days``."""
    with suppress(ValueError):
        parse_duration(text)
        return True
    return any(
        (unit.startswith(variants[-1]) or unit in variants)
        for _, unit in ((amount, word.lower()) for amount, word in _SPAN.findall(text))
        for variants in _SPANS
    )


def is_ipv4(text: str) -> bool:
    """Four numbers, leading zeros tolerated; an IPv6 address that ends in them passes, too."""
    parts = text.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() and int(part) <= 255 for part in parts):
        return True
    return "." in text and _is_address(text)


def is_ipv6(text: str) -> bool:
    """An IPv6 address without a zone."""
    return ":" in text and _is_address(text)


def _is_address(text: str) -> bool:
    with suppress(ValueError):
        return "%" not in text and bool(ipaddress.ip_address(text))
    return False


def is_cidr(text: str) -> bool:
    """An address, a slash and the length of a prefix."""
    address, found, length = text.partition("/")
    if not found or not length.isascii() or not length.isdigit():
        return False
    if ":" not in address:
        return is_ipv4(address) and int(length) <= 32
    return _is_address(address) and int(length) <= 128


def is_request_uri(text: str) -> bool:
    """An absolute URI or an absolute path."""
    if not text or any(ord(one) < 0x20 or ord(one) == 0x7F for one in text):
        return False
    if text.startswith("/") or text == "*":
        return not _HALF_ESCAPED.search(text.partition("?")[0])
    scheme, found, rest = text.partition(":")
    if not found or not _SCHEME.fullmatch(scheme):
        return False
    if not rest.startswith("/"):
        return True  # opaque, nobody looks into it
    with suppress(ValueError):
        parts = urlsplit(text)
        _ = parts.port
        return " " not in parts.netloc and not _HALF_ESCAPED.search(parts.netloc + parts.path)
    return False


_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*")
_HALF_ESCAPED: Final = re.compile(r"%(?![0-9a-fA-F]{2})")


def is_email(text: str) -> bool:
    """What Go's ``mail.ParseAddress`` takes: an address, with or without a name before it."""
    _, address = parseaddr(text, strict=True) if _STRICT else parseaddr(text)
    local, found, domain = address.rpartition("@")
    if not found or not local or not domain or domain.startswith(".") or domain.endswith(".") or ".." in domain:
        return False
    return not local.startswith(".") and not local.endswith(".") and " " not in address


_STRICT: Final = "strict" in (parseaddr.__kwdefaults__ or {})


def is_hostname(text: str) -> bool:
    """A name of RFC 1034, with letters of all scripts."""
    if not compile_pattern(_HOSTNAME).search(text) or len(text.encode()) > _MOST_BYTES_OF_HOST:
        return False
    return all(len(part.encode()) <= _LONGEST_LABEL for part in text.split("."))


def is_credit_card(text: str) -> bool:
    """A known issuer's number with a correct last digit."""
    digits = re.sub(r"[^0-9]+", "", text)
    if not _CARD.fullmatch(digits):
        return False
    doubled = (int(one) * 2 for one in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0


def is_isbn10(text: str) -> bool:
    """Ten digits, the last of which may be X and checks the others."""
    digits = re.sub(r"[\s-]+", "", text)
    if not re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return False
    return sum((index + 1) * (10 if one == "X" else int(one)) for index, one in enumerate(digits)) % 11 == 0


def is_isbn13(text: str) -> bool:
    """Thirteen digits, the last of which checks the others."""
    digits = re.sub(r"[\s-]+", "", text)
    if not re.fullmatch(r"[0-9]{13}", digits):
        return False
    total = sum((1, 3)[index % 2] * int(one) for index, one in enumerate(digits[:12]))
    return int(digits[12]) == (10 - total % 10) % 10


def _uuid(version: str, variant: str) -> Callable[[str], bool]:
    return _matches(rf"(?i)[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{version}-?{variant}-?[0-9a-f]{{12}}")


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "bsonobjectid": _matches("[0-9a-fA-F]{24}"),
    "uri": is_request_uri,
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "cidr": is_cidr,
    "mac": lambda text: _MACS.fullmatch(text) is not None,
    "uuid": _uuid("[0-9a-f]{4}", "[0-9a-f]{4}"),
    "uuid3": _uuid("3[0-9a-f]{3}", "[0-9a-f]{4}"),
    "uuid4": _uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
    "uuid5": _uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
    "isbn": lambda text: is_isbn10(text) or is_isbn13(text),
    "isbn10": is_isbn10,
    "isbn13": is_isbn13,
    "creditcard": is_credit_card,
    "ssn": lambda text: len(text) == 11 and re.fullmatch(r"\d{3}[- ]?\d{2}[- ]?\d{4}", text, re.ASCII) is not None,
    "hexcolor": _matches("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _matches(rf"rgb\(\s*{_BYTE}\s*,\s*{_BYTE}\s*,\s*{_BYTE}\s*\)"),
    "byte": _matches(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"),
    "password": lambda _: True,
    "date": is_date,
    "duration": is_duration,
    "datetime": is_date_time,
    "k8sshortname": lambda text: len(text) <= _LONGEST_LABEL and re.fullmatch(_LABEL, text) is not None,
    "k8slongname": lambda text: len(text) <= 253 and re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", text) is not None,
}  # fmt: skip
"""Tells for each checked format of strings whether a text has it."""
