"""Whether an API server answers: one question over HTTPS, without an event loop."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from harness.clusters.cluster import Address

_PATIENCE_S: Final = 5.0
"""For one answer."""

_LOOK_S: Final = 0.5
"""Between two questions."""


def version(address: Address) -> str:
    """Return the version of an API server, such as ``1.36.3``.

    :raises KindError: it does not answer, or not as an API server that lets us in.
    """
    context = address.ssl_context()
    request = urllib.request.Request(f"{address.server}/version")  # noqa: S310  from a kubeconfig
    if address.token:
        request.add_header("Authorization", f"Bearer {address.token}")
    # No proxy: what the environment names is for the world outside.
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=context if isinstance(context, ssl.SSLContext) else None),
    )
    try:
        with opener.open(request, timeout=_PATIENCE_S) as reply:
            return str(json.load(reply)["gitVersion"]).removeprefix("v")
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise KindError(f"{address.server} does not answer as a Kubernetes API server: {reason}") from error


def wait(address: Address, *, patience_s: float) -> str:
    """Wait until it answers; returns its version.

    :raises KindError: it does not in time.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            return version(address)
        except KindError:
            if time.monotonic() > end:
                raise
        time.sleep(_LOOK_S)
