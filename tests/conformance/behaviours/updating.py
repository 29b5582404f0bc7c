"""PUT and PATCH: versions, status, generation, no-ops."""

from ..samples import thing
from ..script import behaviour
from ..side import MERGE, Side


@behaviour
def put_of_what_is_not_there(api: Side) -> None:
    api.put(f"{api.things}/one", thing())


@behaviour
def put_without_a_version(api: Side) -> None:
    api.post(api.things, thing())
    api.put(f"{api.things}/one", thing(size=6))


@behaviour
def put_with_an_old_version(api: Side) -> None:
    first = api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.put(f"{api.things}/one", first.json)


@behaviour
def put_under_another_name_or_uid(api: Side) -> None:
    first = api.post(api.things, thing()).json
    api.put(f"{api.things}/one", first | {"metadata": first["metadata"] | {"name": "two"}})
    other = "00000000-0000-4000-8000-000000000000"
    api.put(f"{api.things}/one", first | {"metadata": first["metadata"] | {"uid": other}})


@behaviour
def a_write_that_changes_nothing_keeps_the_version(api: Side) -> None:
    first = api.post(api.things, thing())
    api.put(f"{api.things}/one", first.json)
    api.merge(f"{api.things}/one", {"spec": {"size": 5}})


@behaviour
def generation_counts_the_spec(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.merge(f"{api.things}/one", {"metadata": {"labels": {"a": "b"}}})
    api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})


@behaviour
def status_writes_leave_the_rest_alone(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(
        f"{api.things}/one/status",
        {"status": {"phase": "Done"}, "spec": {"size": 9}, "metadata": {"labels": {"a": "b"}}},
    )
    api.merge(f"{api.things}/one", {"status": {"phase": "New"}})
    api.get(f"{api.things}/one/status")


@behaviour
def guarded_merge_patches(api: Side) -> None:
    first = api.post(api.things, thing())
    guard = {"resourceVersion": first.version}
    api.merge(f"{api.things}/one/status", {"metadata": guard, "status": {"phase": "New"}})
    api.merge(f"{api.things}/one/status", {"metadata": guard, "status": {"phase": "Done"}})
    other = {"uid": "00000000-0000-4000-8000-000000000000"}
    api.merge(f"{api.things}/one/status", {"metadata": other, "status": {"phase": "Done"}})


@behaviour
def merge_patches_that_are_none(api: Side) -> None:
    api.post(api.things, thing())
    api.request("PATCH", f"{api.things}/one", b"{", head=MERGE)
    api.request("PATCH", f"{api.things}/one", [], head=MERGE)
    api.merge(f"{api.things}/none", {})


@behaviour
def json_patches(api: Side) -> None:
    api.post(api.things, thing())
    api.json_patch(f"{api.things}/one", {"op": "replace", "path": "/spec/size", "value": 7})
    api.json_patch(f"{api.things}/one", {"op": "test", "path": "/spec/size", "value": 8})
    api.json_patch(f"{api.things}/one", {"op": "remove", "path": "/spec/none"})
    api.json_patch(f"{api.things}/one", {"op": "odd", "path": "/spec/size"})


@behaviour
def a_patch_of_the_wrong_content_type(api: Side) -> None:
    api.post(api.things, thing())
    strategic = {"content-type": "application/strategic-merge-patch+json"}
    api.request("PATCH", f"{api.things}/one", {}, head=strategic)
    api.request("PATCH", f"{api.things}/one", {}, head={"content-type": "application/json"})
