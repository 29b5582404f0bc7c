"""What is wrong with the environment variables of a container."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import config_key, variable_name
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, qualified_name

_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS: Final = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_VOLUME_FIELDS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_CONVERTIBLE: Final = frozenset({*_FIELDS, *_VOLUME_FIELDS, "spec.restartPolicy", "status.phase"})
_RESOURCES: Final = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
    "requests.memory",
)  # fmt: skip
_ONE_OF: Final = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
)
_TWO: Final = "may not have more than one field specified at a time"


def env_errors(variables: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with ``env``."""
    for index, variable in enumerate(variables):
        here = f"{path}[{index}]"
        if not (name := variable.get("name")):
            yield required(f"{here}.name")
        else:
            yield from (invalid(f"{here}.name", name, text) for text in variable_name(name))
        if variable.get("valueFrom") is not None:
            yield from _source_errors(variable, f"{here}.valueFrom")


def env_from_errors(sources: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with ``envFrom``."""
    for index, source in enumerate(sources):
        here = f"{path}[{index}]"
        if prefix := source.get("prefix"):
            yield from (invalid(f"{here}.prefix", prefix, text) for text in variable_name(prefix))
        given = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
        for name in given:
            if not (referred := source[name].get("name")):
                yield required(f"{here}.{name}.name")
            else:
                yield from (invalid(f"{here}.{name}.name", referred, text) for text in dns_subdomain(referred))
        if not given:
            yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(given) > 1:
            yield invalid(path, "", _TWO)


def _source_errors(variable: Object, path: str) -> Iterator[FieldError]:
    source = variable["valueFrom"]
    given = [name for name in _SOURCES if source.get(name) is not None]
    for name in given:
        here = f"{path}.{name}"
        if name == "fieldRef":
            yield from field_errors(source[name], here)
        elif name == "resourceFieldRef":
            yield from resource_field_errors(source[name], here)
        elif name == "fileKeyRef":
            yield from _file_errors(source[name], here)
        else:
            yield from _key_errors(source[name], here)
    if not given:
        yield invalid(path, "", _ONE_OF)
    elif variable.get("value"):
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(given) > 1:
        yield invalid(path, "", _TWO)


def field_errors(reference: Object, path: str, *, volume: bool = False) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to a field of the pod."""
    named = reference.get("fieldPath", "")
    if not named:
        yield required(f"{path}.fieldPath")
        return
    base, bracket, rest = named.partition("[")
    if bracket and base in {"metadata.annotations", "metadata.labels"}:
        key = rest.removesuffix("]").strip("'\"")
        wrong = qualified_name(key.lower() if base.endswith("annotations") else key)
        yield from (invalid(path, key, text) for text in wrong)
    elif named not in _CONVERTIBLE:
        detail = f"error converting fieldPath: field label not supported: {named}"
        yield invalid(f"{path}.fieldPath", named, detail)
    elif named not in (known := _VOLUME_FIELDS if volume else _FIELDS):
        yield not_supported(f"{path}.fieldPath", named, known)


def resource_field_errors(reference: Object, path: str, *, volume: bool = False) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to the resources of a container."""
    named = reference.get("resource", "")
    if volume and not reference.get("containerName"):
        yield required(f"{path}.containerName")
    elif not named:
        yield required(f"{path}.resource")
    elif named not in _RESOURCES and not named.startswith(("limits.hugepages-", "requests.hugepages-")):
        yield not_supported(f"{path}.resource", named, _RESOURCES)


def _key_errors(reference: Object, path: str) -> Iterator[FieldError]:
    name, key = reference.get("name", ""), reference.get("key", "")
    yield from (invalid(f"{path}.name", name, text) for text in dns_subdomain(name))
    if not key:
        yield required(f"{path}.key")
    else:
        yield from (invalid(f"{path}.key", key, text) for text in config_key(key))


def _file_errors(reference: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a reference to a variable in a file (KEP-3721)."""
    for name, check in (("key", variable_name), ("volumeName", dns_label)):
        if not (value := reference.get(name)):
            yield required(f"{path}.{name}")
        else:
            yield from (invalid(f"{path}.{name}", value, text) for text in check(value))
    if not (file := reference.get("path")):
        yield required(f"{path}.path")
    elif ".." in file.split("/"):
        yield invalid(f"{path}.path", file, "must not contain '..'")


def file_volume_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield an error for each variable that is to be read from a volume that a pod does not have, or that others may write to."""
    volumes = {one.get("name", ""): one for one in spec.get("volumes") or []}
    for part in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(part) or []):
            for position, variable in enumerate(container.get("env") or []):
                if (reference := (variable.get("valueFrom") or {}).get("fileKeyRef")) is None:
                    continue
                here = f"{path}.{part}[{index}].env[{position}].valueFrom.fileKeyRef.volumeName"
                name = reference.get("volumeName", "")
                if name not in volumes:
                    yield FieldError("FieldValueNotFound", here, name, "")
                elif volumes[name].get("emptyDir") is None:
                    yield invalid(here, name, "referenced volume must be of type emptyDir")
