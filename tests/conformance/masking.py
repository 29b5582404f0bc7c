"""What two servers may answer differently without differing: identities, moments, absolute versions.

Each is replaced by a word and, where equality matters, by its number in the order of first appearance: two fields that were equal stay
equal, two that differed stay different. Everything else is compared as it is, down to the texts of messages.
"""

import re
from typing import Any

_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SELF_TYPE = re.compile(r"\bselfType\d+")
_CHECKED_TYPE = re.compile(r"\b([A-Z][A-Za-z]+)\d{1,9}\b")
"""A type in the warnings about a policy: a kind and the nanosecond at which it was looked at."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_CURRENT = re.compile(r"(Too large resource version: \d+, current: )\d+")
_TOO_OLD = re.compile(r"(too old resource version: \d+ \()\d+(?=\))")
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")

_SERVICE = re.compile(r"10\.96\.0\.(?!0\b|1\b|255\b)\d+")
"""Cluster addresses and node ports are drawn at random by the real server; behaviours that ask for one use the lower bands.
In dry runs the real server counts on from the end of the range."""
_NODE_PORTS = range(30086, 33768)

_YOUNG = re.compile(r"^\d{1,2}s$|(?<=\()\d{1,2}s(?= ago\))")
"""Ages in a Table of what has just been made."""

_SHOWN_VERSION = re.compile(r'(\\?"resourceVersion\\?":\\?")(\d+)')

_TYPED_ERRORS = re.compile(r"(?<=: errors:)(?:\n  \S.*)+")
"""What is wrong with an applied configuration, in the order of a Go map."""

HEADERS = (
    "content-type",
    "content-encoding",
    "vary",
    "cache-control",
    "warning",
    "retry-after",
    "server",
    "allow",
    "www-authenticate",
    "x-content-type-options",
)
"""The headers that clients act on. Audit-Id and the flow schema's are identities of the server."""


class Mask:
    """The words for one transcript."""

    def __init__(self, secret: str = "") -> None:
        self._secret = secret
        self._uids: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._ports: dict[int, str] = {}
        self._names: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        """Return JSON with what may differ replaced."""
        if isinstance(value, dict):
            value = _ageless(_in_any_order(value))
            return {self._key(key): self._field(key, one, value) for key, one in sorted(value.items())}
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, str):
            return self._text(value)
        return value

    def _key(self, key: str) -> str:
        return (
            self._text(key) if key.startswith(("k:", "v:")) else key
        )  # fieldsV1 names items of lists by what is in them

    def _field(self, key: str, value: Any, around: dict[str, Any]) -> Any:
        if key == "resourceVersion" and isinstance(value, str):
            # A list's, unlike an object's, is the store's, which the real server's own objects move, too.
            return self._version(value) if "uid" in around else "<store version>"
        if key in {"kid", "n", "serverAddress"} and ("kty" in around or key == "serverAddress"):
            return "<of the server>"
        if key in {"nodePort", "healthCheckNodePort"} and value in _NODE_PORTS:
            return self._ports.setdefault(value, f"<node port {len(self._ports) + 1}>")
        if key == "managedFields" and isinstance(value, list):
            value = sorted(
                value, key=_owner
            )  # by time, in the servers: whether two writes fall into one second is chance
        if key == "continue" and value:
            return "<token>"
        prefix = around.get("generateName")
        if key == "name" and isinstance(value, str) and isinstance(prefix, str) and prefix and value.startswith(prefix):
            return self._named(value, prefix)
        if key == "warning" and isinstance(value, str):
            value = _CHECKED_TYPE.sub("\\1<nanosecond>", value)
        return self(value)

    def _version(self, text: str) -> str:
        return self._versions.setdefault(text, f"<version {len(self._versions) + 1}>")

    def _named(self, name: str, prefix: str) -> str:
        return self._names.setdefault(name, f"{prefix}<{len(name) - len(prefix)} characters>")

    def _text(self, text: str) -> str:
        text = _SHOWN_VERSION.sub(lambda match: match[1] + self._version(match[2]), text)
        if self._secret and text == self._secret:
            return "<the administrator's token>"
        text = _SELF_TYPE.sub("selfType", text)
        text = _TYPED_ERRORS.sub(lambda match: "\n".join(sorted(match[0].split("\n"))), text)
        text = _ADDRESS.sub("<address>", _TOKEN.sub("<token>", _TIME.sub("<time>", text)))
        text = _TOO_OLD.sub("\\1<store version>", _CURRENT.sub("\\1<store version>", text))
        text = _UID.sub(lambda match: self._uids.setdefault(match[0], f"<uid {len(self._uids) + 1}>"), text)
        text = _SERVICE.sub(
            lambda match: self._addresses.setdefault(match[0], f"<address {len(self._addresses) + 1}>"), text
        )
        for name, word in (self._names | self._versions).items():
            # The 24 of 10.0.0.0/24 is no version, nor is a number in JSON: there versions are texts.
            before = r'(?<![\w./-])(?<!":)' if name.isdigit() else r"(?<![\w.-])"
            text = re.sub(rf"{before}{re.escape(name)}(?![\w.>-]|:\w)", word, text) if len(name) > 1 else text
        return text


def _in_any_order(value: dict[str, Any]) -> dict[str, Any]:
    """Sort what the real server meets in the random order of a Go map: causes of a refusal, rules of a review, custom kinds of a group."""
    if value.get("kind") == "APIResourceList" and "resources" in value:
        return value | {"resources": sorted(value["resources"], key=lambda one: one["name"])}
    if "incomplete" in value:
        return {key: sorted(one, key=repr) if isinstance(one, list) else one for key, one in value.items()}
    causes = (value.get("details") or {}).get("causes") if value.get("kind") == "Status" else None
    if not causes or len(causes) < 2:
        return value
    ordered = sorted(causes, key=lambda one: (one.get("field", ""), one.get("message", "")))
    message = f"{value['message'].partition(': [')[0]}: [<the causes>]"
    return value | {"message": message, "details": value["details"] | {"causes": ordered}}


def _owner(entry: Any) -> list[str]:
    return [str(entry.get(name, "")) for name in ("operation", "manager", "subresource", "apiVersion")]


def _ageless(value: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(cells := value.get("cells"), list):
        return value
    return value | {"cells": [_YOUNG.sub("<young>", one) if isinstance(one, str) else one for one in cells]}


def headers(found: dict[str, str]) -> dict[str, str]:
    """Return those that clients act on."""
    return {name: found[name] for name in HEADERS if name in found}
