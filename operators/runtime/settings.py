"""Settings every operator has; each operator's own class derives from :class:`RuntimeSettings`.

All are values of a frozen dataclass, spans are ``timedelta``: whoever runs an operator on a slower clock multiplies them
with :func:`dataclasses.replace`, the operator knows no scale. Where they come from is the business of
:mod:`operators.runtime.loading`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from operators.runtime.backoff import Backoff
from operators.runtime.connection import Connection
from operators.runtime.loading import dump, load

__all__ = ["RuntimeSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSettings:
    """Connection, patience and limits of one operator."""

    connection: Connection | None = None
    """Where the API server is; None: as in a cluster, else as KUBECONFIG says."""
    datastorage_url: str = field(default="http://datastorage:8080", metadata={"env": "DATASTORAGE_URL"})
    """Base URL of the audit sink."""

    max_concurrent: int = 8
    """Keys that are reconciled at the same time."""
    resync: timedelta = timedelta(minutes=10)
    """A key that is not at rest is reconciled at least this often: the floor under lost events."""
    retry_base: timedelta = timedelta(milliseconds=50)
    """First wait after a failed reconcile; it doubles with each further failure in a row."""
    retry_cap: timedelta = timedelta(minutes=5)
    """Longest wait after failed reconciles, well below the resync so that an outage's end is noticed first by us."""

    conflict_attempts: int = 8
    """Writes of one transition, the first included, before the conflict is left to the queue's backoff."""
    conflict_base: timedelta = timedelta(milliseconds=10)
    """First wait after a 409 (client-go's DefaultRetry starts with the same)."""
    conflict_cap: timedelta = timedelta(seconds=1)

    request_timeout: timedelta = timedelta(seconds=30)
    """Patience for one request to the API server."""
    audit_timeout: timedelta = timedelta(seconds=10)
    """Patience for one request to the audit sink."""
    audit_retry_base: timedelta = timedelta(seconds=1)
    """First wait when the audit sink does not answer; it doubles up to the cap."""
    audit_retry_cap: timedelta = timedelta(minutes=1)

    http_host: str = "127.0.0.1"
    """Address of the HTTP side (probes, metrics, ``/idle``); 0.0.0.0 in a pod, where others ask."""
    http_port: int = 0
    """Its port; 0: there is none. Operators that share a process cannot share a port."""

    log_format: str = "console"
    """``console`` (key=value) or ``json`` (one object per line)."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from an environment alone, as a harness hands one to an operator that it knows by name.

        :raises SettingsError: see :func:`operators.runtime.loading.load`.
        """
        return load(cls, environ=environ)

    def to_environment(self) -> dict[str, str]:
        """The environment that :meth:`from_environment` would read these settings from; what is as by default is left out.

        The connection stays out, too: where the API server is depends on the process that asks.
        """
        return {name: text for name, text in dump(self).items() if not name.startswith("KUBERNAUT_CONNECTION_")}

    def __post_init__(self) -> None:
        if self.max_concurrent < 1 or self.conflict_attempts < 1:
            raise ValueError(
                f"max_concurrent ({self.max_concurrent}) and conflict_attempts ({self.conflict_attempts}) must be 1 or more",
            )
        if not 0 <= self.http_port <= 65535:
            raise ValueError(f"http_port is {self.http_port}: expected 0 (none) to 65535")
        if self.resync <= timedelta(0):
            raise ValueError(f"resync ({self.resync}) must be longer than nothing: it is the floor under lost events")

    @property
    def retry(self) -> Backoff:
        """Backoff of failed reconciles."""
        return Backoff(self.retry_base, self.retry_cap)

    @property
    def conflicts(self) -> Backoff:
        """Backoff between attempts of one guarded write."""
        return Backoff(self.conflict_base, self.conflict_cap)

    @property
    def audit_retry(self) -> Backoff:
        """Backoff of a sink that does not answer."""
        return Backoff(self.audit_retry_base, self.audit_retry_cap)
