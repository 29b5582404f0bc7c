"""Names as Kubernetes allows them: DNS labels and subdomains, qualified names, label values.

Each function returns the list of what is wrong, empty for a good name; the texts are apimachinery's.
"""

import re
from typing import Final

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = _LABEL + r"(\." + _LABEL + ")*"
_LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE: Final = f"({_QUALIFIED})?"
_LABEL_PATTERN, _SUBDOMAIN_PATTERN = re.compile(_LABEL), re.compile(_SUBDOMAIN)
_LABEL_1035_PATTERN, _QUALIFIED_PATTERN, _VALUE_PATTERN = map(re.compile, (_LABEL_1035, _QUALIFIED, _VALUE))

_LABEL_TEXT: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    f"with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
_SUBDOMAIN_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    f"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)
_WILDCARD_TEXT: Final = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower "
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used "
    rf"for validation is '\*\.{_SUBDOMAIN}')"
)
_LABEL_1035_TEXT: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    f"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    f"'{_LABEL_1035}')"
)
_QUALIFIED_TEXT: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_QUALIFIED}')"
)
_LABEL_KEY_TEXT: Final = (
    f"a valid label key {_QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_VALUE_TEXT: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
    f"is '{_VALUE}')"
)


_SEARCH: Final = r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*"
_SEARCH_PATTERN: Final = re.compile(_SEARCH)
_SEARCH_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and "
    f"end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SEARCH}')"
)


def _too_long(text: str, limit: int, unit: str = "bytes") -> list[str]:
    return [f"must be no more than {limit} {unit}"] if len(text.encode()) > limit else []


def dns_subdomain(name: str) -> list[str]:
    """Check the name of most objects: RFC 1123 subdomain, at most 253 bytes."""
    wrong = _too_long(name, 253, "characters")  # it counts bytes, and says so for keys and values only
    return wrong if _SUBDOMAIN_PATTERN.fullmatch(name) else [*wrong, _SUBDOMAIN_TEXT]


def dns_search(name: str) -> list[str]:
    """Check a search path of a resolver: a subdomain whose labels may have underscores."""
    wrong = _too_long(name, 253, "characters")
    return wrong if _SEARCH_PATTERN.fullmatch(name) else [*wrong, _SEARCH_TEXT]


def wildcard_subdomain(name: str) -> list[str]:
    """Check the name of many hosts, such as ``*.example.com``."""
    wrong = _too_long(name, 253, "characters")
    good = name.startswith("*.") and _SUBDOMAIN_PATTERN.fullmatch(name[2:])
    return wrong if good else [*wrong, _WILDCARD_TEXT]


def dns_label(name: str) -> list[str]:
    """Check a namespace's name: RFC 1123 label, at most 63 bytes."""
    wrong = _too_long(name, 63, "characters")
    if _LABEL_PATTERN.fullmatch(name):
        return wrong
    # A name that is a subdomain has only one fault, its dots, and the server says so.
    return [*wrong, "must not contain dots" if _SUBDOMAIN_PATTERN.fullmatch(name) else _LABEL_TEXT]


def dns_1035_label(name: str) -> list[str]:
    """Check a service's or version's name: RFC 1035 label, at most 63 bytes."""
    wrong = _too_long(name, 63, "characters")
    return wrong if _LABEL_1035_PATTERN.fullmatch(name) else [*wrong, _LABEL_1035_TEXT]


def path_segment(name: str) -> list[str]:
    """Check what every name must satisfy: that it can be one segment of a path."""
    if name in {".", ".."}:
        return [f"may not be '{name}'"]
    if "/" not in name and "%" not in name:
        return []
    return [f"may not contain '{bad}'" for bad in ("/", "%") if bad in name]


def qualified_name(name: str) -> list[str]:
    """Check a label or annotation key, or a finalizer: an optional DNS prefix and a name of at most 63 bytes."""
    prefix, slash, rest = name.rpartition("/")
    wrong: list[str] = []
    if slash:
        if "/" in prefix:
            return [_LABEL_KEY_TEXT]
        wrong = ["prefix part must be non-empty"] if not prefix else [f"prefix part {w}" for w in dns_subdomain(prefix)]
    if not rest:
        wrong.append("name part must be non-empty")
    else:
        wrong += [f"name part {w}" for w in _too_long(rest, 63)]
    return wrong if _QUALIFIED_PATTERN.fullmatch(rest) else [*wrong, f"name part {_QUALIFIED_TEXT}"]


def label_value(value: str) -> list[str]:
    """Check a label's value: empty, or up to 63 bytes of a qualified name's characters."""
    wrong = _too_long(value, 63)
    return wrong if _VALUE_PATTERN.fullmatch(value) else [*wrong, _VALUE_TEXT]
