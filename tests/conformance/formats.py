"""Replies in other formats than JSON, as JSON: so that they can be masked and compared."""

import json
from typing import Any

from harness.apiserver.codec.protobuf_in import read_message, unwrap
from harness.apiserver.codec.table import model_of
from harness.apiserver.codec.wire import records
from harness.apiserver.codec.yaml import Document

PROTOBUF = "application/vnd.kubernetes.protobuf"


def read(media: str, text: bytes) -> Any:
    """Return what a reply says, or None when it is in no format that is known here, or nested too deeply."""
    if media.startswith("application/yaml"):
        return {"in YAML": Document(text).value}
    if media.startswith(PROTOBUF) and "stream=watch" not in media:
        return {"in protobuf": _object(text)}
    if media.startswith(PROTOBUF):
        return {"frames of protobuf": list(_frames(text))}
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(text: bytes) -> Any:
    version, kind, message = unwrap(text)
    value = read_message(message, model_of(version or "v1", kind))
    return {"apiVersion": version, "kind": kind, **value}


def _frames(text: bytes) -> Any:
    while text:
        size = int.from_bytes(text[:4], "big")
        frame, text = text[4 : 4 + size], text[4 + size :]
        parts = {number: value for number, _, value in records(frame, "WatchEvent")}
        inner = {number: value for number, _, value in records(parts[2], "RawExtension")}
        yield {"type": parts[1].decode(), "object": _object(inner[1])}
