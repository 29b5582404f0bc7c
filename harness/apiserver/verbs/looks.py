"""How often the real server looks at the metadata of one write: each look tells again what is wrong.

Two sorts of looks are taken: one at metadata as such, finalizers included, and one at what an update must not change, which looks at
labels, annotations and owners, too. Every write has its share of both from the generic part of the server (``rest.BeforeUpdate``);
the validation of a kind takes more of its own, by no rule. Where it is that of the core group, each of its looks also wants finalizers
to have a domain. Found by asking a running server, kind by kind.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Object
from harness.apiserver.metadata import finalizer_errors, metadata_errors, update_errors
from harness.apiserver.resources import Resource


class Looks(NamedTuple):
    """How many of each sort an update is given."""

    changes: int
    whole: int


_USUAL: Final = Looks(2, 1)
_TWICE: Final = Looks(2, 2)
_NO_OWN_CHANGES: Final = Looks(1, 2)
_NONE_OF_ITS_OWN: Final = Looks(1, 1)
_ADMISSION: Final = "admissionregistration.k8s.io"

_LOOKS: Final = {
    ("", "configmaps", ""): _TWICE,
    ("", "endpoints", ""): _TWICE,
    ("", "events", ""): _NONE_OF_ITS_OWN,
    ("", "limitranges", ""): _NO_OWN_CHANGES,
    ("", "namespaces", ""): _TWICE,
    ("", "nodes", ""): _TWICE,
    ("", "persistentvolumeclaims", ""): _TWICE,
    ("", "persistentvolumes", ""): Looks(1, 3),
    ("", "pods", ""): _TWICE,
    ("", "secrets", ""): _TWICE,
    ("", "serviceaccounts", ""): _TWICE,
    ("apiregistration.k8s.io", "apiservices", ""): _TWICE,
    ("apps", "controllerrevisions", ""): _TWICE,
    ("batch", "cronjobs", "status"): _NONE_OF_ITS_OWN,
    ("batch", "jobs", ""): _TWICE,
    ("certificates.k8s.io", "certificatesigningrequests", ""): _TWICE,
    ("discovery.k8s.io", "endpointslices", ""): _NO_OWN_CHANGES,
    ("events.k8s.io", "events", ""): _NONE_OF_ITS_OWN,
    ("flowcontrol.apiserver.k8s.io", "flowschemas", ""): _NO_OWN_CHANGES,
    ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", ""): _NO_OWN_CHANGES,
    ("networking.k8s.io", "ingressclasses", ""): _TWICE,
    ("networking.k8s.io", "ingresses", ""): _TWICE,
    ("node.k8s.io", "runtimeclasses", ""): _TWICE,
    ("policy", "poddisruptionbudgets", ""): _NONE_OF_ITS_OWN,
    ("policy", "poddisruptionbudgets", "status"): _NONE_OF_ITS_OWN,
    ("rbac.authorization.k8s.io", "clusterrolebindings", ""): _TWICE,
    ("rbac.authorization.k8s.io", "clusterroles", ""): _TWICE,
    ("rbac.authorization.k8s.io", "rolebindings", ""): _TWICE,
    ("rbac.authorization.k8s.io", "roles", ""): _TWICE,
    ("resource.k8s.io", "deviceclasses", ""): _TWICE,
    ("resource.k8s.io", "resourceclaims", ""): _TWICE,
    ("resource.k8s.io", "resourceclaimtemplates", ""): _TWICE,
    ("storage.k8s.io", "csinodes", ""): _NO_OWN_CHANGES,
    ("storage.k8s.io", "csistoragecapacities", ""): _TWICE,
    ("storage.k8s.io", "storageclasses", ""): _TWICE,
    ("storage.k8s.io", "volumeattachments", ""): _NO_OWN_CHANGES,
    ("storage.k8s.io", "volumeattributesclasses", ""): _TWICE,
}
_WITHOUT_DOMAINS: Final = frozenset(
    {
        ("", "events"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
        ("apiregistration.k8s.io", "apiservices"),
        ("coordination.k8s.io", "leases"),
        ("events.k8s.io", "events"),
        ("node.k8s.io", "runtimeclasses"),
        ("policy", "poddisruptionbudgets"),
    }
)
"""Kinds, beside those of admission and custom ones, whose validation is not that of the core group."""
_STANDARD: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def errors_of_new(resource: Resource, metadata: Object) -> list[FieldError]:
    """Return what is wrong with the metadata of a new object, besides its name."""
    found = list(metadata_errors(metadata))
    if metadata.get("finalizers") and _wants_domains(resource):
        found += _without_domain(metadata["finalizers"])
    return found


def errors_of_revised(resource: Resource, metadata: Object, old: Object, *, subresource: str) -> list[FieldError]:
    """Return what is wrong with the metadata of an update; parts shared with the ``old`` ones are not looked at."""
    changes, shared = list(update_errors(metadata, old)), list(metadata_errors(metadata, old))
    finalizers = metadata.get("finalizers") or ()
    names = [] if finalizers is old.get("finalizers") else list(finalizer_errors(finalizers))
    domains = _without_domain(finalizers) if finalizers and _wants_domains(resource) else ()
    if not (changes or shared or names or domains):
        return []
    looks = _looks(resource, subresource)
    of_its_own = looks.changes + looks.whole - 2
    return [
        *_repeated([*changes, *shared], looks.changes),
        *_repeated([*shared, *names], looks.whole),
        *_repeated(domains, of_its_own),
    ]


def _looks(resource: Resource, subresource: str) -> Looks:
    if resource.custom:
        return _USUAL
    if resource.group == _ADMISSION and not subresource:
        return _NO_OWN_CHANGES
    return _LOOKS.get((resource.group, resource.plural, subresource), _USUAL)


def _wants_domains(resource: Resource) -> bool:
    known = resource.custom or resource.group == _ADMISSION
    return not known and (resource.group, resource.plural) not in _WITHOUT_DOMAINS


def _without_domain(finalizers: Iterable[str]) -> list[FieldError]:
    detail = "name is neither a standard finalizer name nor is it fully qualified"
    return [
        invalid(f"metadata.finalizers[{index}]", one, detail)
        for index, one in enumerate(finalizers)
        if "/" not in one and one not in _STANDARD
    ]


def _repeated(found: Iterable[FieldError], times: int) -> Iterator[FieldError]:
    for _ in range(times):
        yield from found
