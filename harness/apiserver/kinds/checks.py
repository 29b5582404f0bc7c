"""Checks that the rules of many kinds are made of; the texts are those of kube-apiserver's validation."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_label, dns_subdomain

_PERCENT: Final = re.compile(r"[0-9]+%")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_HTTP_PATH: Final = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
_PERCENT_TEXT: Final = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)


def non_negative(holder: Object, names: str | tuple[str, ...], path: str = "") -> Iterator[FieldError]:
    """Yield an error for each of the named numbers in ``holder`` that is below zero."""
    for name in names.split() if isinstance(names, str) else names:
        value = holder.get(name)
        if value is not None and value < 0:
            yield invalid(f"{path}.{name}" if path else name, value, "must be greater than or equal to 0")


def bounded(status: Object, names: str, bound: str, detail: str) -> Iterator[FieldError]:
    """Yield an error for each named count in a status that exceeds the one named ``bound``."""
    for name in names.split():
        if (status.get(name) or 0) > (status.get(bound) or 0):
            yield invalid(f"status.{name}", status.get(name) or 0, detail)


def immutable(value: Json, before: Json, path: str, *, shown: Json = None) -> Iterator[FieldError]:
    """Yield an error when ``value`` is not what it was; ``shown`` is what the message shows in its place."""
    if not same_json(without_empty_lists(value), without_empty_lists(before)):
        yield invalid(path, value if shown is None else shown, "field is immutable")


def without_empty_lists(value: Json) -> Json:
    """Return a value as it will be stored, where an empty list is none."""
    if isinstance(value, dict):
        return {name: without_empty_lists(item) for name, item in value.items() if item != []}
    if not isinstance(value, list):
        return value
    return [without_empty_lists(item) for item in value] if value else None


def int_or_percent(value: Json, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a count or a share, such as ``1`` or ``25%``."""
    if isinstance(value, str):
        if not _PERCENT.fullmatch(value):
            yield invalid(path, value, _PERCENT_TEXT)
    elif value is not None and value < 0:
        yield invalid(path, value, "must be greater than or equal to 0")


def at_most_whole(value: Json, path: str) -> Iterator[FieldError]:
    """Yield an error for a share of more than everything."""
    if isinstance(value, str) and _PERCENT.fullmatch(value) and int(value[:-1]) > 100:
        yield invalid(path, value, "must not be greater than 100%")


def amount(value: Json) -> int:
    """Return the number in a count or a share, whichever it is; 0 for what is neither."""
    if isinstance(value, str):
        digits = value[:-1] if _PERCENT.fullmatch(value) else value
        return int(digits) if _WHOLE.fullmatch(digits) else 0
    return value or 0


def decremented(status: Object, before: Object, path: str = "status") -> Iterator[FieldError]:
    """Yield an error for a collision count that became smaller."""
    value, old = status.get("collisionCount"), before.get("collisionCount")
    if old is not None and (value is None or value < old):
        yield invalid(f"{path}.collisionCount", value or 0, "cannot be decremented")


def hostname_warnings(name: str) -> list[str]:
    """Return the warning for a name that becomes part of the host names of pods and does not fit there."""
    wrong = dns_label(name)
    if not wrong:
        return []
    text = "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is"
    return [f"{text} recommended: [{' '.join(wrong)}]"]


def with_defaults(holder: Object, **defaults: Json) -> Object:
    """Return ``holder`` with what is missing in it; as it is when nothing is."""
    missing = {name: value for name, value in defaults.items() if holder.get(name) is None}
    return {**holder, **missing} if missing else holder


def protected(metadata: Object, finalizer: str) -> Object:
    """Return metadata with a finalizer that keeps an object while others use it."""
    finalizers = metadata.get("finalizers") or []
    return metadata if finalizer in finalizers else {**metadata, "finalizers": [*finalizers, finalizer]}


def domain_prefixed_path(value: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a name such as ``acme.io/foo``."""
    host, slash, rest = value.partition("/")
    if not value:
        yield required(path)
    elif not slash or not host or not rest:
        yield invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
    else:
        yield from (invalid(path, host, wrong) for wrong in dns_subdomain(host))
        if not _HTTP_PATH.fullmatch(rest):
            yield invalid(path, rest, f"Invalid path (regex used for validation is '{_HTTP_PATH.pattern}')")
