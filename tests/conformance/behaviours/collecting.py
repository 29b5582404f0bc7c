"""Garbage collection by owner references, beside the real controller manager."""

from typing import Any

from ..kinds import define, kind_of, path_of, widget
from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side

_FINALIZER = ["ex.dev/hold"]


def owned(name: str, *owners: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a config map that belongs to somebody."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "ownerReferences": list(owners)} | metadata,
    }


def owner(found: Any, **more: Any) -> dict[str, Any]:
    """Return a reference to an object."""
    metadata = found["metadata"]
    return {
        "apiVersion": found["apiVersion"],
        "kind": found["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    } | more


def _owner(api: Side, name: str = "owner", **metadata: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.setup(api.things, thing(name, metadata=metadata)).json
    return found


def _now(api: Side) -> str:
    return api.peek(api.config_maps).version


@behaviour(controllers=True)
def in_the_background(api: Side) -> None:
    since = _now(api)
    found = _owner(api)
    api.setup(api.config_maps, owned("a", owner(found)))
    api.setup(api.config_maps, owned("b", owner(found, blockOwnerDeletion=True, controller=True)))
    api.collected()
    api.delete(f"{api.things}/owner")
    api.ends(f"{api.config_maps}/a", f"{api.config_maps}/b")
    api.lives(api.config_maps, since, "a", "b")
    api.lives(api.things, since)


@behaviour(controllers=True)
def through_several_generations(api: Side) -> None:
    since = _now(api)
    first = _owner(api)
    second = api.setup(api.config_maps, owned("child", owner(first))).json
    api.setup(api.config_maps, owned("grandchild", owner(second)))
    api.collected()
    api.delete(f"{api.things}/owner", {"propagationPolicy": "Background"})
    api.ends(f"{api.config_maps}/child", f"{api.config_maps}/grandchild")
    api.lives(api.config_maps, since, "child", "grandchild")


@behaviour(controllers=True)
def in_the_foreground(api: Side) -> None:
    since = _now(api)
    found = _owner(api)
    api.setup(api.config_maps, owned("blocking", owner(found, blockOwnerDeletion=True)))
    api.setup(api.config_maps, owned("held", owner(found, blockOwnerDeletion=True), finalizers=_FINALIZER))
    api.setup(api.config_maps, owned("free", owner(found)))
    api.collected()
    api.delete(f"{api.things}/owner", {"propagationPolicy": "Foreground"})
    api.until(f"{api.config_maps}/held", lambda one: "deletionTimestamp" in one["metadata"])
    api.ends(f"{api.config_maps}/blocking", f"{api.config_maps}/free")
    api.get(f"{api.things}/owner")
    api.merge(f"{api.config_maps}/held", {"metadata": {"finalizers": None}})
    api.ends(f"{api.things}/owner")
    api.lives(api.config_maps, since, "blocking", "held", "free")
    api.lives(api.things, since)


@behaviour(controllers=True)
def in_the_foreground_without_dependents(api: Side) -> None:
    since = _now(api)
    _owner(api)
    api.delete(f"{api.things}/owner", {"propagationPolicy": "Foreground"})
    api.ends(f"{api.things}/owner")
    api.lives(api.things, since)


@behaviour(controllers=True)
def in_the_foreground_through_generations(api: Side) -> None:
    since = _now(api)
    first = _owner(api)
    second = api.setup(api.config_maps, owned("child", owner(first, blockOwnerDeletion=True))).json
    api.setup(api.config_maps, owned("grandchild", owner(second, blockOwnerDeletion=True)))
    api.collected()
    api.delete(f"{api.things}/owner", {"propagationPolicy": "Foreground"})
    api.ends(f"{api.things}/owner", f"{api.config_maps}/child", f"{api.config_maps}/grandchild")
    api.lives(api.config_maps, since, "child", "grandchild")
    api.lives(api.things, since)


@behaviour(controllers=True)
def orphans(api: Side) -> None:
    since = _now(api)
    found, other = _owner(api), _owner(api, "other")
    api.setup(api.config_maps, owned("a", owner(found)))
    api.setup(api.config_maps, owned("b", owner(other), owner(found, blockOwnerDeletion=True)))
    api.collected()
    api.delete(f"{api.things}/owner", {"propagationPolicy": "Orphan"})
    api.ends(f"{api.things}/owner")
    api.get(f"{api.config_maps}/a")
    api.get(f"{api.config_maps}/b")
    api.lives(api.config_maps, since, "a", "b")
    api.lives(api.things, since)


@behaviour(controllers=True)
def an_owner_that_was_never_there(api: Side) -> None:
    since = _now(api)
    gone = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "0b7e7f04-9d15-4a6c-8d7a-3a1d1e9a0001"}
    api.setup(api.config_maps, owned("a", gone))
    api.setup(api.things, thing("b", metadata={"ownerReferences": [gone]}))
    api.ends(f"{api.config_maps}/a", f"{api.things}/b")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def an_owner_of_another_uid(api: Side) -> None:
    since = _now(api)
    found = _owner(api)
    api.setup(api.config_maps, owned("a", owner(found, uid="0b7e7f04-9d15-4a6c-8d7a-3a1d1e9a0002")))
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def an_owner_of_another_name_or_kind(api: Side) -> None:
    since = _now(api)
    found = _owner(api)
    api.setup(api.config_maps, owned("name", owner(found, name="other")))
    api.setup(api.config_maps, owned("kind", owner(found, apiVersion="v1", kind="ConfigMap")))
    api.ends(f"{api.config_maps}/name", f"{api.config_maps}/kind")
    api.lives(api.config_maps, since, "name", "kind")


@behaviour(controllers=True)
def an_owner_of_a_kind_that_nobody_serves(api: Side) -> None:
    unknown = {"apiVersion": "none.dev/v1", "kind": "None", "name": "x", "uid": "0b7e7f04-9d15-4a6c-8d7a-3a1d1e9a0003"}
    since = _now(api)
    api.setup(api.config_maps, owned("a", unknown))
    sign = _owner(api, "sign")
    api.setup(api.config_maps, owned("marker", owner(sign)))
    api.collected()
    api.aside("DELETE", f"{api.things}/sign")
    api.ends(f"{api.config_maps}/marker")
    api.get(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def some_owners_gone_and_others_not(api: Side) -> None:
    since = _now(api)
    first, second = _owner(api, "first"), _owner(api, "second")
    api.setup(api.config_maps, owned("a", owner(first), owner(second)))
    api.collected()
    api.delete(f"{api.things}/first")
    api.until(f"{api.config_maps}/a", lambda one: len(one["metadata"]["ownerReferences"]) == 1)
    api.get(f"{api.config_maps}/a")
    api.delete(f"{api.things}/second")
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def one_owner_waits_and_another_stays(api: Side) -> None:
    since = _now(api)
    first, second = _owner(api, "first"), _owner(api, "second")
    api.setup(api.config_maps, owned("a", owner(first, blockOwnerDeletion=True), owner(second)))
    api.collected()
    api.delete(f"{api.things}/first", {"propagationPolicy": "Foreground"})
    api.ends(f"{api.things}/first")
    api.get(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")
    api.lives(api.things, since)


@behaviour(controllers=True)
def owners_that_own_each_other(api: Side) -> None:
    first = api.setup(api.config_maps, config_map("first")).json
    second = api.setup(api.config_maps, owned("second", owner(first, blockOwnerDeletion=True))).json
    reference = [owner(second, blockOwnerDeletion=True)]
    api.aside(
        "PATCH",
        f"{api.config_maps}/first",
        {"metadata": {"ownerReferences": reference}},
        {"content-type": "application/merge-patch+json"},
    )
    api.collected()
    api.delete(f"{api.config_maps}/first", {"propagationPolicy": "Foreground"})
    api.ends(f"{api.config_maps}/first", f"{api.config_maps}/second")  # which of them is unblocked first is chance


@behaviour(controllers=True)
def owners_in_another_namespace(api: Side) -> None:
    other = f"{api.namespace}-other"
    api.setup("/api/v1/namespaces", {"metadata": {"name": other}})
    since = _now(api)
    found = api.setup(f"/api/v1/namespaces/{other}/configmaps", config_map("owner")).json
    api.setup(api.config_maps, owned("a", owner(found)))
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")
    api.appears(api.core("events"), "reason=OwnerRefInvalidNamespace")


@behaviour(controllers=True)
def owners_of_the_cluster(api: Side) -> None:
    roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
    since = _now(api)
    found = api.setup(roles, {"metadata": {"name": api.namespace}}).json
    api.setup(api.config_maps, owned("a", owner(found, blockOwnerDeletion=True)))
    api.collected()
    api.delete(f"{roles}/{api.namespace}")
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def dependents_with_finalizers_of_a_policy(api: Side) -> None:
    since = _now(api)
    found = _owner(api)
    child = api.setup(api.config_maps, owned("child", owner(found), finalizers=["orphan"])).json
    api.setup(api.config_maps, owned("grandchild", owner(child)))
    api.collected()
    api.delete(f"{api.things}/owner")
    api.ends(f"{api.config_maps}/child")
    api.get(f"{api.config_maps}/grandchild")
    api.lives(api.config_maps, since, "child", "grandchild")


@behaviour(controllers=True)
def references_that_come_later(api: Side) -> None:
    since = _now(api)
    gone = {"apiVersion": "v1", "kind": "Secret", "name": "gone", "uid": "0b7e7f04-9d15-4a6c-8d7a-3a1d1e9a0004"}
    api.setup(api.config_maps, config_map("a"))
    api.merge(f"{api.config_maps}/a", {"metadata": {"ownerReferences": [gone]}})
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")


@behaviour(controllers=True)
def a_deletion_of_a_collection(api: Side) -> None:
    since = _now(api)
    for name in ("x", "y"):
        api.setup(api.config_maps, owned(f"of-{name}", owner(_owner(api, name))))
        api.collected()
    api.delete(api.things, {"propagationPolicy": "Foreground"})
    api.ends(f"{api.config_maps}/of-x", f"{api.config_maps}/of-y", f"{api.things}/x", f"{api.things}/y")
    api.lives(api.config_maps, since, "of-x", "of-y")
    api.lives(api.things, since)


@behaviour(controllers=True)
def what_belongs_to_a_definition_that_goes(api: Side) -> None:
    definition = kind_of(api)
    widgets = define(api, definition)
    since = _now(api)
    found = api.setup(widgets, widget(api)).json
    api.setup(api.config_maps, owned("a", owner(found)))
    api.collected((widgets, {"apiVersion": found["apiVersion"], "kind": "Widget"}))
    api.aside("DELETE", path_of(api, definition))
    api.ends(f"{api.config_maps}/a")
    api.lives(api.config_maps, since, "a")
