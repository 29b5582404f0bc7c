"""What controllers delete and change is admitted, as what people do: garbage collection and the end of namespaces."""

from typing import Any

from ..hooks import allow, deny
from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side
from .collecting import owned, owner
from .webhooks import mutating, validating


def _about(resources: str, *operations: str) -> dict[str, Any]:
    rule = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": list(operations), "resources": resources.split()}
    return {"rules": [rule]}


@behaviour(controllers=True)
def collection_is_admitted(api: Side) -> None:
    found = api.setup(api.things, thing("owner")).json
    api.setup(api.config_maps, owned("a", owner(found)))
    api.collected()
    with validating(api, allow(), **_about("configmaps things", "DELETE", "UPDATE")):
        api.delete(f"{api.things}/owner")
        api.ends(f"{api.config_maps}/a")
        api.reviews(users=False)


@behaviour(controllers=True)
def what_loses_an_owner_is_admitted(api: Side) -> None:
    found = api.setup(api.things, thing("owner")).json
    other = api.setup(api.things, thing("other")).json
    api.setup(api.config_maps, owned("a", owner(found), owner(other)))
    api.collected()
    with validating(api, allow(), **_about("configmaps things", "DELETE", "UPDATE")):
        api.delete(f"{api.things}/owner")
        api.until(f"{api.config_maps}/a", lambda now: len(now["metadata"]["ownerReferences"]) == 1)
        api.reviews(users=False)
    api.get(f"{api.config_maps}/a")


@behaviour(controllers=True)
def collection_is_refused_and_tried_again(api: Side) -> None:
    found = api.setup(api.things, thing("owner")).json
    api.setup(api.config_maps, owned("a", owner(found)))
    api.collected()
    refusals: list[str] = []

    def script(request: dict[str, Any]) -> dict[str, Any]:
        refusals.append(request["name"])
        return {"allowed": len(refusals) > 3}

    with validating(api, script, **_about("configmaps", "DELETE")):
        api.delete(f"{api.things}/owner")
        api.ends(f"{api.config_maps}/a")
        api.note(refusals)


@behaviour(controllers=True)
def foreground_and_orphans_are_admitted(api: Side) -> None:
    first = api.setup(api.things, thing("first")).json
    second = api.setup(api.things, thing("second")).json
    api.setup(api.config_maps, owned("a", owner(first, blockOwnerDeletion=True)))
    api.setup(api.config_maps, owned("b", owner(second)))
    api.collected()
    with validating(api, allow(), **_about("configmaps things", "DELETE", "UPDATE")):
        api.delete(f"{api.things}/first", {"propagationPolicy": "Foreground"})
        api.ends(f"{api.config_maps}/a", f"{api.things}/first")
        api.reviews(users=False)
        api.delete(f"{api.things}/second", {"propagationPolicy": "Orphan"})
        api.ends(f"{api.things}/second")
        api.reviews(users=False)


@behaviour(controllers=True)
def a_namespace_is_emptied_with_leave(api: Side) -> None:
    name = f"{api.namespace[:50]}-more"
    body = {"metadata": {"name": name, "labels": {"of": api.namespace}}}
    api.setup("/api/v1/namespaces", body)
    api.setup(f"/api/v1/namespaces/{name}/secrets", {"metadata": {"name": "a"}})
    selects = {"namespaceSelector": {"matchLabels": {"of": api.namespace}}}
    with validating(
        api,
        allow(),
        **_about("secrets namespaces namespaces/status namespaces/finalize", "*"),
        **selects,
    ):
        api.delete(f"/api/v1/namespaces/{name}")
        api.ends(f"/api/v1/namespaces/{name}")
        api.reviews(users=False, attempts=False)


@behaviour(controllers=True)
def a_namespace_s_content_is_kept(api: Side) -> None:
    name = f"{api.namespace[:50]}-kept"
    api.setup("/api/v1/namespaces", {"metadata": {"name": name, "labels": {"of": api.namespace}}})
    for one in ("a", "b"):
        api.setup(f"/api/v1/namespaces/{name}/secrets", {"metadata": {"name": one}})
    selects = {"namespaceSelector": {"matchLabels": {"of": api.namespace}}}
    with validating(api, deny(message="stays"), **_about("secrets", "DELETE"), **selects):
        api.delete(f"/api/v1/namespaces/{name}")
        api.until(
            f"/api/v1/namespaces/{name}",
            lambda found: any(
                one["type"] == "NamespaceDeletionContentFailure" and one["status"] == "True"
                for one in found["status"].get("conditions", [])
            ),
        )
        api.get(f"/api/v1/namespaces/{name}")
    api.ends(f"/api/v1/namespaces/{name}")


@behaviour
def a_collection_is_deleted_with_leave(api: Side) -> None:
    for name in ("a", "b"):
        api.setup(api.config_maps, config_map(name))
    with mutating(api, allow(), **_about("configmaps", "DELETE")):
        api.delete(api.config_maps)
        api.reviews()
    for name in ("a", "b"):
        api.setup(api.config_maps, config_map(name))
    with validating(
        api, lambda asked: {"allowed": asked["oldObject"]["metadata"]["name"] != "b"}, **_about("configmaps", "DELETE")
    ):
        api.delete(api.config_maps)
        api.get(api.config_maps)


def _but_b(asked: dict[str, Any]) -> dict[str, Any]:
    return {"allowed": asked["oldObject"]["metadata"]["name"] != "b"}
