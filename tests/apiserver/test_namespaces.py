"""Namespaces: born with a finalizer, and gone only after their content."""

from datetime import timedelta

from .fronts import Api
from .samples import CONFIG_MAPS, THINGS, thing

NAMESPACES = "/api/v1/namespaces"
OWN = f"{NAMESPACES}/own"
OWN_THINGS = THINGS.replace("/default/", "/own/")
OWN_MAPS = CONFIG_MAPS.replace("/default/", "/own/")


def test_a_cluster_begins_with_four_namespaces(bare: Api) -> None:
    """Clients expect ``default``, and system components theirs."""
    names = [item["metadata"]["name"] for item in bare.get(NAMESPACES).json["items"]]

    assert ["default", "kube-node-lease", "kube-public", "kube-system"] == names


def test_a_namespace_is_active_and_labelled_with_its_name(bare: Api) -> None:
    """Whatever the client sends for the phase, and beside the finalizers that it wants."""
    body = {"metadata": {"name": "a"}, "spec": {"finalizers": ["ex.dev/x"]}, "status": {"phase": "Odd"}}

    answer = bare.post(NAMESPACES, body).json

    assert ({"finalizers": ["ex.dev/x", "kubernetes"]}, {"phase": "Active"}) == (answer["spec"], answer["status"])
    assert {"kubernetes.io/metadata.name": "a"} == answer["metadata"]["labels"]


def test_the_name_of_a_namespace_is_a_label(bare: Api) -> None:
    """Dots would not fit into the names of services."""
    answer = bare.post(NAMESPACES, {"metadata": {"name": "a.b"}})

    assert [("metadata.name", 'Invalid value: "a.b": must not contain dots')] == answer.causes


def test_nothing_is_created_in_a_namespace_that_is_not_there(api: Api) -> None:
    """404 about the namespace, not about the object."""
    answer = api.post("/apis/ex.dev/v1/namespaces/none/things", thing())

    assert (404, 'namespaces "none" not found') == (answer.status, answer.json["message"])


def test_nothing_is_created_in_a_namespace_that_is_being_deleted(api: Api) -> None:
    """403 with a cause that controllers recognise, instead of an object that would hold the namespace."""
    api.post(NAMESPACES, {"metadata": {"name": "own"}})
    api.delete(OWN)

    answer = api.post(OWN_THINGS, thing())

    assert (403, "Forbidden") == (answer.status, answer.json["reason"])
    assert [
        {
            "reason": "NamespaceTerminating",
            "message": "namespace own is being terminated",
            "field": "metadata.namespace",
        }
    ] == answer.json["details"]["causes"]


def test_a_deleted_namespace_takes_its_content_along(api: Api) -> None:
    """First it terminates, then its content goes, which its conditions tell, then itself."""
    api.post(NAMESPACES, {"metadata": {"name": "own"}})
    api.post(OWN_THINGS, thing())
    api.post(OWN_MAPS, {"metadata": {"name": "a"}})
    stream = api.watch(NAMESPACES, resourceVersion=api.get(NAMESPACES).version)

    marked = api.delete(OWN)
    held = api.get(f"{OWN_THINGS}/one").status
    api.advance(timedelta(seconds=5))

    assert "Terminating" == marked.json["status"]["phase"]
    assert 200 == held
    assert ["MODIFIED", "MODIFIED", "DELETED"] == [event["type"] for event in stream.take(3)]
    assert [404, 404, 404] == [api.get(path).status for path in (OWN, f"{OWN_THINGS}/one", f"{OWN_MAPS}/a")]


def test_a_namespace_waits_for_content_with_finalizers(api: Api) -> None:
    """It is looked at again until the last finalizer is gone."""
    api.post(NAMESPACES, {"metadata": {"name": "own"}})
    api.post(OWN_THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(OWN)
    api.advance(timedelta(seconds=60))

    held = api.get(OWN)
    api.merge(f"{OWN_THINGS}/one", {"metadata": {"finalizers": None}})
    api.advance(timedelta(seconds=10))

    assert (200, "Terminating") == (held.status, held.json["status"]["phase"])
    assert 404 == api.get(OWN).status


def test_a_cluster_keeps_the_namespaces_that_it_needs(bare: Api) -> None:
    """403, as NamespaceLifecycle says it."""
    answer = bare.delete(f"{NAMESPACES}/default")

    assert (403, 'namespaces "default" is forbidden: this namespace may not be deleted') == (
        answer.status,
        answer.json["message"],
    )


def test_a_namespace_says_what_holds_it(api: Api) -> None:
    """``kubectl describe namespace`` is where people look when one does not go."""
    api.post(NAMESPACES, {"metadata": {"name": "own"}})
    api.post(OWN_THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(OWN)
    api.advance(timedelta(seconds=6))

    said = {one["type"]: one["message"] for one in api.get(OWN).json["status"]["conditions"] if one["status"] == "True"}

    assert {
        "NamespaceContentRemaining": "Some resources are remaining: things.ex.dev has 1 resource instances",
        "NamespaceFinalizersRemaining": (
            "Some content in the namespace has finalizers remaining: ex.dev/a in 1 resource instances"
        ),
    } == said


def test_pods_go_before_what_they_may_need(api: Api) -> None:
    """A pod that is still ending keeps its config maps and secrets."""
    pod = {"metadata": {"name": "p", "finalizers": ["ex.dev/a"]}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    api.post(NAMESPACES, {"metadata": {"name": "own"}})
    api.post("/api/v1/namespaces/own/pods", pod)
    api.post(OWN_MAPS, {"metadata": {"name": "a"}})
    api.delete(OWN)
    api.advance(timedelta(seconds=6))

    held = api.get(f"{OWN_MAPS}/a").status
    api.merge("/api/v1/namespaces/own/pods/p", {"metadata": {"finalizers": None}})
    api.advance(timedelta(seconds=60))

    assert (200, 404) == (held, api.get(OWN).status)
