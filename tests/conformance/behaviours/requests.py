"""Odd requests: methods, paths and sizes that no client of good will sends."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side, Target


@behaviour
def methods_that_a_built_in_collection_does_not_take(api: Side) -> None:
    for method in ("PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"):
        api.request(method, api.config_maps, {})


@behaviour
def methods_that_a_built_in_object_does_not_take(api: Side) -> None:
    api.post(api.config_maps, config_map())
    for method in ("POST", "OPTIONS", "HEAD"):
        api.request(method, f"{api.config_maps}/one", {})


@behaviour
def methods_that_custom_paths_do_not_take(api: Side) -> None:
    api.post(api.things, thing())
    for path in (api.things, f"{api.things}/one", f"{api.things}/one/status"):
        for method in ("OPTIONS", "HEAD"):
            api.request(method, path)


@behaviour
def slashes_at_the_end(api: Side) -> None:
    api.post(api.config_maps, config_map())
    api.post(api.things, thing())
    for path in (
        f"{api.config_maps}/",
        f"{api.config_maps}/one/",
        f"{api.things}/",
        f"{api.things}/one/",
        f"/api/v1/namespaces/{api.namespace}/",
        "/apis/ex.dev/",
        "/apis/ex.dev/v1/",
    ):
        api.get(Target(path))


@behaviour
def slashes_twice(api: Side) -> None:
    for path in (
        f"/{api.config_maps}",
        api.config_maps.replace("/namespaces", "//namespaces"),
        f"{api.config_maps}//one",
        f"/api/v1/namespaces/{api.namespace}//",
        "/api/v1//configmaps",
        api.things.replace("/things", "//things"),
        "//",
    ):
        api.get(Target(path))


@behaviour
def percent_signs_in_paths(api: Side) -> None:
    for end in ("a%2Fb", "%2e%2e", "a%20b", "%C3%A9", "%00", "one%3Fx", "%41"):
        api.get(Target(f"{api.config_maps}/{end}"))
    for end in ("a%2Fb", "%2e%2e", "a%20b"):
        api.get(Target(f"{api.things}/{end}"))


@behaviour
def percent_signs_that_mean_nothing(api: Side) -> None:
    api.get(Target(f"{api.config_maps}?labelSelector=%zz"))


@behaviour
def dots_in_paths(api: Side) -> None:
    for end in ("..", ".", "../secrets", "./one", "..."):
        api.get(Target(f"{api.config_maps}/{end}"))


@behaviour
def names_that_nothing_can_have(api: Side) -> None:
    for name in ("A", "x" * 300, "x" * 5000, "a_b", "-"):
        api.get(f"{api.config_maps}/{name}")
        api.delete(f"{api.things}/{name}")


@behaviour
def names_that_are_too_long_to_create(api: Side) -> None:
    for name in ("x" * 253, "x" * 254, "x" * 100_000):
        api.post(api.things, thing(name))
    api.post("/api/v1/namespaces", {"metadata": {"name": "x" * 64}})


@behaviour
def namespaces_that_nothing_can_have(api: Side) -> None:
    api.get("/api/v1/namespaces/No_Such/configmaps")
    api.get("/api/v1/namespaces/No_Such/configmaps/one")
    api.post("/api/v1/namespaces/No_Such/configmaps", config_map())
    api.get("/apis/ex.dev/v1/namespaces/none-such/things/one")
    api.post("/apis/ex.dev/v1/namespaces/none-such/things", thing())


@behaviour
def paths_that_lead_too_deep(api: Side) -> None:
    api.post(api.things, thing())
    for path in (
        f"{api.config_maps}/one/a",
        f"{api.config_maps}/one/a/b",
        f"{api.things}/one/a",
        "/api/v1/namespaces/x/pods/a/nope",
    ):
        api.get(path)


@behaviour
def namespaced_objects_outside_of_namespaces(api: Side) -> None:
    api.get("/api/v1/configmaps/one")
    api.post("/api/v1/configmaps", config_map())
    api.get("/apis/ex.dev/v1/things/one")
    api.post("/apis/ex.dev/v1/things", thing())
    api.get(f"/api/v1/namespaces/{api.namespace}/nodes")


@behaviour
def groups_and_versions_that_are_not_there(api: Side) -> None:
    for path in (
        "/api/v2/configmaps",
        "/Api/v1",
        "/apis/apps/v2/deployments",
        "/apis/none.dev/v1/things",
        "/apis/ex.dev/v2/things",
        "/apis/ex.dev/v1/others",
    ):
        api.get(path)


@behaviour
def semicolons_and_fragments(api: Side) -> None:
    api.get(Target(f"{api.config_maps};x"))
    api.get(Target(f"{api.config_maps}?limit=1;x"))
    api.get(Target(f"{api.config_maps}?limit=1&&"))
    api.get(Target(f"{api.config_maps}?&=x&limit"))


@behaviour
def very_long_queries(api: Side) -> None:
    api.get(api.config_maps, unknown="x" * 100_000)
    api.get(api.config_maps, **{"continue": "x" * 100_000})


@behaviour
def bodies_of_reads(api: Side) -> None:
    api.request("GET", api.config_maps, {"any": "thing"})
    api.request("GET", f"{api.things}/none", b"{")


@behaviour
def patches_that_end_too_early(api: Side) -> None:
    api.post(api.things, thing())
    for media in ("application/merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"):
        for body in (b"", b"{", b'{"spec"', b'[{"op": "add"', b"\xff"):
            api.request("PATCH", f"{api.things}/one", body, head={"content-type": media}, query={"fieldManager": "me"})
    api.get(f"{api.things}/one")
