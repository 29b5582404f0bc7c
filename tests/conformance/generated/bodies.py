"""A sound object of every built-in kind, which values are grafted on."""

from typing import Any

from ..samples import core, deployment
from ..workloads import job, template
from .steps import NAMESPACE

_LABELS = {"matchLabels": {"app": "web"}}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
_RBAC, _STORAGE, _NETWORKING = "rbac.authorization.k8s.io/v1", "storage.k8s.io/v1", "networking.k8s.io/v1"
_ADMISSION, _DEVICES = "admissionregistration.k8s.io/v1", "resource.k8s.io/v1"
_FLOWCONTROL = "flowcontrol.apiserver.k8s.io/v1"
_RUNS = {"selector": _LABELS, "template": template()}
_USER = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "u"}
_PODS = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
_HOOK = {
    "name": "a.ex.dev",
    "clientConfig": {"url": "https://ex.dev/x"},
    "rules": [_PODS],
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
}
_EXACTLY = {"exactly": {"deviceClassName": "c"}}
_REQUEST = {"devices": {"requests": [{"name": "r"} | _EXACTLY]}}
_EVENT = {"reason": "R", "type": "Normal"}
_SOURCE = {"kind": "Pod", "namespace": NAMESPACE, "name": "p", "apiVersion": "v1"}


def _of(version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "one"}} | fields


NAMESPACED: dict[str, dict[str, Any]] = {
    "configmaps": core("ConfigMap", "one", data={"a": "1"}),
    "secrets": core("Secret", "one", data={"a": "YQ=="}),
    "services": core("Service", "one", spec={"ports": [{"port": 80}], "selector": {"app": "a"}}),
    "pods": core("Pod", "one", spec={"containers": [{"name": "c", "image": "i"}]}),
    "podtemplates": core("PodTemplate", "one", template=template()),
    "replicationcontrollers": core("ReplicationController", "one", spec={"template": template()}),
    "serviceaccounts": core("ServiceAccount", "one"),
    "resourcequotas": core("ResourceQuota", "one", spec={"hard": {"pods": "2"}}),
    "limitranges": core("LimitRange", "one", spec={"limits": [{"type": "Container", "max": {"cpu": "1"}}]}),
    "persistentvolumeclaims": core("PersistentVolumeClaim", "one", spec=_CLAIM),
    "endpoints": core("Endpoints", "one", subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]),
    "events": core("Event", "one", involvedObject=_SOURCE, **_EVENT),
    "deployments": deployment(),
    "replicasets": _of("apps/v1", "ReplicaSet", spec=_RUNS),
    "statefulsets": _of("apps/v1", "StatefulSet", spec=_RUNS | {"serviceName": "s"}),
    "daemonsets": _of("apps/v1", "DaemonSet", spec=_RUNS),
    "controllerrevisions": _of("apps/v1", "ControllerRevision", revision=1, data={}),
    "jobs": _of("batch/v1", "Job", spec=job()["spec"]) | {"metadata": {"name": "one", "labels": {"app": "j"}}},
    "cronjobs": _of("batch/v1", "CronJob", spec={"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}}),
    "horizontalpodautoscalers": _of(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}},
    ),
    "poddisruptionbudgets": _of("policy/v1", "PodDisruptionBudget", spec={"selector": _LABELS, "minAvailable": 1}),
    "networkpolicies": _of(_NETWORKING, "NetworkPolicy", spec={"podSelector": _LABELS}),
    "ingresses": _of(
        _NETWORKING, "Ingress", spec={"defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}}
    ),
    "leases": _of("coordination.k8s.io/v1", "Lease", spec={"holderIdentity": "me", "leaseDurationSeconds": 15}),
    "roles": _of(_RBAC, "Role", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    "rolebindings": _of(
        _RBAC,
        "RoleBinding",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        subjects=[_USER],
    ),
    "endpointslices": _of(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        addressType="IPv4",
        endpoints=[{"addresses": ["10.0.0.1"]}],
        ports=[{"port": 80}],
    ),
    "resourceclaims": _of(_DEVICES, "ResourceClaim", spec=_REQUEST),
    "resourceclaimtemplates": _of(_DEVICES, "ResourceClaimTemplate", spec={"spec": _REQUEST}),
    "csistoragecapacities": _of(_STORAGE, "CSIStorageCapacity", storageClassName="c", capacity="1Gi"),
}
CLUSTER: dict[str, dict[str, Any]] = {
    "nodes": core("Node", "one"),
    "persistentvolumes": core(
        "PersistentVolume",
        "one",
        spec={
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/a"},
            "storageClassName": "c",
        },
    ),
    "clusterroles": _of(_RBAC, "ClusterRole", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    "clusterrolebindings": _of(
        _RBAC,
        "ClusterRoleBinding",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"},
        subjects=[_USER],
    ),
    "runtimeclasses": _of("node.k8s.io/v1", "RuntimeClass", handler="h"),
    "storageclasses": _of(_STORAGE, "StorageClass", provisioner="ex.dev/p"),
    "csidrivers": _of(_STORAGE, "CSIDriver", spec={}),
    "csinodes": _of(_STORAGE, "CSINode", spec={"drivers": [{"name": "ex.dev", "nodeID": "n", "topologyKeys": ["a"]}]}),
    "volumeattachments": _of(
        _STORAGE,
        "VolumeAttachment",
        spec={"attacher": "ex.dev", "nodeName": "n", "source": {"persistentVolumeName": "v"}},
    ),
    "volumeattributesclasses": _of(_STORAGE, "VolumeAttributesClass", driverName="ex.dev", parameters={"a": "b"}),
    "ingressclasses": _of(_NETWORKING, "IngressClass", spec={"controller": "ex.dev/c"}),
    "deviceclasses": _of(_DEVICES, "DeviceClass", spec={}),
    "resourceslices": _of(
        _DEVICES,
        "ResourceSlice",
        spec={"driver": "ex.dev", "pool": {"name": "p", "resourceSliceCount": 1}, "nodeName": "n", "devices": []},
    ),
    "validatingadmissionpolicies": _of(
        _ADMISSION,
        "ValidatingAdmissionPolicy",
        spec={"matchConstraints": {"resourceRules": [_PODS]}, "validations": [{"expression": "true"}]},
    ),
    "mutatingadmissionpolicies": _of(
        _ADMISSION,
        "MutatingAdmissionPolicy",
        spec={
            "matchConstraints": {"resourceRules": [_PODS]},
            "reinvocationPolicy": "Never",
            "mutations": [
                {
                    "patchType": "JSONPatch",
                    "jsonPatch": {"expression": '[JSONPatch{op: "test", path: "/kind", value: "Pod"}]'},
                }
            ],
        },
    ),
}
ONLY_TRIED: dict[str, dict[str, Any]] = {
    "namespaces": core("Namespace", "one"),
    "priorityclasses": _of("scheduling.k8s.io/v1", "PriorityClass", value=5),
    "validatingadmissionpolicybindings": _of(
        _ADMISSION, "ValidatingAdmissionPolicyBinding", spec={"policyName": "p", "validationActions": ["Deny"]}
    ),
    "mutatingadmissionpolicybindings": _of(_ADMISSION, "MutatingAdmissionPolicyBinding", spec={"policyName": "p"}),
    "validatingwebhookconfigurations": _of(_ADMISSION, "ValidatingWebhookConfiguration", webhooks=[_HOOK]),
    "mutatingwebhookconfigurations": _of(_ADMISSION, "MutatingWebhookConfiguration", webhooks=[_HOOK]),
    "flowschemas": _of(
        _FLOWCONTROL,
        "FlowSchema",
        spec={
            "priorityLevelConfiguration": {"name": "exempt"},
            "matchingPrecedence": 5,
            "rules": [
                {
                    "subjects": [{"kind": "User", "user": {"name": "u"}}],
                    "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
                }
            ],
        },
    ),
    "prioritylevelconfigurations": _of(
        _FLOWCONTROL,
        "PriorityLevelConfiguration",
        spec={"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}},
    ),
}
"""Kinds whose objects would change what the server does for other scripts."""
