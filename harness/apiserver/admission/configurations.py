"""The webhooks that are registered, in the order in which they are called: by configuration, then as they stand there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.apiserver.admission.matching import selector
from harness.apiserver.outcalls import Call, call_to
from harness.apiserver.selectors import LabelSelector
from harness.apiserver.store import Collection

_DEFAULT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Webhook:
    """One webhook, with all defaults filled in.

    :ivar identity: unlike that of any other, and the same after each change elsewhere.
    :ivar conditions: name and CEL text of each match condition.
    :ivar ignores_failure: whether a write goes on where the call fails.
    """

    identity: str
    name: str
    rules: tuple[Mapping[str, Any], ...]
    namespaces: LabelSelector
    objects: LabelSelector
    conditions: tuple[tuple[str, str], ...]
    equivalent: bool
    ignores_failure: bool
    reinvocable: bool
    side_effects: str
    versions: tuple[str, ...]
    timeout: timedelta
    client: Mapping[str, Any]

    @property
    def dry_runs(self) -> bool:
        """Whether a dry run may call it."""
        return self.side_effects in {"None", "NoneOnDryRun"}

    def call(self, body: bytes) -> Call:
        """Return the call that carries ``body`` to it."""
        return call_to(self.client, body, timeout=self.timeout)


def webhooks(collection: Collection, load: Any) -> tuple[Webhook, ...]:
    """Return the webhooks of all configurations in ``collection``, by ``load`` from an entry to an object."""
    return tuple(hook for entry in collection.scan(None) for hook in _of(load(entry)))


def _of(configuration: Mapping[str, Any]) -> Iterator[Webhook]:
    seen: dict[str, int] = {}
    for one in configuration.get("webhooks") or ():
        number = seen[one["name"]] = seen.get(one["name"], -1) + 1
        yield Webhook(
            identity=f"{configuration['kind']}/{configuration['metadata']['name']}/{one['name']}/{number}",
            name=one["name"],
            rules=tuple(one.get("rules") or ()),
            namespaces=selector(one.get("namespaceSelector")),
            objects=selector(one.get("objectSelector")),
            conditions=tuple((item["name"], item["expression"]) for item in one.get("matchConditions") or ()),
            equivalent=(one.get("matchPolicy") or "Equivalent") == "Equivalent",
            ignores_failure=(one.get("failurePolicy") or "Fail") == "Ignore",
            reinvocable=one.get("reinvocationPolicy") == "IfNeeded",
            side_effects=one.get("sideEffects") or "",
            versions=tuple(one.get("admissionReviewVersions") or ()),
            timeout=timedelta(seconds=one.get("timeoutSeconds") or _DEFAULT_TIMEOUT_SECONDS),
            client=one.get("clientConfig") or {},
        )
