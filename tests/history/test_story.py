"""Histories and stories: every version, told apart by uid, with who read and who wrote."""

import json

import pytest

from harness.apiserver import Request
from harness.clusters.client import Plural
from harness.clusters.cluster import ClusterError
from harness.history import FailedExpectation, Subject

pytestmark = pytest.mark.virtual_time


async def test_a_recreated_object_of_the_same_name_is_another_one(play):
    """Names come back, uids do not: phases of the first must not count for the second."""
    first = await play.create()
    await play.write(first, "Active")
    await play.delete(first)
    second = await play.create()
    await play.write(second, "Expired")

    assert ["Active"] == await play.history.of(first).phases()
    assert ["Expired"] == await play.history.of(second).phases()
    with pytest.raises(FailedExpectation):
        await play.history.of(second).in_order("Active")


async def test_a_subject_without_uid_takes_every_object_of_the_name(play):
    """Then a deletion ends a state: the same phase afterwards is entered anew."""
    named = None
    for _ in range(2):
        subject = await play.create()
        named = Subject(plural=subject.plural, name="x", namespace="a")
        await play.write(subject, "Active")
        await play.delete(subject)

    assert ["Active", "Active"] == await play.history.of(named).phases()
    await play.history.of(named).exactly(2, "Active")


async def test_the_history_has_every_version_in_order(play):
    """Also those of one instant."""
    subject = await play.create()
    await play.write(subject, "Active")
    await play.delete(subject)

    versions = play.history.of(subject).versions

    assert ["ADDED", "MODIFIED", "DELETED"] == [one.type for one in versions]
    assert sorted(versions, key=lambda one: int(one.resource_version)) == versions


async def test_the_story_names_readers_and_writers(play):
    """Most wrong writes come from a wrong read: the list that a decision was made on is part of the story."""
    subject = await play.create()
    await play.look(subject.plural, fieldSelector="metadata.name=x")
    await play.write(subject, "Active")
    await play.delete(subject)

    with pytest.raises(FailedExpectation) as caught:
        await play.history.of(subject).never("Active")
    with pytest.raises(FailedExpectation) as whole:
        await play.history.of(subject).exactly(2, "Active")

    assert ["created", "read 1 accessgrants of x in all namespaces", "∅ → Active"] == [
        line[10:].strip().partition(" ")[2].strip() for line in caught.value.story
    ]
    assert ["scenario", "controller", "controller", "scenario"] == [line.split()[1] for line in whole.value.story]
    assert whole.value.story[-1].endswith("deleted")


async def test_a_read_of_strangers_is_pointed_out(play):
    """A list over all namespaces where one was meant is how tenants get mixed up."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}}
    await play.cluster.client.request("POST", "/api/v1/namespaces", body=body)
    subject = await play.create()
    await play.cluster.create(
        {
            "apiVersion": "example.org/v1",
            "kind": "AccessGrant",
            "metadata": {"name": "x"},
            "spec": {"user": "eve", "minutes": 1},
        },
        namespace="b",
    )
    await play.look(subject.plural, fieldSelector="metadata.name=x")

    with pytest.raises(FailedExpectation, match=r"controller +read 2 accessgrants of x in all namespaces +← of b, too"):
        await play.history.of(subject).exactly(1, "Active")


async def test_kinds_of_one_plural_in_two_groups_have_histories_of_their_own(play):
    """``services`` is a plural in core and in Knative; one list for both would mix their objects."""
    body = await play.cluster.client.get(
        Plural("apiextensions.k8s.io", "v1", "customresourcedefinitions", namespaced=False), "accessgrants.example.org"
    )
    other = {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "metadata": {"name": "accessgrants.other.org"},
        "spec": {**body["spec"], "group": "other.org"},
    }
    created = play.cluster.server.handle(
        Request(
            method="POST",
            path="/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            headers={"content-type": "application/json"},
            body=json.dumps(other).encode(),
        )
    )
    assert 201 == created.status
    stranger = Plural("other.org", "v1", "accessgrants")
    play.cluster.watch(stranger)
    subject = await play.create()

    assert 1 == len(play.history.of(subject).versions)
    assert [] == play.history.of(Subject(plural=stranger, name="x", namespace="a")).versions


async def test_an_unknown_kind_cannot_be_recorded(play):
    """An empty history would satisfy every `never`."""
    with pytest.raises(ClusterError, match="cannot watch ghosts"):
        play.cluster.watch(Plural("example.org", "v1", "ghosts"))
