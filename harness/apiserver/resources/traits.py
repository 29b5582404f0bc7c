"""What a built-in resource does otherwise than most, as far as discovery does not say it: one row per resource.

Sources: the strategies and validations of kube-apiserver's registry, and the field label conversions of its schemes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.apiserver.addresses import canonical_address
from harness.apiserver.names import dns_label, dns_subdomain, path_segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Deviations from: named by a DNS subdomain, selectable by metadata, stored in its own group, no generation.

    ``fields`` are selectable beyond metadata, with the path of the value where it is not the name; ``generation`` grows
    with the desired state; ``create_on_update``: a PUT creates what is not there; ``unconditional_update``: a PUT without
    resourceVersion is taken; ``returns_deleted``: DELETE answers with the object instead of a Status. ``stored_as`` names
    the group that keeps the objects of a kind which several groups serve, ``renames`` its names for top-level fields.
    ``deprecation`` is the warning that every request gets. ``zeros`` are the values of selectable fields that are missing,
    where they are not empty; ``field_refusal`` is how a field is refused that is not selectable, if in words of the kind's own.
    """

    fields: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    check_name: Callable[[str], list[str]] = dns_subdomain
    generation: bool = False
    create_on_update: bool = False
    unconditional_update: bool = True
    returns_deleted: bool = False
    stored_as: str | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    deprecation: str = ""
    zeros: Mapping[str, str] = field(default_factory=dict)
    field_refusal: str = ""


_NONE: Final = Traits()
_CONFIGURATION: Final = Traits(generation=True, unconditional_update=False)
_COUNTED: Final = Traits(generation=True)
_RBAC: Final = Traits(check_name=path_segment, create_on_update=True)
_RETURNED: Final = Traits(returns_deleted=True)
_VERSIONED: Final = Traits(unconditional_update=False)

_INVOLVED: Final = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

_TRAITS: Final[Mapping[tuple[str, str], Traits]] = {
    ("", "componentstatuses"): Traits(deprecation="v1 ComponentStatus is deprecated in v1.19+"),
    ("", "endpoints"): Traits(
        create_on_update=True,
        deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ),
    ("", "events"): Traits(
        fields=(*(f"involvedObject.{one}" for one in _INVOLVED), "reason", "reportingComponent", "source", "type"),
        paths={"source": "source.component"},
        create_on_update=True,
    ),
    ("", "limitranges"): Traits(create_on_update=True),
    ("", "namespaces"): Traits(fields=("status.phase",), check_name=dns_label),
    ("", "nodes"): Traits(fields=("spec.unschedulable",), zeros={"spec.unschedulable": "false"}),
    ("", "persistentvolumeclaims"): _RETURNED,
    ("", "persistentvolumes"): _RETURNED,
    ("", "pods"): Traits(
        fields=(
            "spec.nodeName",
            "spec.host",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ),
        paths={"spec.host": "spec.nodeName"},
        zeros={"spec.hostNetwork": "false"},
        generation=True,
        returns_deleted=True,
    ),
    ("", "podtemplates"): Traits(generation=True, returns_deleted=True),
    ("", "replicationcontrollers"): Traits(
        fields=("status.replicas",), generation=True, zeros={"status.replicas": "0"}
    ),
    ("", "resourcequotas"): _RETURNED,
    ("", "secrets"): Traits(fields=("type",)),
    ("", "serviceaccounts"): _RETURNED,
    # KEP-5311: since 1.36 a Service's name may begin with a digit.
    ("", "services"): Traits(
        fields=("spec.clusterIP", "spec.type"), check_name=dns_label, create_on_update=True, returns_deleted=True
    ),
    ("admissionregistration.k8s.io", "mutatingadmissionpolicies"): _CONFIGURATION,
    ("admissionregistration.k8s.io", "mutatingadmissionpolicybindings"): _CONFIGURATION,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"): _CONFIGURATION,
    ("admissionregistration.k8s.io", "validatingadmissionpolicies"): _CONFIGURATION,
    ("admissionregistration.k8s.io", "validatingadmissionpolicybindings"): _CONFIGURATION,
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"): _CONFIGURATION,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _CONFIGURATION,
    ("apiregistration.k8s.io", "apiservices"): Traits(check_name=path_segment, unconditional_update=False),
    ("apps", "daemonsets"): _COUNTED,
    ("apps", "deployments"): _COUNTED,
    ("apps", "replicasets"): _COUNTED,
    ("apps", "statefulsets"): Traits(generation=True, check_name=dns_label),
    ("batch", "cronjobs"): _COUNTED,
    ("batch", "jobs"): Traits(
        fields=("status.successful",),
        paths={"status.successful": "status.succeeded"},
        zeros={"status.successful": "0"},
        generation=True,
        field_refusal='field label "{}" not supported for Job',
    ),
    ("certificates.k8s.io", "certificatesigningrequests"): Traits(fields=("spec.signerName",), check_name=path_segment),
    ("coordination.k8s.io", "leases"): Traits(create_on_update=True, unconditional_update=False),
    ("discovery.k8s.io", "endpointslices"): _COUNTED,
    ("events.k8s.io", "events"): Traits(
        fields=(*(f"regarding.{one}" for one in _INVOLVED), "reason", "reportingController", "type"),
        create_on_update=True,
        stored_as="",
        renames={
            "regarding": "involvedObject",
            "note": "message",
            "deprecatedSource": "source",
            "deprecatedFirstTimestamp": "firstTimestamp",
            "deprecatedLastTimestamp": "lastTimestamp",
            "deprecatedCount": "count",
            "reportingController": "reportingComponent",
        },
    ),
    ("flowcontrol.apiserver.k8s.io", "flowschemas"): _COUNTED,
    ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"): _COUNTED,
    ("networking.k8s.io", "ingressclasses"): _COUNTED,
    ("networking.k8s.io", "ingresses"): _COUNTED,
    ("networking.k8s.io", "ipaddresses"): Traits(check_name=canonical_address),
    ("networking.k8s.io", "networkpolicies"): _COUNTED,
    ("node.k8s.io", "runtimeclasses"): Traits(create_on_update=True, unconditional_update=False),
    ("policy", "poddisruptionbudgets"): Traits(generation=True, unconditional_update=False),
    ("rbac.authorization.k8s.io", "clusterrolebindings"): _RBAC,
    ("rbac.authorization.k8s.io", "clusterroles"): _RBAC,
    ("rbac.authorization.k8s.io", "rolebindings"): _RBAC,
    ("rbac.authorization.k8s.io", "roles"): _RBAC,
    ("resource.k8s.io", "deviceclasses"): Traits(generation=True, returns_deleted=True),
    ("resource.k8s.io", "resourceclaims"): _RETURNED,
    ("resource.k8s.io", "resourceclaimtemplates"): _RETURNED,
    ("resource.k8s.io", "resourceslices"): Traits(
        fields=("spec.nodeName", "spec.driver"),
        generation=True,
        returns_deleted=True,
        field_refusal="field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {}",
    ),
    ("storage.k8s.io", "csidrivers"): Traits(unconditional_update=False, returns_deleted=True),
    ("storage.k8s.io", "csinodes"): Traits(unconditional_update=False, returns_deleted=True),
    ("storage.k8s.io", "csistoragecapacities"): _VERSIONED,
    ("storage.k8s.io", "storageclasses"): _RETURNED,
    ("storage.k8s.io", "volumeattachments"): Traits(unconditional_update=False, returns_deleted=True),
    ("storage.k8s.io", "volumeattributesclasses"): _RETURNED,
}


def traits(group: str, plural: str) -> Traits:
    """Return the traits of a built-in resource."""
    return _TRAITS.get((group, plural), _NONE)
