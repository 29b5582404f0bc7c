"""Rows of webhook configurations and admission policies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, pairs, text
from harness.apiserver.printers.words import UNSET


def _webhooks(value: Object, now: datetime) -> list[Json]:
    return [name(value), len(items(value, "webhooks")), age(value, now)]


def _policy(rules: str) -> Cells:
    def cells(value: Object, now: datetime) -> list[Json]:
        kind = at(value, "spec", "paramKind")
        shown = UNSET if kind is None else f"{text(kind, 'apiVersion')}/{text(kind, 'kind')}"
        return [name(value), len(items(value, "spec", rules)), shown, age(value, now)]

    return cells


def _binding(value: Object, now: datetime) -> list[Json]:
    return [name(value), text(value, "spec", "policyName"), _parameter(at(value, "spec", "paramRef")), age(value, now)]


def _parameter(reference: Json) -> str:
    if named := text(reference, "name"):
        return f"{text(reference, 'namespace') or '*'}/{named}"
    wanted = at(reference, "selector")
    return UNSET if wanted is None else _in_go(wanted)


def _in_go(wanted: Json) -> str:
    """Return a selector as Go prints the struct, which is what stands in the cell."""
    labels = "".join(f"{key}: {value}," for key, value in sorted(pairs(wanted, "matchLabels").items()))
    others = "".join(
        f"LabelSelectorRequirement{{Key:{text(one, 'key')},Operator:{text(one, 'operator')},"
        f"Values:[{' '.join(items(one, 'values'))}],}},"
        for one in items(wanted, "matchExpressions")
    )
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{others}}},}}"


CELLS: Final[Mapping[str, Cells]] = {
    "mutatingadmissionpolicies": _policy("mutations"),
    "mutatingadmissionpolicybindings": _binding,
    "mutatingwebhookconfigurations": _webhooks,
    "validatingadmissionpolicies": _policy("validations"),
    "validatingadmissionpolicybindings": _binding,
    "validatingwebhookconfigurations": _webhooks,
}
