"""Defaults of a pod's spec, those that templates share with pods. Copied along the path of each change."""

import re
from collections.abc import Callable
from typing import Final

from harness.apiserver.kinds.core.podspec.volume_disks import with_disk_defaults
from harness.apiserver.kinds.core.resourcelist import canonical_list
from harness.apiserver.messages import Json, Object

_IMAGE: Final = re.compile(
    r"(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?P<digest>@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_MODE: Final = 0o644
_TOKEN_SECONDS: Final = 3600
_WITH_MODE: Final = ("secret", "configMap", "downwardAPI", "projected")


def default_template(template: Json) -> Json:
    """Return a pod template with the defaults of its spec."""
    if not isinstance(template, dict):
        return template
    return {
        "metadata": template.get("metadata") or {},
        **template,
        "spec": default_pod_spec(template.get("spec") or {}),
    }


def default_pod_spec(spec: Object) -> Object:
    """Return a pod's spec with the defaults that hold in templates, too."""
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    out = {
        **spec,
        "dnsPolicy": spec.get("dnsPolicy") or "ClusterFirst",
        "restartPolicy": spec.get("restartPolicy") or "Always",
        "schedulerName": spec.get("schedulerName") or "default-scheduler",
        "securityContext": {} if spec.get("securityContext") is None else spec["securityContext"],
    }
    if out.get("terminationGracePeriodSeconds") is None:
        out["terminationGracePeriodSeconds"] = 30
    out.pop("schedulingGroup", None)  # its feature (KEP-4671) is off
    if account:  # the deprecated twin is kept in step
        out["serviceAccount"] = out["serviceAccountName"] = account
    for name in ("containers", "initContainers", "ephemeralContainers"):
        if spec.get(name):
            out[name] = [default_container(one, ephemeral=name[0] == "e") for one in spec[name]]
        elif name == "containers":
            out[name] = spec.get(name)
    if spec.get("volumes"):
        out["volumes"] = [_volume(one) for one in spec["volumes"]]
    if spec.get("overhead"):
        out["overhead"] = canonical_list(spec["overhead"])
    if spec.get("resources"):
        out["resources"] = _resources(spec["resources"])
    return out


def default_container(container: Object, *, ephemeral: bool = False) -> Object:
    """Return a container with its defaults."""
    out = {
        **container,
        "resources": _resources(container.get("resources") or {}),
        "terminationMessagePath": container.get("terminationMessagePath") or "/dev/termination-log",
        "terminationMessagePolicy": container.get("terminationMessagePolicy") or "File",
        "imagePullPolicy": container.get("imagePullPolicy") or pull_policy(container.get("image") or ""),
    }
    if container.get("ports"):
        out["ports"] = [{**one, "protocol": one.get("protocol") or "TCP"} for one in container["ports"]]
    if container.get("env"):
        out["env"] = [_variable(one) for one in container["env"]]
    if not ephemeral:
        for name in ("livenessProbe", "readinessProbe", "startupProbe"):
            if container.get(name) is not None:
                out[name] = _probe(container[name])
        if container.get("lifecycle"):
            out["lifecycle"] = {
                name: _handler(one) if isinstance(one, dict) else one
                for name, one in container["lifecycle"].items()
                if name != "stopSignal"  # its feature (KEP-4960) is off
            }
            if not out["lifecycle"]:
                del out["lifecycle"]
    return out


def pull_policy(image: str) -> str:
    """Return the pull policy of an image: what has no tag, or the tag latest, may change behind its name."""
    found = _IMAGE.fullmatch(image)
    if found is None:
        return "IfNotPresent"
    tag = found["tag"] or ("" if found["digest"] else "latest")
    return "Always" if tag == "latest" else "IfNotPresent"


def _resources(resources: Object) -> Object:
    return {name: canonical_list(one) if name in {"limits", "requests"} else one for name, one in resources.items()}


def _variable(variable: Object) -> Object:
    source = variable.get("valueFrom")
    if not source:
        return variable
    source = {**source}
    if source.get("fieldRef"):
        source["fieldRef"] = {**source["fieldRef"], "apiVersion": source["fieldRef"].get("apiVersion") or "v1"}
    if source.get("resourceFieldRef"):
        source["resourceFieldRef"] = {**source["resourceFieldRef"]}
        source["resourceFieldRef"].setdefault("divisor", "0")
    if source.get("fileKeyRef"):
        source["fileKeyRef"] = {"optional": False, **source["fileKeyRef"]}
    return {**variable, "valueFrom": source}


def _handler(handler: Object) -> Object:
    if handler.get("httpGet") is not None:
        get = handler["httpGet"]
        handler = {**handler, "httpGet": {**get, "path": get.get("path") or "/", "scheme": get.get("scheme") or "HTTP"}}
    if handler.get("grpc") is not None:
        handler = {**handler, "grpc": {"service": "", **handler["grpc"]}}
    return handler


def _probe(probe: Object) -> Object:
    return {
        **_handler(probe),
        "timeoutSeconds": probe.get("timeoutSeconds") or 1,
        "periodSeconds": probe.get("periodSeconds") or 10,
        "successThreshold": probe.get("successThreshold") or 1,
        "failureThreshold": probe.get("failureThreshold") or 3,
    }


def _volume(volume: Object) -> Object:
    sources = [name for name in volume if name != "name" and volume[name] is not None]
    if not sources:
        return {**volume, "emptyDir": {}}
    out = {**volume}
    for name in sources:
        source = volume[name]
        if not isinstance(source, dict):
            continue
        if name in _WITH_MODE and source.get("defaultMode") is None:
            source = {**source, "defaultMode": _MODE}
        if name in _SOURCES:
            source = _SOURCES[name](source)
        out[name] = source
    return with_disk_defaults(out)


def _downward(source: Object) -> Object:
    return {**source, "items": [_variable({"valueFrom": one})["valueFrom"] for one in source["items"]]} if source.get(
        "items"
    ) else source  # fmt: skip


def _projected(source: Object) -> Object:
    projections = []
    for one in source.get("sources") or []:
        if (token := one.get("serviceAccountToken")) is not None:
            one = {**one, "serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, **token}}  # noqa: PLW2901
        if (downward := one.get("downwardAPI")) is not None:
            one = {**one, "downwardAPI": _downward(downward)}  # noqa: PLW2901
        projections.append(one)
    return {**source, "sources": projections} if source.get("sources") is not None else source


def _ephemeral(source: Object) -> Object:
    claim = source.get("volumeClaimTemplate")
    if not claim:
        return source
    spec = {"volumeMode": "Filesystem", **(claim.get("spec") or {})}
    return {**source, "volumeClaimTemplate": {"metadata": {}, **claim, "spec": spec}}


def _empty_dir(source: Object) -> Object:
    limit = source.get("sizeLimit")
    return source if limit is None else {**source, "sizeLimit": (canonical_list({"": limit}) or {})[""]}


_SOURCES: Final[dict[str, Callable[[Object], Object]]] = {
    "emptyDir": _empty_dir,
    "hostPath": lambda source: {"type": "", **source},
    "downwardAPI": _downward,
    "projected": _projected,
    "ephemeral": _ephemeral,
    "image": lambda source: {
        **source,
        "pullPolicy": source.get("pullPolicy") or pull_policy(source.get("reference") or ""),
    },
}
