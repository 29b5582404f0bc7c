"""Garbage collection by owner references: background, foreground, orphan."""

from datetime import timedelta

from .fronts import Api
from .samples import CONFIG_MAPS, THINGS, thing

OWNER, CHILD = f"{THINGS}/owner", f"{THINGS}/child"
DELAY = timedelta(seconds=2)


def owned_by(*owners: dict, block: bool = True) -> dict:
    """Return the metadata of a dependent of these objects."""
    return {
        "ownerReferences": [
            {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"],
                "blockOwnerDeletion": block,
            }
            for owner in owners
        ]
    }


def test_dependents_follow_their_owner_in_the_background(api: Api) -> None:
    """The owner is gone at once, its dependents a moment later, and theirs after them."""
    owner = api.post(THINGS, thing("owner")).json
    child = api.post(THINGS, thing("child", metadata=owned_by(owner))).json
    api.post(CONFIG_MAPS, {"metadata": {"name": "grandchild"} | owned_by(child)})
    api.advance(DELAY)

    api.delete(OWNER)
    at_once = api.get(CHILD).status
    api.advance(DELAY)

    assert (200, 404) == (at_once, api.get(CHILD).status)
    assert 200 == api.get(f"{CONFIG_MAPS}/grandchild").status
    api.advance(DELAY)
    assert 404 == api.get(f"{CONFIG_MAPS}/grandchild").status


def test_a_dependent_with_another_owner_stays_and_loses_the_reference(api: Api) -> None:
    """It goes with its last owner."""
    first, second = (api.post(THINGS, thing(name)).json for name in ("owner", "other"))
    api.post(THINGS, thing("child", metadata=owned_by(first, second)))

    api.delete(OWNER)
    api.advance(DELAY)

    references = api.get(CHILD).json["metadata"]["ownerReferences"]
    assert ["other"] == [reference["name"] for reference in references]


def test_a_dependent_of_nobody_is_garbage(api: Api) -> None:
    """Created after its owner went: the race of a slow controller."""
    ghost = {"apiVersion": "ex.dev/v1", "kind": "Thing", "metadata": {"name": "ghost", "uid": "gone"}}
    api.post(THINGS, thing("child", metadata=owned_by(ghost)))

    api.advance(DELAY)

    assert 404 == api.get(CHILD).status


def test_an_owner_in_another_namespace_is_no_owner(api: Api) -> None:
    """References do not cross namespaces."""
    owner = api.post("/apis/ex.dev/v1/namespaces/kube-system/things", thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner)))

    api.advance(DELAY)

    assert 404 == api.get(CHILD).status


def test_in_foreground_the_owner_waits_for_its_dependents(api: Api) -> None:
    """It is marked, and goes last."""
    owner = api.post(THINGS, thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner) | {"finalizers": ["ex.dev/a"]}))

    marked = api.delete(OWNER, {"propagationPolicy": "Foreground"})
    api.advance(5 * DELAY)

    assert ["foregroundDeletion"] == marked.json["metadata"]["finalizers"]
    assert "deletionTimestamp" in api.get(CHILD).json["metadata"]
    assert 200 == api.get(OWNER).status
    api.merge(CHILD, {"metadata": {"finalizers": None}})
    api.advance(5 * DELAY)
    assert (404, 404) == (api.get(CHILD).status, api.get(OWNER).status)


def test_orphans_are_released(api: Api) -> None:
    """``kubectl delete --cascade=orphan``: the dependents stay, without the reference."""
    owner = api.post(THINGS, thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner)))

    api.delete(OWNER, {"propagationPolicy": "Orphan"})
    api.advance(5 * DELAY)

    assert 404 == api.get(OWNER).status
    assert "ownerReferences" not in api.get(CHILD).json["metadata"]


def test_an_owner_is_known_by_all_that_a_reference_says(api: Api) -> None:
    """The right uid under a wrong kind is nobody: the collector looks for that kind, and does not find it."""
    owner = api.post(THINGS, thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner | {"apiVersion": "v1", "kind": "ConfigMap"})))

    api.advance(DELAY)

    assert 404 == api.get(CHILD).status


def test_an_owner_of_a_kind_that_nobody_serves_is_no_reason_to_go(api: Api) -> None:
    """Its definition may come later; until then nobody can say whether it is there."""
    ghost = {"apiVersion": "none.dev/v1", "kind": "None", "metadata": {"name": "ghost", "uid": "gone"}}
    api.post(THINGS, thing("child", metadata=owned_by(ghost)))

    api.advance(5 * DELAY)

    assert 200 == api.get(CHILD).status


def test_owners_in_a_circle_do_not_block_each_other_for_ever(api: Api) -> None:
    """In the foreground each would wait for the other; so the references are made non-blocking."""
    first = api.post(THINGS, thing("owner")).json
    second = api.post(THINGS, thing("child", metadata=owned_by(first))).json
    api.merge(OWNER, {"metadata": owned_by(second)})

    api.delete(OWNER, {"propagationPolicy": "Foreground"})
    api.advance(5 * DELAY)

    assert (404, 404) == (api.get(OWNER).status, api.get(CHILD).status)


def test_a_dependent_that_somebody_else_keeps_does_not_hold_a_waiting_owner(api: Api) -> None:
    """It loses its reference to the one that goes, which then may go."""
    first, second = (api.post(THINGS, thing(name)).json for name in ("owner", "other"))
    api.post(THINGS, thing("child", metadata=owned_by(first, second)))

    api.delete(OWNER, {"propagationPolicy": "Foreground"})
    api.advance(5 * DELAY)

    assert (404, 200) == (api.get(OWNER).status, api.get(CHILD).status)


def test_an_owner_elsewhere_is_reported(api: Api) -> None:
    """An Event tells people why their object vanished."""
    owner = api.post("/apis/ex.dev/v1/namespaces/kube-system/things", thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner)))
    api.advance(DELAY)

    found = api.get("/api/v1/namespaces/default/events").json["items"]

    assert ["OwnerRefInvalidNamespace"] == [one["reason"] for one in found]
    assert 'does not exist in namespace "default"' in found[0]["message"]


def test_who_orphans_is_no_owner_of_fields(api: Api) -> None:
    """What a controller takes away leaves the entries of those who wrote it."""
    owner = api.post(THINGS, thing("owner")).json
    api.post(THINGS, thing("child", metadata=owned_by(owner)))

    api.delete(OWNER, {"propagationPolicy": "Orphan"})
    api.advance(5 * DELAY)

    assert "f:ownerReferences" not in str(api.get(CHILD).json["metadata"]["managedFields"])
