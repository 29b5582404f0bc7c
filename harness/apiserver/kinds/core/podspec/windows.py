"""What is wrong with pods for Windows: users and credentials, host processes, and what only Linux has; and the other way round."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain

_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_MOST_CREDENTIAL_KIB: Final = 64
_DOMAIN_LIMIT: Final = 256
_LONGEST_USER: Final = 104
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NETBIOS: Final = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NOT_IN_USERS: Final = re.compile(r'["/\\:;|=,+*?<>@\[\]]')
_DOTS: Final = re.compile(r"[. ]+")
_POD_FIELDS: Final = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "runAsUser", "runAsGroup",
    "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
_CONTAINER_FIELDS: Final = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip
_NOT_HERE: Final = "cannot be set for a windows pod"


def windows_option_errors(options: Object | None, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the options of a security context for Windows."""
    if options is None:
        return
    if (name := options.get("gmsaCredentialSpecName")) is not None:
        yield from (invalid(f"{path}.gmsaCredentialSpecName", name, text) for text in dns_subdomain(name))
    if (credentials := options.get("gmsaCredentialSpec")) is not None:
        if not credentials:
            detail = "gmsaCredentialSpec cannot be an empty string"
            yield invalid(f"{path}.gmsaCredentialSpec", credentials, detail)
        elif len(credentials.encode()) > _MOST_CREDENTIAL_KIB * 1024:
            detail = f"gmsaCredentialSpec size must be under {_MOST_CREDENTIAL_KIB} KiB"
            yield invalid(f"{path}.gmsaCredentialSpec", credentials, detail)
    if (user := options.get("runAsUserName")) is not None:
        yield from (invalid(f"{path}.runAsUserName", user, f"runAsUserName{text}") for text in _user_problems(user))


def _user_problems(named: str) -> Iterator[str]:
    if not named:
        yield " cannot be an empty string"
    elif _CONTROL.search(named):
        yield " cannot contain control characters"
    elif named.count("\\") > 1:
        yield " cannot contain more than one backslash"
    else:
        domain, within, user = named.rpartition("\\")
        if len(domain.encode()) >= _DOMAIN_LIMIT:
            yield f"'s Domain length must be under {_DOMAIN_LIMIT} characters"
        if within and not (_NETBIOS.fullmatch(domain) or _DOMAIN.fullmatch(domain)):
            yield "'s Domain doesn't match the NetBios nor the DNS format"
        if not user:
            yield "'s User cannot be empty"
        elif len(user.encode()) > _LONGEST_USER:
            yield f"'s User length must not be longer than {_LONGEST_USER} characters"
        if _DOTS.fullmatch(user):
            yield "'s User cannot contain only periods or spaces"
        if _NOT_IN_USERS.search(user):
            yield "'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"


def host_process_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with containers that are processes of their host: all are, or none, and with its network."""
    holders = (spec, *(one for kind in _CONTAINERS for one in spec.get(kind) or ()))
    if all(_host_process(one) is None for one in holders):
        return
    of_pod, count, all_of_them = _host_process(spec), 0, 0
    for at, container in placed_containers(spec, path):
        own = _host_process(container)
        if of_pod is not None and own is not None and of_pod is not own:
            shown = "true" if of_pod else "false"
            detail = f"pod hostProcess value must be identical if both are specified, was {shown}"
            yield invalid(f"{at}.securityContext.windowsOptions.hostProcess", own, detail)
        all_of_them += 1
        count += bool(of_pod if own is None else own)
    if count and count != all_of_them:
        detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        yield invalid(path, "", detail)
    if count and not spec.get("hostNetwork"):
        detail = "hostNetwork must be true if pod contains any hostProcess containers"
        yield invalid(f"{path}.hostNetwork", False, detail)  # noqa: FBT003


def system_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what a pod has that the system which it names has not."""
    context, system = spec.get("securityContext") or {}, (spec.get("os") or {}).get("name")
    if system == "linux":
        for at, holder in ((path, spec), *placed_containers(spec, path)):
            if (holder.get("securityContext") or {}).get("windowsOptions") is not None:
                detail = "windows options cannot be set for a linux pod"
                yield forbidden(f"{at}.securityContext.windowsOptions", detail)
    elif system == "windows":
        names = [name for name in ("hostUsers", "shareProcessNamespace") if spec.get(name) is not None]
        names += [name for name in ("hostPID", "hostIPC") if spec.get(name)]
        yield from (forbidden(f"{path}.{name}", _NOT_HERE) for name in names)
        for name in (*_POD_FIELDS, *(("sysctls",) if context.get("sysctls") else ())):
            if context.get(name) is not None:
                yield forbidden(f"{path}.securityContext.{name}", _NOT_HERE)
        for at, container in placed_containers(spec, path):
            for name in _CONTAINER_FIELDS:
                if (container.get("securityContext") or {}).get(name) is not None:
                    yield forbidden(f"{at}.securityContext.{name}", _NOT_HERE)


def placed_containers(spec: Object, path: str) -> list[tuple[str, Object]]:
    """Return every container with its path."""
    return [(f"{path}.{name}[{index}]", one) for name in _CONTAINERS for index, one in enumerate(spec.get(name) or ())]


def _host_process(holder: Object) -> bool | None:
    options = (holder.get("securityContext") or {}).get("windowsOptions") or {}
    found: bool | None = options.get("hostProcess")
    return found
