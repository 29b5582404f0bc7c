"""What is wrong with security contexts."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.messages import Object

_SECCOMP: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_PROC: Final = ("Default", "Unmasked")
_GROUP_CHANGE: Final = ("Always", "OnRootMismatch")


def pod_security_errors(context: Object, spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the security context of a pod."""
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        yield from _identity(context.get(name), f"{path}.{name}")
    for index, group in enumerate(context.get("supplementalGroups") or []):
        yield from _identity(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, detail)  # noqa: FBT003
    policy = context.get("fsGroupChangePolicy")
    if policy is not None and policy not in _GROUP_CHANGE:
        yield not_supported(f"{path}.fsGroupChangePolicy", policy, _GROUP_CHANGE)
    yield from _seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")


def security_errors(context: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the security context of a container."""
    for name in ("runAsUser", "runAsGroup"):
        yield from _identity(context.get(name), f"{path}.{name}")
    mount = context.get("procMount")
    if mount is not None and mount not in _PROC:
        yield not_supported(f"{path}.procMount", mount, _PROC)
    yield from _seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    if context.get("allowPrivilegeEscalation") is False and context.get("privileged"):
        detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        yield invalid(path, context, detail)


def _identity(value: int | None, path: str) -> Iterator[FieldError]:
    if value is not None and not 0 <= value <= LARGEST_INT32:
        yield invalid(path, value, between(0, LARGEST_INT32))


def _seccomp(profile: Object | None, path: str) -> Iterator[FieldError]:
    if profile is None:
        return
    kind = profile.get("type", "")
    if kind == "Localhost" and not profile.get("localhostProfile"):
        yield required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost")
    elif kind != "Localhost" and profile.get("localhostProfile") is not None:
        detail = "can only be set when seccomp type is Localhost"
        shown = {"Type": kind, "LocalhostProfile": profile["localhostProfile"]}
        yield invalid(f"{path}.localhostProfile", shown, detail)
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)
