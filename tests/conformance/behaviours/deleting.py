"""DELETE: finalizers, preconditions, policies, collections."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side


@behaviour
def delete_and_delete_again(api: Side) -> None:
    api.post(api.things, thing())
    api.delete(f"{api.things}/one")
    api.delete(f"{api.things}/one")


@behaviour
def finalizers_hold_an_object(api: Side) -> None:
    api.post(api.things, thing(metadata={"finalizers": ["ex.dev/hold"]}))
    api.delete(f"{api.things}/one")
    api.delete(f"{api.things}/one")
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": ["ex.dev/hold", "ex.dev/more"]}})
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": None}})
    api.get(f"{api.things}/one")


@behaviour
def delete_with_preconditions(api: Side) -> None:
    api.post(api.things, thing())
    other = "00000000-0000-4000-8000-000000000000"
    api.delete(f"{api.things}/one", {"preconditions": {"uid": other}})
    api.delete(f"{api.things}/one", {"preconditions": {"resourceVersion": "1"}})
    api.get(f"{api.things}/one")


@behaviour
def delete_of_a_collection(api: Side) -> None:
    for name in "ab":
        api.post(api.things, thing(name))
    api.delete(api.things, labelSelector="none=such")
    api.delete(api.things)
    api.get(api.things)


def _held(api: Side, *names: str) -> None:
    for name in names:
        api.post(api.config_maps, {"metadata": {"name": name, "finalizers": ["ex.dev/hold"]}})


@behaviour
def delete_by_each_policy(api: Side) -> None:
    for policy in ("Foreground", "Background", "Orphan"):
        api.post(api.config_maps, config_map())
        api.delete(f"{api.config_maps}/one", {"propagationPolicy": policy})
        api.aside("PATCH", f"{api.config_maps}/one", {"metadata": {"finalizers": None}}, MERGE)


@behaviour
def delete_by_policies_in_the_query(api: Side) -> None:
    for policy in ("Foreground", "Orphan", "Odd", ""):
        api.post(api.config_maps, config_map())
        api.delete(f"{api.config_maps}/one", propagationPolicy=policy)
        api.aside("PATCH", f"{api.config_maps}/one", {"metadata": {"finalizers": None}}, MERGE)
        api.aside("DELETE", f"{api.config_maps}/one")


@behaviour
def policies_that_do_not_exist(api: Side) -> None:
    api.post(api.config_maps, config_map())
    one = f"{api.config_maps}/one"
    api.delete(one, {"propagationPolicy": "foreground"})
    api.delete(one, {"propagationPolicy": "Odd", "orphanDependents": True})
    api.delete(one, {"propagationPolicy": "Orphan", "orphanDependents": False})
    api.delete(one, {"propagationPolicy": ""})
    api.get(one)


@behaviour
def orphans_in_the_old_way(api: Side) -> None:
    _held(api, "a", "b", "c")
    api.post(api.config_maps, config_map("d"))
    api.delete(f"{api.config_maps}/a", {"orphanDependents": True})
    api.delete(f"{api.config_maps}/b", {"orphanDependents": False})
    api.delete(f"{api.config_maps}/c", orphanDependents="")
    api.delete(f"{api.config_maps}/d", {"orphanDependents": False})


@behaviour
def delete_again_by_another_policy(api: Side) -> None:
    api.post(api.config_maps, config_map())
    one = f"{api.config_maps}/one"
    api.delete(one, {"propagationPolicy": "Orphan"})
    api.delete(one, {"propagationPolicy": "Foreground"})
    api.delete(one)
    api.delete(one, {"propagationPolicy": "Background"})
    api.get(one)


@behaviour
def delete_again_with_finalizers_of_ones_own(api: Side) -> None:
    _held(api, "a")
    start = api.delete(f"{api.config_maps}/a").version
    api.delete(f"{api.config_maps}/a", {"propagationPolicy": "Foreground"})
    api.delete(f"{api.config_maps}/a", {"propagationPolicy": "Background"})
    api.delete(f"{api.config_maps}/a", {"gracePeriodSeconds": 0})
    api.events(api.config_maps, resourceVersion=start)


@behaviour
def policies_leave_other_finalizers(api: Side) -> None:
    _held(api, "a", "b")
    api.delete(f"{api.config_maps}/a", {"propagationPolicy": "Foreground"})
    api.delete(f"{api.config_maps}/b", {"propagationPolicy": "Orphan"})


@behaviour
def finalizers_of_policies_that_the_client_sets(api: Side) -> None:
    for name, finalizers in (("a", ["orphan"]), ("b", ["foregroundDeletion"]), ("c", ["orphan", "foregroundDeletion"])):
        api.post(api.config_maps, {"metadata": {"name": name, "finalizers": finalizers}})
        api.delete(f"{api.config_maps}/{name}")
        api.delete(f"{api.config_maps}/{name}", {"propagationPolicy": "Background"})


@behaviour
def grace_that_a_kind_does_not_have(api: Side) -> None:
    for seconds in (0, 30, -1):
        api.post(api.config_maps, config_map())
        api.delete(f"{api.config_maps}/one", {"gracePeriodSeconds": seconds})
    _held(api, "held")
    api.delete(f"{api.config_maps}/held", {"gracePeriodSeconds": 30})
    for text in ("x", "", "1.5", "99999999999999999999"):
        api.delete(f"{api.config_maps}/none", gracePeriodSeconds=text)


@behaviour
def preconditions_in_both_forms(api: Side) -> None:
    made = api.post(api.config_maps, config_map())
    uid, one = made.json["metadata"]["uid"], f"{api.config_maps}/one"
    api.delete(one, {"preconditions": {"uid": "odd"}})
    api.delete(one, {"preconditions": {"uid": uid, "resourceVersion": "1"}})
    api.delete(one, {"preconditions": {"uid": "odd", "resourceVersion": "1"}})
    api.delete(one, {"preconditions": {}})
    api.post(api.config_maps, config_map())
    made = api.get(one)
    api.delete(one, {"preconditions": {"uid": made.json["metadata"]["uid"], "resourceVersion": made.version}})
    api.delete(one, {"preconditions": {"uid": "odd"}})


@behaviour
def bodies_of_deletions(api: Side) -> None:
    one = f"{api.config_maps}/one"
    api.post(api.config_maps, config_map())
    for body in (b"{", b"[]", b"null", b'"x"', b"x", {"kind": "Thing"}, {"kind": "DeleteOptions", "apiVersion": "v2"}):
        api.delete(f"{api.config_maps}/none", body)
    api.delete(one, {"propagationPolicy": 1})
    api.delete(one, {"gracePeriodSeconds": "x"})
    api.delete(one, {"kind": "DeleteOptions", "apiVersion": "v1", "unknown": 1})


@behaviour
def a_body_stands_above_the_query(api: Side) -> None:
    _held(api, "a")
    api.delete(f"{api.config_maps}/a", {"propagationPolicy": "Foreground"}, propagationPolicy="Orphan", dryRun="All")
    api.delete(f"{api.config_maps}/a", {"dryRun": ["All"]})
    api.delete(f"{api.config_maps}/a", {"dryRun": ["Some"]})
    api.delete(f"{api.config_maps}/a", {"dryRun": ["All", "All"]})


@behaviour
def dry_runs_delete_nothing(api: Side) -> None:
    api.post(api.config_maps, config_map())
    one = f"{api.config_maps}/one"
    api.delete(one, dryRun="All")
    api.delete(one, propagationPolicy="Foreground", dryRun="All")
    api.delete(api.config_maps, dryRun="All")
    api.delete(one, dryRun="Some")
    api.get(one)


@behaviour
def a_collection_is_deleted_by_selectors_and_limits(api: Side) -> None:
    for name in "abcd":
        api.post(api.config_maps, {"metadata": {"name": name, "labels": {"l": name}}})
    api.delete(api.config_maps, labelSelector="l in (a)")
    api.delete(api.config_maps, fieldSelector="metadata.name=b")
    api.delete(api.config_maps, limit="1")
    api.get(api.config_maps)


@behaviour
def a_collection_is_deleted_with_options(api: Side) -> None:
    _held(api, "a")
    api.post(api.config_maps, config_map("b"))
    api.delete(api.config_maps, {"propagationPolicy": "Orphan"})
    api.delete(api.config_maps, {"propagationPolicy": "Odd"})
    api.delete(api.config_maps, {"preconditions": {"uid": "odd"}})
    api.get(api.config_maps)


@behaviour
def a_collection_is_not_deleted_by_mistakes(api: Side) -> None:
    api.post(api.config_maps, config_map())
    for query in (
        {"labelSelector": "a=b=c"},
        {"fieldSelector": "no.such=1"},
        {"limit": "x"},
        {"resourceVersionMatch": "Exact"},
        {"watch": "true"},
    ):
        api.delete(api.config_maps, **query)
    api.delete(api.config_maps, b"{")
    api.get(api.config_maps)


@behaviour
def collections_across_namespaces_are_not_deleted(api: Side) -> None:
    api.delete("/api/v1/configmaps")
    api.delete("/apis/ex.dev/v1/things")
    api.delete("/api/v1/namespaces")


@behaviour
def custom_objects_by_policies(api: Side) -> None:
    start = api.post(api.things, thing()).version
    one = f"{api.things}/one"
    api.delete(one, {"propagationPolicy": "Foreground"})
    api.delete(one, {"orphanDependents": False})
    api.delete(one, {"propagationPolicy": "Background"})
    api.events(api.things, resourceVersion=start)


@behaviour
def an_object_that_goes_takes_no_more_changes(api: Side) -> None:
    _held(api, "a")
    one = f"{api.config_maps}/a"
    api.delete(one)
    api.merge(one, {"metadata": {"finalizers": ["ex.dev/hold", "ex.dev/new"]}})
    api.merge(one, {"metadata": {"deletionTimestamp": None, "deletionGracePeriodSeconds": None}})
    api.merge(one, {"metadata": {"labels": {"still": "here"}}})
    api.post(api.config_maps, config_map("a"))
    api.merge(one, {"metadata": {"finalizers": []}})
    api.get(one)


@behaviour
def a_namespace_is_finalized(api: Side) -> None:
    name = f"{api.namespace}-more"
    space = f"/api/v1/namespaces/{name}"
    api.post("/api/v1/namespaces", {"metadata": {"name": name}})
    api.post(f"{space}/configmaps", {"metadata": {"name": "left"}})
    api.put(f"{space}/finalize", {"metadata": {"name": name}, "spec": {"finalizers": ["ex.dev/other"]}})
    api.delete(space)
    api.delete(space, {"propagationPolicy": "Foreground"})
    api.post(f"{space}/configmaps", {"metadata": {"name": "late"}})
    api.put(f"{space}/finalize", {"metadata": {"name": name}, "spec": {"finalizers": []}})
    api.get(space)


@behaviour
def a_collection_as_it_was(api: Side) -> None:
    """What an old version held is deleted, and what has come since stays."""
    old = api.post(api.config_maps, config_map("one")).version
    api.post(api.config_maps, config_map("two"))
    api.delete(api.config_maps, resourceVersion=old, resourceVersionMatch="NotOlderThan", labelSelector="no=one")
    api.delete(api.config_maps, resourceVersion=old)
    api.get(api.config_maps)
    api.delete(api.config_maps, resourceVersion=old, resourceVersionMatch="Exact")
    api.get(api.config_maps)
