"""What pods may say of users, profiles, kernel parameters and systems."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

APPARMOR = "container.apparmor.security.beta.kubernetes.io"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io"


def pod(context: Any = None, *, own: Any = None, notes: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a pod with security contexts of the pod and of its container, and annotations."""
    container = {"name": "main", "image": "x:1"} | ({} if own is None else {"securityContext": own})
    given = {"containers": [container]} | ({} if context is None else {"securityContext": context}) | spec
    found = core("Pod", "one", spec=given)
    return found | {"metadata": found["metadata"] | ({"annotations": notes} if notes else {})}


def tried(api: Side, *bodies: Any) -> None:
    for body in bodies:
        api.post(api.core("pods"), body, dryRun="All")


@behaviour
def kernel_parameters(api: Side) -> None:
    for names in (
        ["kernel.shm_rmid_forced", "net.ipv4.tcp_syncookies"],
        ["", "A.b", "a..b", "a/b.c", "a" * 254],
        ["a.b", "a.b"],
    ):
        tried(api, pod({"sysctls": [{"name": name, "value": "1"} for name in names]}))
    names = [
        "net.core.somaxconn",
        "net/core/somaxconn",
        "kernel.sem",
        "kernel.shm",
        "fs.mqueue.msg_max",
        "kernel.pid_max",
    ]
    sysctls = [{"name": name, "value": "1"} for name in names]
    tried(api, pod({"sysctls": sysctls}, hostNetwork=True), pod({"sysctls": sysctls}, hostIPC=True))


@behaviour
def profiles_of_apparmor(api: Side) -> None:
    profiles = (
        {"type": "RuntimeDefault"},
        {"type": "Unconfined", "localhostProfile": "x"},
        {"type": "Localhost"},
        {"type": "Localhost", "localhostProfile": ""},
        {"type": "Localhost", "localhostProfile": " x"},
        {"type": "Localhost", "localhostProfile": " "},
        {"type": "Localhost", "localhostProfile": "y" * 4096},
        {"type": "Odd", "localhostProfile": "x"},
        {"localhostProfile": "x"},
    )
    for profile in profiles:
        tried(api, pod({"appArmorProfile": profile}), pod(own={"appArmorProfile": profile}))


@behaviour
def profiles_of_apparmor_in_annotations(api: Side) -> None:
    for value in ("runtime/default", "unconfined", "localhost/p", "localhost/", "localhost/ p", "odd", ""):
        tried(api, pod(notes={f"{APPARMOR}/main": value}))
        for profile in (
            {"type": "RuntimeDefault"},
            {"type": "Unconfined"},
            {"type": "Localhost", "localhostProfile": "p"},
        ):
            tried(api, pod({"appArmorProfile": profile}, notes={f"{APPARMOR}/main": value}))
            tried(api, pod(own={"appArmorProfile": profile}, notes={f"{APPARMOR}/main": value}))
    tried(
        api,
        pod(notes={f"{APPARMOR}/other": "unconfined"}),
        pod(notes={f"{APPARMOR}/main": "odd"}, os={"name": "windows"}),
    )


@behaviour
def profiles_of_seccomp(api: Side) -> None:
    for profile in (
        {"type": "Localhost", "localhostProfile": "/x"},
        {"type": "Localhost", "localhostProfile": "../x"},
        {"type": "Localhost", "localhostProfile": ""},
        {"type": "Localhost"},
        {"type": "Unconfined", "localhostProfile": "<x>"},
        {"type": "Odd"},
    ):
        tried(api, pod({"seccompProfile": profile}), pod(own={"seccompProfile": profile}))
    for value in ("runtime/default", "docker/default", "unconfined", "localhost/p", "localhost/../p", "odd"):
        tried(api, pod(notes={SECCOMP: value, f"{SECCOMP_OF}/main": value, f"{SECCOMP_OF}/other": value}))
        for profile in (
            {"type": "RuntimeDefault"},
            {"type": "Unconfined"},
            {"type": "Localhost", "localhostProfile": "p"},
        ):
            tried(api, pod({"seccompProfile": profile}, notes={SECCOMP: value}))
            tried(api, pod(own={"seccompProfile": profile}, notes={f"{SECCOMP_OF}/main": value}))


@behaviour
def other_annotations(api: Side) -> None:
    mirror, cost = "kubernetes.io/config.mirror", "controller.kubernetes.io/pod-deletion-cost"
    tried(api, pod(notes={mirror: "x"}), pod(notes={mirror: "x"}, nodeName="here"))
    for value in ("1", "-1", "+1", "01", "0", "-", "", "2147483647", "2147483648", "-2147483649", "x"):
        tried(api, pod(notes={cost: value}))
    api.post(api.core("pods"), pod(notes={f"{APPARMOR}/main": "unconfined", "a": "b"}))
    path = f"{api.core('pods')}/one"
    for notes in (
        {f"{APPARMOR}/main": "runtime/default"},
        {f"{APPARMOR}/main": None},
        {f"{APPARMOR}/x": "y"},
        {mirror: "x"},
        {cost: "x"},
        {"a": "c"},
    ):
        api.merge(path, {"metadata": {"annotations": notes}})


@behaviour
def privileges(api: Side) -> None:
    tried(
        api,
        pod(own={"allowPrivilegeEscalation": False, "privileged": True, "capabilities": {"add": ["CAP_SYS_ADMIN"]}}),
        pod(own={"procMount": "Unmasked"}),
        pod(own={"procMount": "Unmasked"}, hostUsers=False),
        pod(own={"procMount": "Odd"}, hostUsers=False),
        pod(hostUsers=False, hostNetwork=True, hostPID=True, hostIPC=True),
        pod({"supplementalGroupsPolicy": "Odd", "fsGroupChangePolicy": "Odd", "seLinuxChangePolicy": "Odd"}),
        pod({"supplementalGroupsPolicy": "Strict", "seLinuxChangePolicy": "MountOption"}),
    )


@behaviour
def options_for_windows(api: Side) -> None:
    for user in (
        "user", "d\\user", "", "a\\b\\c", "a\tb", "..", "a/b", "\\user", "d\\", "-d.x\\user", "d.x\\user", "x" * 105,
        "d" * 256 + "\\user", "D_1\\u", ". .",
    ):  # fmt: skip
        tried(api, pod({"windowsOptions": {"runAsUserName": user}}))
    for options in (
        {"gmsaCredentialSpecName": "A b", "gmsaCredentialSpec": ""},
        {"gmsaCredentialSpecName": "a.b", "gmsaCredentialSpec": "x" * (64 * 1024 + 1)},
    ):
        tried(api, pod(own={"windowsOptions": options}))


@behaviour
def host_processes(api: Side) -> None:
    yes, no = ({"windowsOptions": {"hostProcess": one}} for one in (True, False))
    more = [{"name": "other", "image": "x:1"}, {"name": "main", "image": "x:1", "securityContext": yes}]
    tried(
        api,
        pod(yes),
        pod(yes, hostNetwork=True),
        pod(yes, own=no, hostNetwork=True),
        pod(own=yes, hostNetwork=True),
        pod(containers=more, hostNetwork=True),
        pod(no, own=yes, hostNetwork=True),
    )


@behaviour
def systems(api: Side) -> None:
    linux = {
        "appArmorProfile": {"type": "Unconfined"},
        "seLinuxOptions": {"level": "s0"},
        "seccompProfile": {"type": "Unconfined"},
        "runAsUser": 1,
        "runAsGroup": 1,
    }
    of_pod = {
        "fsGroup": 1,
        "fsGroupChangePolicy": "Always",
        "sysctls": [{"name": "a.b", "value": "1"}],
        "supplementalGroups": [1],
        "supplementalGroupsPolicy": "Merge",
        "seLinuxChangePolicy": "Recursive",
    }
    own = {
        "capabilities": {},
        "readOnlyRootFilesystem": False,
        "privileged": False,
        "allowPrivilegeEscalation": False,
        "procMount": "Default",
    }
    windows = {"windowsOptions": {"runAsUserName": "user"}}
    first = [{"name": "first", "image": "x:1", "securityContext": windows}]
    host = {"hostUsers": True, "hostPID": True, "hostIPC": True, "shareProcessNamespace": False}
    for name in ("windows", "linux"):
        system = {"os": {"name": name}}
        tried(
            api,
            pod(linux | of_pod, own=linux | own, **host, **system),
            pod(windows, own=windows, initContainers=first, **system),
        )
    tried(api, pod(os={}), pod(os={"name": "plan9"}))


@behaviour
def templates(api: Side) -> None:
    labels = {"app": "a"}
    for notes, context in (
        (
            {f"{APPARMOR}/other": "odd", f"{APPARMOR}/main": "unconfined"},
            {"appArmorProfile": {"type": "RuntimeDefault"}},
        ),
        (
            {SECCOMP: "odd", "controller.kubernetes.io/pod-deletion-cost": "x"},
            {"seccompProfile": {"type": "Unconfined"}},
        ),
        ({"kubernetes.io/config.mirror": "x"}, {"sysctls": [{"name": "A"}]}),
    ):
        template = {"metadata": {"labels": labels, "annotations": notes}, "spec": pod(context)["spec"]}
        spec = {"selector": {"matchLabels": labels}, "template": template}
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "one"}, "spec": spec}
        api.post(api.deployments, body, dryRun="All")
