"""PriorityLevelConfigurations: how much of a busy server a level gets, and what becomes of what is too much."""

import math
from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.kinds.flowcontrol.mandatory import EXEMPT, LEVELS
from harness.apiserver.kinds.flowcontrol.schemas import status_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_TYPES: Final = ("Exempt", "Limited")
_RESPONSES: Final = ("Queue", "Reject")
_ROUND_TRIP: Final = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_QUEUING: Final = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}
_MOST_QUEUES: Final = 10_000_000
_HASH_BITS: Final = 60


class PriorityLevelStrategy(Strategy):
    """Rules of priority levels."""

    def default(self, value: Object) -> Object:
        """Fill in shares and queues."""
        spec = {**(value.get("spec") or {})}
        if (exempt := spec.get("exempt")) is not None:
            spec["exempt"] = with_defaults(exempt, nominalConcurrencyShares=0, lendablePercent=0)
        if (limited := spec.get("limited")) is not None:
            spec["limited"] = _limited(limited)
        return {**value, "spec": spec, "status": value.get("status") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start without a status."""
        del cluster, resource
        return {**value, "status": {}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Take the status alone from a status write."""
        del cluster, resource
        return {**value, "metadata": current["metadata"]} if subresource == "status" else value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the conditions of a status, or all."""
        del cluster, resource, current
        conditions = list(status_errors(value.get("status") or {}))
        if subresource == "status":
            return conditions
        metadata, spec = value["metadata"], value["spec"]
        found: list[FieldError] = []
        if _ROUND_TRIP in (metadata.get("annotations") or {}):
            found.append(forbidden("metadata.annotations", f"annotation '{_ROUND_TRIP}' is forbidden"))
        name = metadata.get("name", "")
        return [*found, *_spec_errors(name, spec), *_mandatory_errors(name, spec), *conditions]


def _limited(limited: Object) -> Object:
    limited = with_defaults(limited, nominalConcurrencyShares=30, lendablePercent=0)
    response = limited.get("limitResponse") or {}
    if (queuing := response.get("queuing")) is not None:
        filled = {**queuing, **{name: queuing.get(name) or number for name, number in _QUEUING.items()}}
        limited = {**limited, "limitResponse": {**response, "queuing": filled}}
    return limited


def _mandatory_errors(name: str, spec: Object) -> Iterator[FieldError]:
    if name not in LEVELS:
        return
    but = " except the 'spec.exempt' field" if name == EXEMPT else ""
    compared = {field: item for field, item in spec.items() if field != "exempt"} if but else spec
    if not same_json(compared, LEVELS[name]):
        shown = Printed(json_text(spec, "flowcontrol.PriorityLevelConfigurationSpec"))
        yield invalid("spec", shown, f"spec of '{name}'{but} must equal the fixed value")


def _spec_errors(name: str, spec: Object) -> Iterator[FieldError]:
    kind, limited, exempt = spec.get("type") or "", spec.get("limited"), spec.get("exempt")
    if (name == EXEMPT) != (kind == "Exempt"):
        yield invalid("spec.type", kind, "must be 'Exempt' if and only if `name` is 'exempt'")
    if kind == "Exempt":
        if limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
        if exempt is not None:
            yield from _share_errors(exempt, "spec.exempt")
    elif kind == "Limited":
        if exempt is not None:
            yield forbidden("spec.exempt", "must be nil if the type is Limited")
        if limited is None:
            yield required("spec.limited", "must not be empty when type is Limited")
        else:
            yield from _limited_errors(limited, "spec.limited")
    elif not kind:
        yield required("spec.type")
    else:
        yield not_supported("spec.type", kind, _TYPES)


def _share_errors(level: Object, path: str) -> Iterator[FieldError]:
    if level["nominalConcurrencyShares"] < 0:
        shares = level["nominalConcurrencyShares"]
        yield invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    if not 0 <= level["lendablePercent"] <= 100:
        yield invalid(f"{path}.lendablePercent", level["lendablePercent"], "must be between 0 and 100, inclusive")


def _limited_errors(limited: Object, path: str) -> Iterator[FieldError]:
    yield from _share_errors(limited, path)
    yield from _response_errors(limited.get("limitResponse") or {}, f"{path}.limitResponse")
    if (borrowed := limited.get("borrowingLimitPercent")) is not None and borrowed < 0:
        yield invalid(f"{path}.borrowingLimitPercent", borrowed, "if specified, must be a non-negative integer")


def _response_errors(response: Object, path: str) -> Iterator[FieldError]:
    kind, queuing = response.get("type") or "", response.get("queuing")
    if kind == "Reject":
        if queuing is not None:
            yield forbidden(f"{path}.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind == "Queue":
        if queuing is None:
            yield required(f"{path}.queuing", "must not be empty if limited.limitResponse.type is Limited")
        else:
            yield from _queue_errors(queuing, f"{path}.queuing")
    elif not kind:
        yield required(f"{path}.type")
    else:
        yield not_supported(f"{path}.type", kind, _RESPONSES)


def _queue_errors(queuing: Object, path: str) -> Iterator[FieldError]:
    queues, hand, length = queuing["queues"], queuing["handSize"], queuing["queueLengthLimit"]
    if length <= 0:
        yield invalid(f"{path}.queueLengthLimit", length, "must be positive")
    if queues <= 0:
        yield invalid(f"{path}.queues", queues, "must be positive")
    elif queues > _MOST_QUEUES:
        yield invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}")
    if hand <= 0:
        yield invalid(f"{path}.handSize", hand, "must be positive")
    elif hand > queues:
        yield invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})")
    elif math.ceil(math.log2(queues) * hand) > _HASH_BITS:
        detail = (
            f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {_HASH_BITS}"
        )
        yield invalid(f"{path}.handSize", hand, detail)
