"""Creating objects: what the server adds, what it drops, what it refuses."""

import pytest

from .fronts import Api
from .samples import ALL_THINGS, CONFIG_MAPS, THINGS, thing


def test_a_created_object_gets_its_identity_from_the_server(api: Api) -> None:
    """Owner references, preconditions and Kopf's memory go by uid: a client must not choose it."""
    forged = {"uid": "mine", "generation": 7, "creationTimestamp": "1999-01-01T00:00:00Z"}
    forged["deletionTimestamp"] = "1999-01-01T00:00:00Z"

    answer = api.post(THINGS, thing(metadata=forged))

    metadata = answer.json["metadata"]
    assert 201 == answer.status
    assert "2026-01-24T15:00:00Z" == metadata["creationTimestamp"]
    assert 1 == metadata["generation"]
    assert "mine" != metadata["uid"]
    assert "deletionTimestamp" not in metadata


def test_the_manager_is_noted_with_operation_and_time(api: Api) -> None:
    """The timeline of a rehearsal, on every cluster, is read from managedFields."""
    first = api.post(THINGS, thing()).json["metadata"]["managedFields"]
    second = api.post(THINGS, thing("two"), fieldManager="boss").json["metadata"]["managedFields"]

    assert [("suite", "Update", "2026-01-24T15:00:00Z")] == [(m["manager"], m["operation"], m["time"]) for m in first]
    assert ["boss"] == [m["manager"] for m in second]


def test_defaults_are_filled_in_and_unknown_fields_pruned_with_a_warning(api: Api) -> None:
    """A field that is silently lost is the most common bug of a new CRD; the server says so by default."""
    answer = api.post(THINGS, thing(surprise=1, parts=[{"name": "a", "odd": 2}]))

    assert {"owner": "ann", "size": 5, "parts": [{"name": "a", "weight": 1}]} == answer.json["spec"]
    assert (
        '299 - "unknown field \\"spec.parts[0].odd\\"", 299 - "unknown field \\"spec.surprise\\""'
        == answer.headers["warning"]
    )


def test_strict_validation_refuses_unknown_fields(api: Api) -> None:
    """Kubectl asks for it: a typo in a manifest must not be applied."""
    answer = api.post(THINGS, thing(surprise=1), fieldValidation="Strict")

    assert 400 == answer.status
    assert (
        'Thing in version "v1" cannot be handled as a Thing: strict decoding error: unknown field "spec.surprise"'
        == answer.json["message"]
    )


def test_status_given_at_creation_is_dropped(api: Api) -> None:
    """Status has an endpoint of its own; whoever creates an object does not report on it."""
    answer = api.post(THINGS, thing() | {"status": {"phase": "Done"}})

    assert "status" not in answer.json


def test_a_name_is_taken_once(api: Api) -> None:
    """Derived names make creation idempotent: the second creator must learn that the first was there."""
    api.post(THINGS, thing())

    answer = api.post(THINGS, thing())

    assert (409, "AlreadyExists") == (answer.status, answer.json["reason"])
    assert 'things.ex.dev "one" already exists' == answer.json["message"]
    assert {"name": "one", "group": "ex.dev", "kind": "things"} == answer.json["details"]


def test_a_generated_name_is_the_prefix_and_five_characters(api: Api) -> None:
    """Events are created so, and two of them must not collide."""
    names = {api.post(THINGS, thing("", metadata={"generateName": "n-"})).json["metadata"]["name"] for _ in range(3)}

    assert 3 == len(names)
    assert {7} == {len(name) for name in names}
    assert all(name.startswith("n-") for name in names)


def test_a_version_given_at_creation_is_refused(api: Api) -> None:
    """An object that claims to have been stored already is a client's mistake."""
    answer = api.post(THINGS, thing(metadata={"resourceVersion": "1"}))

    assert 500 == answer.status
    assert "resourceVersion should not be set on objects to be created" == answer.json["message"]


@pytest.mark.parametrize("name", ["Upper", "-a", "a/b", "ä", "a" * 254])
def test_names_are_dns_subdomains(api: Api, name: str) -> None:
    """Names end in paths and labels; one that cannot must not get in."""
    answer = api.post(THINGS, thing(name))

    assert (422, "Invalid") == (answer.status, answer.json["reason"])
    assert {"metadata.name"} == {field for field, _ in answer.causes}


def test_an_object_without_a_name_is_refused(api: Api) -> None:
    """Neither name nor generateName: there is nothing to store it under."""
    answer = api.post(THINGS, thing(""))

    assert ["metadata.name", "<nil>"] == [field for field, _ in answer.causes]  # rules are not even run then
    assert "Required value: name or generateName is required" == answer.causes[0][1]


def test_the_namespace_of_the_path_wins_and_a_contradiction_is_refused(api: Api) -> None:
    """A manifest applied to the wrong namespace must not end up there."""
    answer = api.post(THINGS, thing(metadata={"namespace": "other"}))

    assert 400 == answer.status
    assert (
        "the namespace of the provided object does not match the namespace sent on the request"
        == answer.json["message"]
    )


def test_kind_and_version_of_a_custom_object_must_be_said_and_right(api: Api) -> None:
    """Custom objects are not decoded into a known type; the server has nothing but what they say."""
    missing = api.post(THINGS, {"metadata": {"name": "a"}})
    other = api.post(THINGS, thing() | {"apiVersion": "ex.dev/v2"})
    wrong = api.post(THINGS, thing() | {"kind": "Thong"})

    assert 400 == missing.status
    assert "Object 'Kind' is missing in" in missing.json["message"]
    assert (
        "the API version in the data (ex.dev/v2) does not match the expected API version (ex.dev/v1)"
        == other.json["message"]
    )
    assert [("kind", 'Invalid value: "Thong": must be Thing')] == wrong.causes


def test_a_built_in_object_may_leave_its_kind_out(api: Api) -> None:
    """Kopf posts events without a kind."""
    answer = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}, "data": {"k": "v"}})

    assert 201 == answer.status
    assert ("v1", "ConfigMap") == (answer.json["apiVersion"], answer.json["kind"])


def test_there_is_no_creating_across_namespaces(api: Api) -> None:
    """The cluster-wide path lists and watches, nothing else."""
    assert 404 == api.post(ALL_THINGS, thing()).status


def test_a_dry_run_validates_and_stores_nothing(api: Api) -> None:
    """``kubectl apply --dry-run=server`` must be safe."""
    assert 201 == api.post(THINGS, thing(), dryRun="All").status
    assert 422 == api.post(THINGS, thing(size=0), dryRun="All").status

    assert 404 == api.get(f"{THINGS}/one").status


def test_repeated_owner_references_are_merged_with_a_warning(api: Api) -> None:
    """A controller that appends its reference at every reconcile must not grow the object."""
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u"}

    answer = api.post(THINGS, thing(metadata={"ownerReferences": [owner, owner]}))

    assert [owner] == answer.json["metadata"]["ownerReferences"]
    assert "duplicate UID(s) observed: u" in answer.headers["warning"]


def test_labels_and_owners_are_checked(api: Api) -> None:
    """Selectors and garbage collection rely on them being well formed."""
    bad_label = api.post(THINGS, thing(labels={"a": "x" * 64}))
    no_uid = {"apiVersion": "v1", "kind": "A", "name": "a"}
    bad_owner = api.post(THINGS, thing(metadata={"ownerReferences": [no_uid]}))

    assert [("metadata.labels", f'Invalid value: "{"x" * 64}": must be no more than 63 bytes')] == bad_label.causes
    assert [("metadata.ownerReferences.uid", 'Invalid value: "": must not be empty')] == bad_owner.causes
