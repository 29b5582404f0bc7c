"""JSON that clients read, decoded by orjson for the length of a run.

At its start every Kopf operator lists all CRDs, whose schemas are the largest objects of a cluster; the decoder of the standard
library took a twentieth of a small scenario for them. What is decoded is the same, within what Kubernetes allows in JSON: integers of 64 bits, no
``NaN``, no lone surrogates. Errors are still `json.JSONDecodeError` s.
"""

from __future__ import annotations

import contextlib
import types
from typing import TYPE_CHECKING, Any, cast

import orjson
from aiohttp import ClientResponse
from kopf._cogs.clients import api

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def quick_decoding() -> Iterator[None]:
    """Let aiohttp's replies and Kopf's watch lines be decoded by orjson for the length of the body."""
    defaults = cast("dict[str, Any]", ClientResponse.json.__kwdefaults__)
    loads, module = defaults["loads"], api.json  # type: ignore[attr-defined]
    defaults["loads"] = orjson.loads
    api.json = types.SimpleNamespace(loads=orjson.loads)  # type: ignore[attr-defined, assignment]
    try:
        yield
    finally:
        defaults["loads"] = loads
        api.json = module  # type: ignore[attr-defined]
