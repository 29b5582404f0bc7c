"""What the server says about pods and templates that are allowed and unwise: deprecated, without effect, or hiding each other."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import quote
from harness.apiserver.kinds.core.claimspec import claim_spec_warnings
from harness.apiserver.kinds.core.podspec.overlaps import overlap_warnings
from harness.apiserver.kinds.core.resourcelist import amount
from harness.apiserver.kinds.nodelabels import DEPRECATED_LABELS
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value

_ANNOTATIONS: Final = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_VOLUMES: Final = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_SHARED: Final = ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")
_GO_NAMES: Final = {"storageos": "storageOS"}
_SECCOMP: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_NO_SELECTOR: Final = "a null labelSelector results in matching no pod"
_IN_BYTES: Final = ("memory", "ephemeral-storage")
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")

_Placed = tuple[str, Object]


def pod_warnings(metadata: Object, spec: Object, path: str = "") -> list[str]:
    """Return what is unwise about a pod, or about the template at ``path``."""
    here = f"{path}.spec" if path else "spec"
    notes = f"{path}.metadata.annotations" if path else "metadata.annotations"
    given = metadata.get("annotations") or {}
    containers = [
        (f"{here}.{name}[{index}]", one) for name in _CONTAINERS for index, one in enumerate(spec.get(name) or ())
    ]
    found = [*_placement(spec, here)]
    found += [f"{notes}[{key}]: {text}" for key, text in _ANNOTATIONS.items() if key in given]
    found += _volumes(spec, here)
    found += _lists(spec, here)
    found += _fractions(spec.get("overhead") or {}, f"{here}.overhead")
    if _SECCOMP in given and (spec.get("securityContext") or {}).get("seccompProfile") is None:
        found.append(f'{notes}[{_SECCOMP}]: non-functional in v1.27+; use the "seccompProfile" field instead')
    for at, one in containers:
        found += _container(one, at, notes, given, template=bool(path))
    found += _ports(containers)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        text = "must be >= 0; negative values are invalid and will be treated as 1"
        found.append(f"{here}.terminationGracePeriodSeconds: {text}")
    return found + list(_affinity(spec.get("affinity") or {}, f"{here}.affinity"))


def _placement(spec: Object, path: str) -> Iterator[str]:
    for key in spec.get("nodeSelector") or ():
        if key in DEPRECATED_LABELS:
            yield f"{path}.nodeSelector[{key}]: {DEPRECATED_LABELS[key]}"
    nodes = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = (nodes.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or ()
    start = f"{path}.affinity.nodeAffinity"
    terms = [
        (f"{start}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[{index}]", term)
        for index, term in enumerate(required)
    ]
    terms += [
        (f"{start}.preferredDuringSchedulingIgnoredDuringExecution[{index}].preference", one.get("preference") or {})
        for index, one in enumerate(nodes.get("preferredDuringSchedulingIgnoredDuringExecution") or ())
    ]
    for at, term in terms:
        yield from node_term_warnings(term, at)
        if ".preferred" in at:  # allowed there, as it does no harm
            for index, one in enumerate(term.get("matchExpressions") or ()):
                for position, value in enumerate(one.get("values") or ()):
                    here = f"{at}.matchExpressions[{index}].values[{position}]"
                    yield from (f"{here}: {value} is invalid, {text}" for text in label_value(value))
    for index, one in enumerate(spec.get("topologySpreadConstraints") or ()):
        at, key = f"{path}.topologySpreadConstraints[{index}]", one.get("topologyKey")
        if key in DEPRECATED_LABELS:
            yield f"{at}.topologyKey: {key} is {DEPRECATED_LABELS[key]}"
        if one.get("labelSelector") is None:
            yield f"{at}.labelSelector: {_NO_SELECTOR}"


def node_term_warnings(term: Object, path: str) -> Iterator[str]:
    """Yield warnings of labels of nodes that are called otherwise by now."""
    for index, one in enumerate(term.get("matchExpressions") or ()):
        if one.get("key") in DEPRECATED_LABELS:
            yield f"{path}.matchExpressions[{index}].key: {one['key']} is {DEPRECATED_LABELS[one['key']]}"


def _volumes(spec: Object, path: str) -> Iterator[str]:
    for index, volume in enumerate(spec.get("volumes") or ()):
        for name, text in _VOLUMES.items():
            if volume.get(name) is not None:
                yield f"{path}.volumes[{index}].{_GO_NAMES.get(name, name)}: {text}"
        if (template := (volume.get("ephemeral") or {}).get("volumeClaimTemplate")) is not None:
            here = f"{path}.volumes[{index}].ephemeral.volumeClaimTemplate.spec"
            yield from claim_spec_warnings(template.get("spec") or {}, here)
    yield from overlap_warnings(spec.get("volumes") or ())


def source_warnings(spec: Object, path: str) -> Iterator[str]:
    """Yield warnings of sources of a persistent volume that are of no use any more."""
    for name in _SHARED:
        if spec.get(name) is not None:
            yield f"{path}.{_GO_NAMES.get(name, name)}: {_VOLUMES[name]}"


def _lists(spec: Object, path: str) -> Iterator[str]:
    for field, key in (("hostAliases", "ip"), ("imagePullSecrets", "name")):
        seen: set[str] = set()
        for index, one in enumerate(spec.get(field) or ()):
            value = one.get(key) or ""
            if value in seen:
                yield f"{path}.{field}[{index}].{key}: duplicate {key} {quote(value)}"
            seen.add(value)
    for index, one in enumerate(spec.get("imagePullSecrets") or ()):
        if not one.get("name"):
            yield f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'


def _fractions(amounts: Object, path: str) -> Iterator[str]:
    for name in _IN_BYTES:
        value = amount(amounts, name)
        if value is not None and not value.whole:
            yield f"{path}[{name}]: fractional byte value {quote(str(value))} is invalid, must be an integer"


def _container(one: Object, path: str, notes: str, given: Object, *, template: bool) -> Iterator[str]:
    context, name = one.get("securityContext") or {}, one.get("name", "")
    if context.get("seccompProfile") is None and (key := _SECCOMP_CONTAINER + name) in given:
        yield f'{notes}[{key}]: non-functional in v1.27+; use the "seccompProfile" field instead'
    if template and context.get("appArmorProfile") is None and (key := _APPARMOR + name) in given:
        yield f'{notes}[{key}]: deprecated since v1.30; use the "appArmorProfile" field instead'
    resources = one.get("resources") or {}
    for resource in _IN_BYTES:
        for part in ("limits", "requests"):
            found = {resource: value} if (value := (resources.get(part) or {}).get(resource)) is not None else {}
            yield from _fractions(found, f"{path}.resources.{part}")
    seen: set[str] = set()
    for index, variable in enumerate(one.get("env") or ()):
        key, value = variable.get("name", ""), variable.get("value") or ""
        reference = f"$({key})"
        hides = variable.get("valueFrom") is not None or value == reference or reference not in value
        if key in seen and hides:
            yield (
                f"{path}.env[{index}]: hides previous definition of {quote(key)}, which may be dropped when using apply"
            )
        seen.add(key)


def _ports(containers: list[_Placed]) -> Iterator[str]:
    known: dict[tuple[int, str], list[_Placed]] = {}
    placed = [(f"{at}.ports[{i}]", port) for at, one in containers for i, port in enumerate(one.get("ports") or ())]
    for at, port in placed:
        if port.get("hostIP") and not port.get("hostPort"):
            shown = " ".join(
                f"{name[0].upper()}{name[1:]}:{port.get(name, blank)}"
                for name, blank in (
                    ("name", ""),
                    ("hostPort", 0),
                    ("containerPort", 0),
                    ("protocol", ""),
                    ("hostIP", ""),
                )
            )
            yield f"{at}: hostIP set without hostPort: {{{shown}}}"
        others = known.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
        yield from (f"{at}: {text} with {other}" for other, text in _clashes(port, others))
        others.append((at, port))
    names: dict[str, str] = {}
    for at, port in placed:
        if not (name := port.get("name")):
            continue
        if name in names:
            yield (
                f"{at}: duplicate port name {quote(name)} with {names[name]}, services and probes that select ports by name "
                f"will use {names[name]}"
            )
        names.setdefault(name, at)


def _clashes(port: Object, others: list[_Placed]) -> Iterator[tuple[str, str]]:
    outside, address = port.get("hostPort", 0), port.get("hostIP", "")
    for at, other in others:
        theirs, elsewhere = other.get("hostPort", 0), other.get("hostIP", "")
        if (outside, address) == (theirs, elsewhere):
            yield at, "duplicate port definition"
        elif not outside or not theirs:
            yield at, "overlapping port definition"
        elif outside == theirs and bool(address) != bool(elsewhere):
            yield at, "dangerously ambiguous port definition"


def _affinity(affinity: Object, path: str) -> Iterator[str]:
    for name in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(name) or {}
        for index, term in enumerate(terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ()):
            if term.get("labelSelector") is None:
                at = f"{path}.{name}.requiredDuringSchedulingIgnoredDuringExecution[{index}].labelSelector"
                yield f"{at}: {_NO_SELECTOR}"
        for index, term in enumerate(terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
            if (term.get("podAffinityTerm") or {}).get("labelSelector") is None:
                at = f"{path}.{name}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
                yield f"{at}.podAffinityTerm.labelSelector: {_NO_SELECTOR}"
