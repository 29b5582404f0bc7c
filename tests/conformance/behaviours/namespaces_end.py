"""How a namespace goes, beside the real controller manager: its content, its conditions, what holds it."""

from typing import Any

from ..samples import config_map, core, thing
from ..script import behaviour
from ..side import MERGE, Side

NAMESPACES = "/api/v1/namespaces"
HOLD = {"finalizers": ["ex.dev/hold"]}


def _place(api: Side) -> str:
    return f"{NAMESPACES}/{api.namespace}"


def _version(api: Side) -> str:
    return api.peek(NAMESPACES).version


def _said(condition: str, status: str = "True") -> Any:
    def holds(found: Any) -> bool:
        conditions = found["status"].get("conditions") or []
        return any(one["type"] == condition and one["status"] == status for one in conditions)

    return holds


@behaviour(controllers=True)
def with_content(api: Side) -> None:
    since = _version(api)
    for name in "ab":
        api.setup(api.config_maps, config_map(name))
        api.setup(api.things, thing(name))
    api.setup(api.core("secrets"), core("Secret", "a"))
    api.delete(_place(api))
    api.post(api.config_maps, config_map("late"))
    api.ends(_place(api))
    api.lives(NAMESPACES, since, api.namespace)
    api.lives(api.things, since)
    api.lives(api.config_maps, since, "a", "b")
    api.get(api.things)


@behaviour(controllers=True)
def with_content_that_is_held(api: Side) -> None:
    since = _version(api)
    api.setup(api.things, thing("held", metadata=HOLD))
    api.setup(api.things, thing("other", metadata={"finalizers": ["ex.dev/hold", "ex.dev/other"]}))
    api.setup(api.config_maps, config_map("a") | {"metadata": {"name": "a"} | HOLD})
    api.delete(_place(api))
    api.until(_place(api), _said("NamespaceContentRemaining"))
    api.get(_place(api))
    for path in (f"{api.things}/held", f"{api.things}/other"):
        api.aside("PATCH", path, {"metadata": {"finalizers": None}}, MERGE)
    api.until(_place(api), lambda found: "things.ex.dev" not in str(found["status"]))
    api.get(_place(api))
    api.aside("PATCH", f"{api.config_maps}/a", {"metadata": {"finalizers": None}}, MERGE)
    api.ends(_place(api))
    api.lives(NAMESPACES, since, api.namespace)
    api.lives(api.things, since)


@behaviour(controllers=True)
def that_somebody_holds(api: Side) -> None:
    since = _version(api)
    api.merge(_place(api), {"metadata": HOLD})
    api.setup(api.config_maps, config_map("a"))
    api.delete(_place(api))
    api.ends(f"{api.config_maps}/a")
    api.until(_place(api), lambda found: not found["spec"].get("finalizers"))
    api.get(_place(api))
    api.merge(_place(api), {"metadata": {"finalizers": None}})
    api.ends(_place(api))
    api.lives(NAMESPACES, since, api.namespace)


@behaviour(controllers=True)
def with_a_finalizer_of_its_spec(api: Side) -> None:
    name = f"{api.namespace}-2"[-63:].lstrip("-")
    since = _version(api)
    api.post(NAMESPACES, {"metadata": {"name": name}, "spec": {"finalizers": ["ex.dev/mine"]}})
    api.delete(f"{NAMESPACES}/{name}")
    api.until(f"{NAMESPACES}/{name}", lambda found: found["spec"]["finalizers"] == ["ex.dev/mine"])
    found = api.get(f"{NAMESPACES}/{name}").json
    api.put(f"{NAMESPACES}/{name}/finalize", found | {"spec": {}})
    api.ends(f"{NAMESPACES}/{name}")
    api.lives(NAMESPACES, since, name)


@behaviour(controllers=True)
def with_pods(api: Side) -> None:
    since = _version(api)
    spec = {"containers": [{"name": "c", "image": "i"}]}
    api.setup(api.core("pods"), core("Pod", "free", spec=spec))
    api.setup(api.core("pods"), core("Pod", "held", spec=spec, metadata=HOLD))
    api.setup(api.config_maps, config_map("a"))
    api.delete(_place(api))
    api.ends(f"{api.core('pods')}/free")
    api.until(_place(api), lambda found: "conditions" in found["status"])
    api.get(_place(api))
    api.get(f"{api.config_maps}/a")
    api.aside("PATCH", f"{api.core('pods')}/held", {"metadata": {"finalizers": None}}, MERGE)
    api.ends(_place(api))
    api.lives(NAMESPACES, since, api.namespace)
    api.lives(api.core("pods"), since)


@behaviour(controllers=True)
def with_owners_and_dependents(api: Side) -> None:
    since = _version(api)
    found = api.setup(api.things, thing("owner", metadata=HOLD)).json
    reference = {
        "apiVersion": "ex.dev/v1",
        "kind": "Thing",
        "name": "owner",
        "uid": found["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }
    api.setup(api.things, thing("child", metadata={"ownerReferences": [reference]}))
    api.delete(_place(api), {"propagationPolicy": "Foreground"})
    api.ends(f"{api.things}/child")
    api.aside("PATCH", f"{api.things}/owner", {"metadata": {"finalizers": None}}, MERGE)
    api.ends(_place(api))
    api.lives(NAMESPACES, since, api.namespace)
    api.lives(api.things, since)


@behaviour(controllers=True)
def deleted_twice(api: Side) -> None:
    api.setup(api.things, thing("held", metadata=HOLD))
    api.delete(_place(api))
    api.delete(_place(api))
    api.delete(_place(api), {"propagationPolicy": "Orphan"})
    api.merge(_place(api), {"metadata": {"labels": {"a": "b"}}})
    api.merge(f"{_place(api)}/status", {"status": {"phase": "Active"}})
    api.aside("PATCH", f"{api.things}/held", {"metadata": {"finalizers": None}}, MERGE)
    api.ends(_place(api))
    api.get(_place(api))
