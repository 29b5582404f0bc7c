"""Named formats: ``format.dns1123Label().validate(x)``."""

from collections.abc import Callable
from typing import Any, Final

from harness.apiserver.cel.declarations import FORMAT_NAMES
from harness.apiserver.cel.values import ABSENT, Format, Optional
from harness.apiserver.formats import CHECKS
from harness.apiserver.names import dns_1035_label, dns_label, dns_subdomain, label_value, qualified_name


def _prefix(check: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """Return a check of what something else will be appended to: it may end in a dash."""
    return lambda text: check(f"{text[:-1]}a" if len(text) > 1 and text.endswith("-") else text)


def _known(name: str, why: str) -> Callable[[str], list[str]]:
    return lambda text: [] if CHECKS[name](text) else [why]


_VALIDATE: Final[dict[str, Callable[[str], list[str]]]] = {
    "dns1123Label": dns_label,
    "dns1123Subdomain": dns_subdomain,
    "dns1035Label": dns_1035_label,
    "qualifiedName": qualified_name,
    "dns1123LabelPrefix": _prefix(dns_label),
    "dns1123SubdomainPrefix": _prefix(dns_subdomain),
    "dns1035LabelPrefix": _prefix(dns_1035_label),
    "labelValue": label_value,
    "uri": _known("uri", "invalid URI"),
    "uuid": _known("uuid", "does not match the UUID format"),
    "byte": _known("byte", "invalid base64"),
    "date": _known("date", "invalid date"),
    "datetime": _known("datetime", "invalid datetime"),
}


def validate(shape: Format, text: str) -> Optional:
    """Return what is wrong with a text, or nothing where it has the format."""
    wrong = _VALIDATE[shape.name](text)
    return Optional(present=True, value=wrong) if wrong else ABSENT


def named(name: str) -> Optional:
    """Return a format by its name."""
    return Optional(present=True, value=Format(name)) if name in FORMAT_NAMES else ABSENT


def _give(shape: Format) -> Callable[[], Format]:
    return lambda: shape


FREE: Final[dict[str, Callable[..., Any]]] = {"format.named": named} | {
    f"format.{name}": _give(Format(name)) for name in FORMAT_NAMES
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {"validate": validate}
