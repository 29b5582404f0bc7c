"""What every cluster offers to a scenario.

The same scenario file runs on each of them. The differences that a scenario may see are two: whether time is virtual, and
how the durations of its operators are scaled.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from harness.clusters.client import Client, Plural
    from harness.history import History, Subject
    from harness.scale import TimeScale


@dataclass(frozen=True, slots=True)
class Address:
    """Where an API server is, and how to speak to it.

    :ivar server: base URL without a trailing slash.
    :ivar token: a bearer token, or empty.
    :ivar ca_file: path of the certificate authority for https; ``None`` for plain http.
    :ivar client_file: path of a client's certificate and key, both in PEM, instead of a token.
    """

    server: str
    token: str = ""
    ca_file: str | None = None
    client_file: str | None = None

    def ssl_context(self) -> ssl.SSLContext | bool:
        """Return what aiohttp takes as ``ssl``."""
        if not self.ca_file and not self.client_file:
            return True
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.client_file:
            context.load_cert_chain(self.client_file)
        return context


class ClusterError(Exception):
    """A cluster cannot do what was asked; the message says what to do."""


class Cluster(Protocol):
    """A running cluster, seen from a scenario.

    :ivar name: embedded, envtest or kind.
    :ivar virtual_time: whether an hour costs nothing.
    :ivar scale: how long durations last here that a scenario names.
    :ivar tenants: the namespaces that were made here, and what each was asked for as.
    """

    name: str
    virtual_time: bool
    address: Address
    client: Client
    history: History
    scale: TimeScale
    tenants: dict[str, str]

    async def apply(self, manifests: Path) -> list[str]:
        """Create everything in a file or folder of YAML; returns ``plural/name`` of each, in order.

        :raises ClusterError: a manifest is refused; the message names file, object and the server's reason.
        """
        ...

    async def create(self, manifest: Mapping[str, Any], *, namespace: str = "") -> Subject:
        """Create an object of an applied kind; returns what expectations are about.

        :raises ApiError: the API server refuses it.
        """
        ...

    async def namespace(self, name: str, *, labels: Mapping[str, str] | None = None) -> str:
        """Create a namespace for the length of the scenario; returns its name, which begins with the one that was asked for.

        :raises ApiError: the API server refuses it.
        """
        ...

    async def follow(self, plural: Plural) -> None:
        """Make a kind part of the history from now on, unless it is already. Kinds that are applied are."""
        ...

    async def settled(self, *, until: datetime | None = None) -> None:
        """Wait for a quiescence point; before that, for declared deadlines up to ``until``."""
        ...
