"""Kubernetes Events: what ``kubectl describe`` shows of what became of an object.

They are advice for people, not a record: that is the audit trail. So an Event is posted after the write that it tells of, once;
one that the API server does not take is logged and forgotten, and a crash in between loses it. Nothing waits for it, and nothing
is decided by it. Its name is derived from the object's uid, the ordinal of the transition and the reason: whoever tells of the same
edge again tells nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from structlog.typing import FilteringBoundLogger

from operators.api.kinds import EVENT
from operators.api.resource import Resource, key_of, status_of, uid_of, version_of
from operators.runtime.errors import AlreadyExists, KubeError
from operators.runtime.kube import Kube

__all__ = ["Notice", "Recorder"]

_LONGEST_MESSAGE = 1024
"""What events.k8s.io lets a note have."""
_LONGEST_NAME = 253 - len(".0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person should see about an edge, as the controller states it."""

    type: str
    """``Normal`` or ``Warning``."""
    reason: str
    """One word in CamelCase, for programs."""
    message: str


class Recorder:
    """Posts the Events of one operator, which calls itself ``component``."""

    def __init__(self, kube: Kube, log: FilteringBoundLogger, *, component: str) -> None:
        self._kube, self._log, self._component = kube, log, component

    async def record(self, about: Resource, notice: Notice, *, now: datetime) -> None:
        """Tell of an edge that ``about``, as it was stored, has just walked; never raises for what the API server says."""
        key = key_of(about)
        try:
            await self._kube.create(EVENT, key.namespace, self._event(about, notice, now))
        except AlreadyExists:
            return
        except KubeError as error:
            self._log.warning(
                "event not posted", namespace=key.namespace, name=key.name, reason=notice.reason, error=str(error)
            )

    def _event(self, about: Resource, notice: Notice, now: datetime) -> Mapping[str, Any]:
        key, uid = key_of(about), uid_of(about)
        told = uuid5(UUID(uid), f"{status_of(about).get('transitionCount', 0)}/{notice.reason}")
        when = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {
            "metadata": {"name": f"{key.name[:_LONGEST_NAME]}.{told.hex[:16]}", "namespace": key.namespace},
            "involvedObject": {
                "apiVersion": about["apiVersion"],
                "kind": about["kind"],
                "namespace": key.namespace,
                "name": key.name,
                "uid": uid,
                "resourceVersion": version_of(about),
            },
            "type": notice.type,
            "reason": notice.reason,
            "message": notice.message[:_LONGEST_MESSAGE],
            "source": {"component": self._component},
            "reportingComponent": self._component,
            "firstTimestamp": when,
            "lastTimestamp": when,
            "count": 1,
        }
