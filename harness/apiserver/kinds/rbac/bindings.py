"""Role bindings and cluster role bindings: to a role that stays the same, for subjects that can be somebody."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.access.escalation import check_binding
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.messages import Object, User
from harness.apiserver.names import dns_subdomain, path_segment
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key

_GROUP: Final = "rbac.authorization.k8s.io"
_SUBJECTS: Final = ("ServiceAccount", "User", "Group")


class BindingStrategy(Strategy):
    """Bindings in a namespace and in the cluster."""

    def permit(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
    ) -> None:
        """Refuse what would give away more than the user has."""
        check_binding(cluster, resource, value, current=current, user=user, key=key)

    def default(self, value: Object) -> Object:
        """Fill in the API groups of the role and of users and groups."""
        reference = value.get("roleRef") or {}
        if not reference.get("apiGroup"):
            value = {**value, "roleRef": {**reference, "apiGroup": _GROUP}}
        subjects = value.get("subjects")
        if isinstance(subjects, list) and any(_lacks_group(one) for one in subjects):
            value = {**value, "subjects": [{**s, "apiGroup": _GROUP} if _lacks_group(s) else s for s in subjects]}
        return value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with role and subjects."""
        del cluster, subresource
        reference = value.get("roleRef") or {}
        found = [*_reference_errors(reference, namespaced=resource.namespaced)]
        for index, subject in enumerate(value.get("subjects") or ()):
            found += _subject_errors(subject, f"subjects[{index}]", namespaced=resource.namespaced)
        if current is not None and _identity(reference) != _identity(current.get("roleRef") or {}):
            found.append(invalid("roleRef", _identity(reference), "cannot change roleRef"))
        return found


def _lacks_group(subject: object) -> bool:
    return isinstance(subject, dict) and subject.get("kind") in ("User", "Group") and not subject.get("apiGroup")


def _identity(reference: Object) -> Object:
    """Return a reference as messages show it: by the names of its Go fields."""
    return {name: reference.get(name[0].lower() + name[1:]) or "" for name in ("Kind", "Name")} | {
        "APIGroup": reference.get("apiGroup") or ""
    }


def _reference_errors(reference: Object, *, namespaced: bool) -> Iterator[FieldError]:
    group, kind, name = (reference.get(key) or "" for key in ("apiGroup", "kind", "name"))
    if group != _GROUP:
        yield not_supported("roleRef.apiGroup", group, (_GROUP,))
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    if kind not in kinds:
        yield not_supported("roleRef.kind", kind, kinds)
    if not name:
        yield required("roleRef.name")
    yield from (invalid("roleRef.name", name, wrong) for wrong in path_segment(name))


def _subject_errors(subject: Object, path: str, *, namespaced: bool) -> Iterator[FieldError]:
    kind, name, group = (subject.get(key) or "" for key in ("kind", "name", "apiGroup"))
    if not name:
        yield required(f"{path}.name")
    if kind == "ServiceAccount":
        if name:
            yield from (invalid(f"{path}.name", name, wrong) for wrong in dns_subdomain(name))
        if group:
            yield not_supported(f"{path}.apiGroup", group, ("",))
        if not namespaced and not subject.get("namespace"):
            yield required(f"{path}.namespace")
    elif kind in _SUBJECTS:
        if group != _GROUP:
            yield not_supported(f"{path}.apiGroup", group, (_GROUP,))
    else:
        yield not_supported(f"{path}.kind", kind, _SUBJECTS)
