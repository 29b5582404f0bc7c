"""Secrets: as config maps, with types that ask for certain keys."""

import base64
from collections.abc import Iterator
from typing import Final

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, required, too_long
from harness.apiserver.kinds.core.configmaps import LARGEST_BYTES, decoded_size, immutability_errors
from harness.apiserver.kinds.core.keypairs import KeyPairError, check_key_pair
from harness.apiserver.kinds.core.keys import config_key
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_ACCOUNT: Final = "kubernetes.io/service-account.name"
_CONFIGURATIONS: Final = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}
_LITERALS: Final = {"t": "true", "f": "false", "n": "null"}
_REDACTED: Final = "<secret contents redacted>"


class SecretStrategy(Strategy):
    """Rules of secrets."""

    def default(self, value: Object) -> Object:
        """Name the type, and move ``stringData``, which is only ever written, to ``data``."""
        out = {**value, "type": value.get("type") or "Opaque"}
        texts = out.pop("stringData", None)
        if texts:
            encoded = {key: base64.b64encode(str(text).encode()).decode() for key, text in texts.items()}
            out["data"] = {**(out.get("data") or {}), **encoded}
        return out

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with keys, size and type, or changed although it must not."""
        del cluster, resource, subresource
        found: list[FieldError] = []
        if current is not None and value["type"] != current.get("type"):
            found.append(invalid("type", value["type"], "field is immutable"))
        found += immutability_errors(value, current, ("data",))
        data = value.get("data") or {}
        for key in sorted(data):
            found += [invalid(f"data[{key}]", key, text) for text in config_key(key)]
        if sum(map(decoded_size, data.values())) > LARGEST_BYTES:
            found.append(too_long("data", LARGEST_BYTES))
        return found + list(_type_errors(value, data))

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of a certificate and a key that do not serve together."""
        del current
        if value["type"] != "kubernetes.io/tls":
            return []
        data = value.get("data") or {}
        try:
            check_key_pair(*(base64.b64decode(data.get(key) or "") for key in ("tls.crt", "tls.key")))
        except KeyPairError as problem:
            return [str(problem)]
        return []


def _type_errors(value: Object, data: Object) -> Iterator[FieldError]:
    kind = value["type"]
    if kind == "kubernetes.io/service-account-token":
        if not (value["metadata"].get("annotations") or {}).get(_ACCOUNT):
            yield required(f"metadata.annotations[{_ACCOUNT}]")
    elif kind in _CONFIGURATIONS:
        yield from _configuration(data, _CONFIGURATIONS[kind])
    elif kind == "kubernetes.io/basic-auth":
        if "username" not in data and "password" not in data:
            yield required("data[username]")
            yield required("data[password]")
    elif kind == "kubernetes.io/ssh-auth" and not data.get("ssh-privatekey"):
        yield required("data[ssh-privatekey]")
    elif kind == "kubernetes.io/tls":
        yield from (required(f"data[{key}]") for key in ("tls.crt", "tls.key") if key not in data)


def _configuration(data: Object, key: str) -> Iterator[FieldError]:
    if key not in data:
        yield required(f"data[{key}]")
        return
    content = base64.b64decode(data[key])
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        yield invalid(f"data[{key}]", _REDACTED, _complaint(content))


def _complaint(content: bytes) -> str:
    """Return what Go's decoder says of a text that is no JSON, in the commonest cases."""
    text = content.decode(errors="replace").lstrip()
    literal = _LITERALS.get(text[:1])
    if literal is None:
        start = not text or text[0] in '{["-0123456789'
        return (
            "unexpected end of JSON input" if start else f"invalid character '{text[0]}' looking for beginning of value"
        )
    for found, wanted in zip(text, literal, strict=False):
        if found != wanted:
            return f"invalid character '{found}' in literal {literal} (expecting '{wanted}')"
    return "unexpected end of JSON input"
