"""Replacing and patching: versions, conflicts, generations, and the wall between an object and its status."""

from .fronts import JSON_PATCH, Api
from .samples import CONFIG_MAPS, THINGS, thing

ONE = f"{THINGS}/one"
STALE = (
    'Operation cannot be fulfilled on things.ex.dev "one": the object has been modified; please apply your changes to '
    "the latest version and try again"
)


def test_each_real_write_makes_a_new_version_of_one_counter(api: Api) -> None:
    """Versions order all writes of a cluster; Kopf compares the one in the reply with the one in the event."""
    first = int(api.post(THINGS, thing()).version)

    assert str(first + 1) == api.merge(ONE, {"spec": {"size": 6}}).version
    assert str(first + 2) == api.post(THINGS, thing("two")).version
    assert str(first + 3) == api.merge(f"{ONE}/status", {"status": {"phase": "New"}}).version


def test_a_write_that_changes_nothing_keeps_the_version(api: Api) -> None:
    """Otherwise two controllers that agree would wake each other for ever."""
    before = api.post(THINGS, thing()).version

    assert before == api.merge(ONE, {"spec": {"size": 5}}).version
    assert before == api.put(ONE, api.get(ONE).json).version
    assert before == api.merge(ONE, {}).version


def test_one_and_true_are_different_values(api: Api) -> None:
    """Python takes them for equal; a no-op check that does would lose a write."""
    api.post(THINGS, thing(free={"a": 1}))

    answer = api.merge(ONE, {"spec": {"free": {"a": True}}})

    assert answer.json["spec"]["free"]["a"] is True
    assert 2 == answer.json["metadata"]["generation"]


def test_a_replacement_must_be_made_on_the_current_version(api: Api) -> None:
    """The lost update: somebody wrote in between, and must not be overwritten."""
    read = api.post(THINGS, thing()).json
    api.merge(ONE, {"spec": {"size": 6}})

    answer = api.put(ONE, read)

    assert (409, "Conflict", STALE) == (answer.status, answer.json["reason"], answer.json["message"])
    assert {"name": "one", "group": "ex.dev", "kind": "things"} == answer.json["details"]


def test_a_patch_with_a_version_is_guarded_by_it(api: Api) -> None:
    """Our operators' transitions are such patches: one of two that saw the same state must fail."""
    seen = api.post(THINGS, thing()).version
    guarded = {"metadata": {"resourceVersion": seen}, "status": {"phase": "New"}}

    first, second = (api.merge(f"{ONE}/status", guarded) for _ in range(2))

    assert 200 == first.status
    assert (409, STALE) == (second.status, second.json["message"])


def test_a_replacement_of_a_custom_object_needs_a_version(api: Api) -> None:
    """Unconditional updates are not allowed for custom resources."""
    api.post(THINGS, thing())

    answer = api.put(ONE, thing())

    assert 422 == answer.status
    assert [("metadata.resourceVersion", "Invalid value: 0: must be specified for an update")] == answer.causes
    assert "things" == answer.json["details"]["kind"]


def test_a_built_in_object_may_be_replaced_unconditionally(api: Api) -> None:
    """Config maps and most other built-in kinds allow it."""
    api.post(CONFIG_MAPS, {"metadata": {"name": "a"}})

    assert 200 == api.put(f"{CONFIG_MAPS}/a", {"metadata": {"name": "a"}, "data": {"k": "v"}}).status


def test_a_replacement_with_another_uid_is_a_conflict(api: Api) -> None:
    """The object was deleted and created anew: what was decided about the old one does not hold."""
    read = api.post(THINGS, thing()).json
    read["metadata"]["uid"] = "other"

    answer = api.put(ONE, read)

    assert 409 == answer.status
    assert "Precondition failed: UID in precondition: other, UID in object meta:" in answer.json["message"]


def test_a_patch_cannot_change_the_uid(api: Api) -> None:
    """On the object it is an immutable field; on ``/status``, where metadata is ignored, it has no effect."""
    api.post(THINGS, thing())

    answer = api.merge(ONE, {"metadata": {"uid": "other"}})

    assert [("metadata.uid", 'Invalid value: "other": field is immutable')] * 2 == answer.causes
    assert 200 == api.merge(f"{ONE}/status", {"metadata": {"uid": "other"}, "status": {"count": 1}}).status


def test_what_is_not_there_cannot_be_replaced_or_patched(api: Api) -> None:
    """404, so that a controller forgets the object."""
    for answer in (api.put(ONE, thing()), api.merge(ONE, {}), api.merge(f"{ONE}/status", {})):
        assert (404, 'things.ex.dev "one" not found') == (answer.status, answer.json["message"])


def test_the_name_in_the_body_must_be_the_one_in_the_path(api: Api) -> None:
    """Objects cannot be renamed."""
    api.post(THINGS, thing())

    answer = api.merge(ONE, {"metadata": {"name": "two"}})

    assert (400, "the name of the object (two) does not match the name on the URL (one)") == (
        answer.status,
        answer.json["message"],
    )


def test_generation_grows_with_the_desired_state_only(api: Api) -> None:
    """Controllers compare it with observedGeneration: metadata and status must not count."""
    api.post(THINGS, thing())

    assert 1 == api.merge(ONE, {"metadata": {"labels": {"a": "b"}}}).json["metadata"]["generation"]
    assert 1 == api.merge(f"{ONE}/status", {"status": {"phase": "New"}}).json["metadata"]["generation"]
    assert 2 == api.merge(ONE, {"spec": {"size": 6}}).json["metadata"]["generation"]


def test_status_is_written_through_its_endpoint_only(api: Api) -> None:
    """The wall, from one side: who writes the object does not write its status."""
    api.post(THINGS, thing())
    api.merge(f"{ONE}/status", {"status": {"phase": "New"}})

    answer = api.merge(ONE, {"spec": {"size": 6}, "status": {"phase": "Done"}})

    assert {"phase": "New"} == answer.json["status"]


def test_the_status_endpoint_writes_status_only(api: Api) -> None:
    """The wall, from the other side: labels, annotations and spec sent to ``/status`` are ignored."""
    api.post(THINGS, thing())

    answer = api.merge(
        f"{ONE}/status",
        {"metadata": {"labels": {"a": "b"}}, "spec": {"size": 9}, "status": {"phase": "New"}},
    )

    assert {"owner": "ann", "size": 5} == answer.json["spec"]
    assert "labels" not in answer.json["metadata"]
    assert {"phase": "New"} == answer.json["status"]


def test_fields_that_a_status_schema_does_not_know_are_pruned(api: Api) -> None:
    """Kopf warns of "inconsistencies" then: an operator that stores its progress there would lose it."""
    api.post(THINGS, thing())

    answer = api.merge(f"{ONE}/status", {"status": {"phase": "New", "kopf": {"progress": 1}}})

    assert {"phase": "New"} == answer.json["status"]


def test_null_in_a_merge_patch_removes(api: Api) -> None:
    """RFC 7396."""
    api.post(THINGS, thing(labels={"a": "1", "b": "2"}))

    answer = api.merge(ONE, {"metadata": {"labels": {"a": None}}})

    assert {"b": "2"} == answer.json["metadata"]["labels"]


def test_a_json_patch_changes_what_it_names(api: Api) -> None:
    """RFC 6902; Kopf removes and adds finalizers so."""
    api.post(THINGS, thing(tags=["a"]))

    answer = api.json_patch(
        ONE,
        {"op": "test", "path": "/spec/size", "value": 5},
        {"op": "replace", "path": "/spec/size", "value": 6},
        {"op": "add", "path": "/spec/tags/-", "value": "b"},
    )

    assert {"owner": "ann", "size": 6, "tags": ["a", "b"]} == answer.json["spec"]


def test_a_failed_test_of_a_json_patch_is_422_and_changes_nothing(api: Api) -> None:
    """Kopf starts each JSON patch with a test of the version, and defers to the next cycle on 422."""
    before = api.post(THINGS, thing()).version

    answer = api.json_patch(
        ONE,
        {"op": "replace", "path": "/spec/size", "value": 6},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "0"},
    )

    assert (422, "Invalid") == (answer.status, answer.json["reason"])
    assert "the server rejected our request due to an error in our request" == answer.json["message"]
    assert before == api.get(ONE).version


def test_a_patch_of_another_kind_is_415_and_says_what_is_accepted(api: Api) -> None:
    """Strategic merge does not exist for custom resources; kubectl falls back on this answer."""
    api.post(THINGS, thing())

    answer = api.request("PATCH", ONE, {}, headers={"content-type": "application/strategic-merge-patch+json"})

    assert (415, "UnsupportedMediaType") == (answer.status, answer.json["reason"])
    assert "application/json-patch+json, application/merge-patch+json" in answer.json["message"]


def test_a_malformed_patch_is_400(api: Api) -> None:
    """Not JSON, or JSON of another shape than the patch's kind has."""
    api.post(THINGS, thing())

    assert 400 == api.merge(ONE, b"{").status
    assert 400 == api.merge(ONE, [1]).status
    assert 400 == api.request("PATCH", ONE, {"op": "add"}, headers=JSON_PATCH).status


def test_each_manager_keeps_one_entry_per_subresource(api: Api) -> None:
    """The list of managers must not grow with the number of writes."""
    api.post(THINGS, thing())
    for size in (6, 7):
        api.merge(ONE, {"spec": {"size": size}}, fieldManager="b")
        api.merge(f"{ONE}/status", {"status": {"count": size}}, fieldManager="b")

    entries = api.get(ONE).json["metadata"]["managedFields"]

    assert [("b", None), ("b", "status"), ("suite", None)] == [(m["manager"], m.get("subresource")) for m in entries]


def test_a_dry_run_of_a_patch_answers_and_stores_nothing(api: Api) -> None:
    """The answer shows what would be; the version stays."""
    before = api.post(THINGS, thing()).version

    answer = api.merge(ONE, {"spec": {"size": 6}}, dryRun="All")

    assert 6 == answer.json["spec"]["size"]
    assert (before, 5) == (api.get(ONE).version, api.get(ONE).json["spec"]["size"])
