"""Fields that a write does not own though it changes them: those that the server sets back.

A write to an object leaves its status alone, one to its status the rest. Source: ``GetResetFields`` of the strategies in
kube-apiserver's registry; which strategies reset metadata, too, follows no rule.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from harness.apiserver.resources import Resource
from harness.apiserver.typed.fieldsets import NOTHING, FieldSet, Path, of_paths

_METADATA: Final = ("f:metadata",)
_SPEC: Final = ("f:spec",)
_STATUS: Final = ("f:status",)
_EXCEPTIONS: Final = {
    ("apps", "deployments", "status"): (_SPEC, ("f:metadata", "f:labels")),
    ("certificates.k8s.io", "certificatesigningrequests", ""): (_SPEC, _STATUS),
    ("certificates.k8s.io", "certificatesigningrequests", "approval"): (_SPEC, ("f:status", "f:certificate")),
    ("certificates.k8s.io", "certificatesigningrequests", "status"): (_SPEC, ("f:status", "f:conditions")),
    ("", "namespaces", "finalize"): (_STATUS,),
    ("", "pods", "status"): (_SPEC, ("f:metadata", "f:deletionTimestamp"), ("f:metadata", "f:ownerReferences")),
    ("", "services", "status"): (_SPEC,),
}
_WITH_METADATA: Final = frozenset(
    {
        ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
        ("apiregistration.k8s.io", "apiservices"),
        ("flowcontrol.apiserver.k8s.io", "flowschemas"),
        ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
        ("networking.k8s.io", "servicecidrs"),
        ("resource.k8s.io", "devicetaintrules"),
        ("resource.k8s.io", "resourceclaims"),
        ("storage.k8s.io", "volumeattachments"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Reset:
    """Fields that are set back, with all below them.

    ``whole`` names the parts of an object among them, which need not be looked at; ``rest`` are the others.
    """

    fields: FieldSet = field(default_factory=lambda: NOTHING)
    whole: frozenset[str] = frozenset()
    rest: FieldSet = field(default_factory=lambda: NOTHING)


def _reset(*paths: Path) -> Reset:
    fields = of_paths(*paths)
    whole = frozenset(name.removeprefix("f:") for name, below in fields.items() if not below)
    return Reset(fields, whole, {name: below for name, below in fields.items() if below})


def reset_fields(resource: Resource, subresource: str) -> Reset:
    """Return the fields that a write to a resource, or to a part of it, sets back."""
    if resource.custom:
        if subresource == "status":
            return _RESET_BY_CUSTOM_STATUS
        return _RESET if not subresource and resource.has_status else NO_RESET
    return _built_in(resource.group, resource.plural, subresource, has_status=resource.has_status)


@cache
def _built_in(group: str, plural: str, subresource: str, *, has_status: bool) -> Reset:
    paths = _EXCEPTIONS.get((group, plural, subresource))
    if paths is None:
        if subresource == "status":
            paths = (_SPEC, _METADATA) if (group, plural) in _WITH_METADATA else (_SPEC,)
        else:
            paths = (_STATUS,) if has_status and not subresource else ()
    return _reset(*paths)


NO_RESET: Final = Reset()
_RESET_BY_CUSTOM_STATUS: Final = _reset(_METADATA, _SPEC)
_RESET: Final = _reset(_STATUS)
