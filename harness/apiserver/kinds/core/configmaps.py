"""Config maps: keys that can be files, one megabyte, and immutability for those who ask for it."""

import base64
from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, forbidden, invalid, too_long
from harness.apiserver.kinds.core.keys import config_key
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

LARGEST_BYTES: Final = 1024 * 1024
_IMMUTABLE: Final = "field is immutable when `immutable` is set"


class ConfigMapStrategy(Strategy):
    """Rules of config maps."""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with keys and size, or changed although it must not."""
        del cluster, resource, subresource
        data, binary = value.get("data") or {}, value.get("binaryData") or {}
        found = list(immutability_errors(value, current, ("data", "binaryData")))
        found += _key_errors("data", data, taken=binary)
        found += _key_errors("binaryData", binary, taken={})
        size = sum(len(text.encode()) for text in data.values()) + sum(map(decoded_size, binary.values()))
        if size > LARGEST_BYTES:
            found.append(too_long("[]", LARGEST_BYTES))
        return found


def immutability_errors(value: Object, current: Object | None, fields: tuple[str, ...]) -> Iterator[FieldError]:
    """Yield what was changed in a config map or secret that was declared immutable (KEP-1412)."""
    if current is None or not current.get("immutable"):
        return
    if not value.get("immutable"):
        yield forbidden("immutable", _IMMUTABLE)
    for field in fields:
        if not same_json(value.get(field) or {}, current.get(field) or {}):
            yield forbidden(field, _IMMUTABLE)


def decoded_size(text: str) -> int:
    """Return how many bytes a base64 text stands for."""
    try:
        return len(base64.b64decode(text))
    except ValueError:
        return len(text)


def _key_errors(field: str, data: Object, *, taken: Object) -> Iterator[FieldError]:
    for key in sorted(data):
        yield from (invalid(f"{field}[{key}]", key, text) for text in config_key(key))
        if key in taken:
            yield invalid(f"{field}[{key}]", key, "duplicate of key present in binaryData")
