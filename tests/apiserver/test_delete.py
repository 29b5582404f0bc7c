"""Deletion: at once, or in stages while finalizers hold."""

from .fronts import Api
from .samples import CONFIG_MAPS, THINGS, thing

ONE = f"{THINGS}/one"


def test_without_finalizers_an_object_goes_at_once(api: Api) -> None:
    """The reply is a Status that names what went."""
    uid = api.post(THINGS, thing()).json["metadata"]["uid"]

    answer = api.delete(ONE)

    assert (200, "Success") == (answer.status, answer.json["status"])
    assert {"name": "one", "group": "ex.dev", "kind": "things", "uid": uid} == answer.json["details"]
    assert 404 == api.get(ONE).status


def test_one_life_with_a_finalizer(api: Api) -> None:
    """The sequence recorded from a real server: marked, still changing, and gone with the last finalizer.

    The reply of the last removal carries the old version, the DELETED event a new one; Kopf has a case for it.
    """
    created = api.post(THINGS, thing(metadata={"finalizers": ["ex.dev/a", "ex.dev/b"]}))
    stream = api.watch(THINGS, resourceVersion=created.version)
    v = int(created.version)
    api.merge(f"{ONE}/status", {"status": {"phase": "New"}})

    marked = api.delete(ONE)
    again = api.delete(ONE)
    api.merge(ONE, {"spec": {"size": 6}})
    api.merge(ONE, {"metadata": {"finalizers": ["ex.dev/b"]}})
    last = api.merge(ONE, {"metadata": {"finalizers": None}})

    assert "2026-01-24T15:00:00Z" == marked.json["metadata"]["deletionTimestamp"]
    assert 0 == marked.json["metadata"]["deletionGracePeriodSeconds"]
    assert 2 == marked.json["metadata"]["generation"]
    assert marked.json == again.json
    assert str(v + 4) == last.version
    events = stream.take(5)
    assert [("MODIFIED", v + 1), ("MODIFIED", v + 2), ("MODIFIED", v + 3), ("MODIFIED", v + 4), ("DELETED", v + 5)] == [
        (event["type"], int(event["object"]["metadata"]["resourceVersion"])) for event in events
    ]
    assert 404 == api.get(ONE).status


def test_no_finalizer_can_be_added_while_deleting(api: Api) -> None:
    """Otherwise a controller that is late could keep an object for ever."""
    api.post(THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(ONE)

    answer = api.merge(ONE, {"metadata": {"finalizers": ["ex.dev/a", "ex.dev/b"]}})

    why = (
        "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
        '[]string{"ex.dev/b"}'
    )
    assert [("metadata.finalizers", why)] * 2 == answer.causes  # the real server checks twice


def test_a_deletion_cannot_be_taken_back(api: Api) -> None:
    """The timestamp of an object that is being deleted stays, whatever a client sends."""
    api.post(THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(ONE)

    answer = api.merge(ONE, {"metadata": {"deletionTimestamp": None}, "spec": {"size": 6}})

    assert "2026-01-24T15:00:00Z" == answer.json["metadata"]["deletionTimestamp"]


def test_a_recreated_name_is_another_object(api: Api) -> None:
    """Kopf keys objects by uid; a name that comes back must not look like the old one."""
    first = api.post(THINGS, thing()).json["metadata"]["uid"]
    api.delete(ONE)

    assert first != api.post(THINGS, thing()).json["metadata"]["uid"]


def test_preconditions_protect_another_object_of_the_same_name(api: Api) -> None:
    """A deletion that was decided on one object must not hit its successor."""
    created = api.post(THINGS, thing())

    by_uid = api.delete(ONE, {"preconditions": {"uid": "other"}})
    by_version = api.delete(ONE, {"preconditions": {"resourceVersion": "1"}})

    assert 409 == by_uid.status
    assert '"one": the UID in the precondition (other) does not match the UID in record (' in by_uid.json["message"]
    assert 409 == by_version.status
    assert 200 == api.delete(ONE, {"preconditions": {"uid": created.json["metadata"]["uid"]}}).status


def test_propagation_is_a_word_of_three(api: Api) -> None:
    """A misspelt policy must not turn into the default one."""
    api.post(THINGS, thing())

    answer = api.delete(ONE, {"propagationPolicy": "Backwards"})

    assert 422 == answer.status
    assert ["propagationPolicy"] == [field for field, _ in answer.causes]
    assert 200 == api.get(ONE).status


def test_a_collection_is_deleted_by_selector(api: Api) -> None:
    """The reply lists what went; the rest stays."""
    for name, label in (("a", "x"), ("b", "x"), ("c", "y")):
        api.post(CONFIG_MAPS, {"metadata": {"name": name, "labels": {"l": label}}})

    answer = api.delete(CONFIG_MAPS, labelSelector="l=x")

    assert ["a", "b"] == [item["metadata"]["name"] for item in answer.json["items"]]
    assert ["c"] == [item["metadata"]["name"] for item in api.get(CONFIG_MAPS).json["items"]]


def test_a_dry_run_deletes_nothing(api: Api) -> None:
    """Neither does it mark."""
    before = api.post(THINGS, thing()).version

    assert 200 == api.delete(ONE, {"dryRun": ["All"]}).status
    assert before == api.get(ONE).version
