"""Requests in other people's names, and what gives those people rights."""

from typing import Any

from .side import Side

RBAC = "/apis/rbac.authorization.k8s.io/v1"
AUTHENTICATION = "/apis/authentication.k8s.io/v1"
AUTHORIZATION = "/apis/authorization.k8s.io/v1"


def acting(user: str, *groups: str, **more: str) -> dict[str, Any]:
    """Return the headers of a request in the name of ``user``; ``more`` are headers, such as those of a patch."""
    named = {"impersonate-user": user} | ({"impersonate-group": list(groups)} if groups else {})
    return named | {key.replace("_", "-"): value for key, value in more.items()}


def rule(verbs: str, resources: str = "", groups: str = "", **more: Any) -> dict[str, Any]:
    """Return a policy rule; several of each are given with spaces between them, the core group as ``core``."""
    found: dict[str, Any] = {"verbs": verbs.split()} | more
    if resources:
        names = [group.replace("core", "") for group in (groups or "core").split(" ")]
        found |= {"apiGroups": names, "resources": resources.split()}
    return found


def roles(api: Side) -> str:
    """Return the path of roles in the namespace of a behaviour."""
    return f"{RBAC}/namespaces/{api.namespace}/roles"


def bindings(api: Side) -> str:
    """Return the path of role bindings in the namespace of a behaviour."""
    return f"{RBAC}/namespaces/{api.namespace}/rolebindings"


def role(name: str, *rules: Any, kind: str = "Role", **more: Any) -> dict[str, Any]:
    """Return a role."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "rules": list(rules),
    } | more


def binding(
    name: str, to: str, *users: str, kind: str = "RoleBinding", of: str = "Role", **more: Any
) -> dict[str, Any]:
    """Return a binding of ``users`` to the role ``to``."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": of, "name": to},
        "subjects": [{"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"} for user in users],
    } | more


def give(api: Side, user: str, *rules: Any, name: str = "given") -> None:
    """Give ``user`` rights in the namespace; whoever needs them at once waits with ``until_allowed``."""
    api.setup(roles(api), role(name, *rules))
    api.setup(bindings(api), binding(name, name, user))


def give_everywhere(api: Side, user: str, *rules: Any) -> str:
    """Give ``user`` rights in the whole cluster; returns the name of role and binding."""
    name = f"{api.namespace}-{user.replace(':', '-')}"
    api.setup(f"{RBAC}/clusterroles", role(name, *rules, kind="ClusterRole"))
    api.setup(f"{RBAC}/clusterrolebindings", binding(name, name, user, kind="ClusterRoleBinding", of="ClusterRole"))
    return name
