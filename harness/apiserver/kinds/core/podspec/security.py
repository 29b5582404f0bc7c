"""What is wrong with security contexts: identities, profiles of seccomp and AppArmor, kernel parameters."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import (
    FieldError,
    Printed,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.kinds.core.podspec.windows import placed_containers, windows_option_errors
from harness.apiserver.messages import Object

_SECCOMP: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_APPARMOR: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_PROC: Final = ("Default", "Unmasked")
_POLICIES: Final = {
    "fsGroupChangePolicy": ("Always", "OnRootMismatch"),
    "supplementalGroupsPolicy": ("Merge", "Strict"),
    "seLinuxChangePolicy": ("Recursive",),
}
_LONGEST_SYSCTL: Final = 253
_SYSCTL_TEXT: Final = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
_SYSCTL: Final = re.compile(_SYSCTL_TEXT[1:-1])
_IPC: Final = frozenset({
    "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "kernel.shm", "kernel.msgmax",
    "kernel.msgmnb", "kernel.msgmni", "kernel.msg",
})  # fmt: skip
LONGEST_PROFILE: Final = 4095  # PATH_MAX - 1


def pod_security_errors(context: Object, spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the security context of a pod."""
    if not context and not spec.get("shareProcessNamespace"):
        return
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        yield from _identity(context.get(name), f"{path}.{name}")
    for index, group in enumerate(context.get("supplementalGroups") or []):
        yield from _identity(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, detail)  # noqa: FBT003
    yield from _sysctls(context.get("sysctls") or [], spec, f"{path}.sysctls")
    for name, known in _POLICIES.items():
        policy = context.get(name)
        if policy is not None and policy not in known:
            yield not_supported(f"{path}.{name}", policy, known)
    yield from _profiles(context, path)


def security_errors(context: Object, path: str, *, host_users: bool = True) -> Iterator[FieldError]:
    """Yield what is wrong with the security context of a container."""
    if not context:
        return
    for name in ("runAsUser", "runAsGroup"):
        yield from _identity(context.get(name), f"{path}.{name}")
    mount = context.get("procMount")
    if mount is not None and mount not in _PROC:
        yield not_supported(f"{path}.procMount", mount, _PROC)
    if mount == "Unmasked" and host_users:
        yield invalid(f"{path}.procMount", mount, "`hostUsers` must be false to use `Unmasked`")
    if context.get("allowPrivilegeEscalation") is False:
        shown = Printed(json_text(context, "core.SecurityContext"))
        start = "cannot set `allowPrivilegeEscalation` to false and "
        if context.get("privileged"):
            yield invalid(path, shown, f"{start}`privileged` to true")
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            yield invalid(path, shown, f"{start}`capabilities.Add` CAP_SYS_ADMIN")
    yield from _profiles(context, path)


def host_users_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what a pod with users of its own (KEP-127) cannot have of its host."""
    if spec.get("hostUsers") is not False:
        return
    detail = "when `hostUsers` is false"
    for name, shown in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
        if spec.get(name):
            yield forbidden(f"{path}.{shown}", detail)
    for at, container in placed_containers(spec, path):
        if container.get("volumeDevices"):
            yield forbidden(f"{at}.volumeDevices", detail)


def descending_path(target: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a path that must stay below where it starts."""
    if target.startswith("/"):
        yield invalid(path, target, "must be a relative path")
    if ".." in target.split("/"):
        yield invalid(path, target, "must not contain '..'")


def _profiles(context: Object, path: str) -> Iterator[FieldError]:
    yield from _seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    yield from windows_option_errors(context.get("windowsOptions"), f"{path}.windowsOptions")
    yield from _apparmor(context.get("appArmorProfile"), f"{path}.appArmorProfile")


def _identity(value: int | None, path: str) -> Iterator[FieldError]:
    if value is not None and not 0 <= value <= LARGEST_INT32:
        yield invalid(path, value, between(0, LARGEST_INT32))


def _sysctls(parameters: list[Object], spec: Object, path: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, one in enumerate(parameters):
        here, name = f"{path}[{index}].name", one.get("name", "")
        if not name:
            yield required(here)
        elif len(name) > _LONGEST_SYSCTL or not _SYSCTL.fullmatch(name):
            yield invalid(here, name, f"must have at most {_LONGEST_SYSCTL} characters and match regex {_SYSCTL_TEXT}")
        elif name in seen:
            yield duplicate(here, name)
        seen.add(name)
        dotted = _dotted(name)
        if spec.get("hostNetwork") and dotted.startswith("net."):
            yield invalid(here, name, "may not be specified when 'hostNetwork' is true")
        elif spec.get("hostIPC") and (dotted in _IPC or dotted.startswith("fs.mqueue.")):
            yield invalid(here, name, "may not be specified when 'hostIPC' is true")


def _dotted(name: str) -> str:
    """Return the name of a kernel parameter with dots between its parts, where it has slashes."""
    first = re.search(r"[./]", name)
    return name.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else name


def _seccomp(profile: Object | None, path: str) -> Iterator[FieldError]:
    if profile is None:
        return
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if kind == "Localhost" and local is None:
        yield required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost")
    elif kind == "Localhost" and local is not None:
        yield from descending_path(local, f"{path}.localhostProfile")
    elif local is not None:
        shown = Printed(json_text(profile, "core.SeccompProfile"))
        yield invalid(f"{path}.localhostProfile", shown, "can only be set when seccomp type is Localhost")
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)


def _apparmor(profile: Object | None, path: str) -> Iterator[FieldError]:
    if profile is None:
        return
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if kind == "Localhost":
        if not local:
            yield required(f"{path}.localhostProfile", "must be set when AppArmor type is Localhost")
        elif local.strip() != local:
            yield invalid(f"{path}.localhostProfile", local, "must not be padded with whitespace")
        if len((local or "").encode()) > LONGEST_PROFILE:
            yield too_long(f"{path}.localhostProfile", LONGEST_PROFILE)
    elif not kind:
        yield required(f"{path}.type", "type is required when appArmorProfile is set")
    elif kind not in _APPARMOR:
        yield not_supported(f"{path}.type", kind, _APPARMOR)
    elif local is not None:
        yield invalid(f"{path}.localhostProfile", local, "can only be set when AppArmor type is Localhost")
