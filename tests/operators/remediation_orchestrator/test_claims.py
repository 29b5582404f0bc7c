"""The claim on the embedded server: who may change it, and from which version."""

from datetime import UTC, datetime

import pytest

from operators.api.kinds import LEASE, REMEDIATION_REQUEST
from operators.api.names import lease_name
from operators.api.resource import Key
from operators.remediation_orchestrator.claims import FINGERPRINT_ANNOTATION, Claims
from operators.remediation_orchestrator.errors import ClaimMovedError
from operators.remediation_orchestrator.moves import NOBODY
from operators.remediation_orchestrator.snapshot import Request
from operators.runtime.kube import Kube

FP = "9f2c" * 16


@pytest.fixture
def claims(cluster):
    """Claims, as an orchestrator of its own sees them."""
    return Claims(Kube(cluster.wire(), name="orchestrator"))


@pytest.fixture
def requests(cluster):
    """A factory of requests of one fingerprint, and so of one claim."""
    return lambda name, **kwargs: Request.of(cluster.submit(name, **kwargs))


def holder(cluster, namespace="tenant-a"):
    """Who holds the claim; None when there is none."""
    lease = cluster.get(LEASE, lease_name(FP), namespace)
    return lease and lease["spec"]["holderIdentity"]


def now():
    """The time."""
    return datetime.now(UTC)


async def test_the_first_to_look_holds_a_fresh_claim(cluster, claims, requests):
    """One request; whoever reads the Lease sees of what it is."""
    request = requests("rr")
    claim = await claims.look(request, now=now())

    assert (request.uid, True) == (claim.holder, claim.fresh)
    assert request.uid == holder(cluster)
    assert {FINGERPRINT_ANNOTATION: FP} == claim.lease["metadata"]["annotations"]


async def test_the_second_to_look_finds_the_first(claims, requests):
    """And knows that what it found may be old."""
    first, second = requests("a"), requests("b")
    await claims.look(first, now=now())
    claim = await claims.look(second, now=now())

    assert (first.uid, False) == (claim.holder, claim.fresh)


async def test_equal_fingerprints_of_two_tenants_are_two_claims(cluster, claims, requests):
    """The Lease lives in the tenant's namespace."""
    a, b = requests("rr"), requests("rr", namespace="tenant-b")
    assert (await claims.look(a, now=now())).fresh
    assert (await claims.look(b, now=now())).fresh

    assert (a.uid, b.uid) == (holder(cluster), holder(cluster, "tenant-b"))


async def test_of_two_that_take_it_from_one_version_one_succeeds(cluster, claims, requests):
    """The compare-and-set is what admits one at a time, across replicas."""
    gone, second, third = requests("a"), requests("b"), requests("c")
    await claims.look(gone, now=now())
    seen_by_second = await claims.look(second, now=now())
    seen_by_third = await claims.look(third, now=now())
    taken = await claims.take(second, seen_by_second, now=now())
    with pytest.raises(ClaimMovedError):
        await claims.take(third, seen_by_third, now=now())

    assert taken.fresh
    assert second.uid == holder(cluster)
    assert 1 == taken.lease["spec"]["leaseTransitions"]


async def test_a_confirmation_makes_those_fail_who_saw_the_claim_before(cluster, claims, requests):
    """A request that finds itself the holder, and one that thought the holder had no business with it any more."""
    request, other = requests("a"), requests("b")
    await claims.look(request, now=now())
    seen_by_other = await claims.look(other, now=now())
    confirmed = await claims.take(request, await claims.look(request, now=now()), now=now())
    with pytest.raises(ClaimMovedError):
        await claims.take(other, seen_by_other, now=now())

    assert request.uid == holder(cluster)
    assert 0 == confirmed.lease["spec"]["leaseTransitions"]


async def test_a_holder_may_hand_the_claim_over_or_give_it_up(cluster, claims, requests):
    """Both only from the version it knows."""
    request, older = requests("b"), requests("a")
    claim = await claims.look(request, now=now())
    await claims.hand_over(request, claim, to=older.uid, now=now())
    assert older.uid == holder(cluster)
    with pytest.raises(ClaimMovedError):
        await claims.hand_over(request, claim, to=NOBODY, now=now())

    claim = await claims.take(older, await claims.look(older, now=now()), now=now())
    await claims.hand_over(older, claim, to=NOBODY, now=now())
    assert holder(cluster) is None


async def test_only_the_holder_releases_it(cluster, claims, requests):
    """And doing so twice is as good as once."""
    request, other = requests("a"), requests("b")
    await claims.look(request, now=now())
    await claims.release(other)
    assert request.uid == holder(cluster)
    await claims.release(request)
    await claims.release(request)

    assert holder(cluster) is None


async def test_a_release_leaves_a_claim_alone_that_was_taken_over_in_between(cluster, requests):
    """Between its read and its delete; the delete names the version."""
    request, other = requests("a"), requests("b")
    wire = cluster.wire()
    slow, fast = Claims(Kube(wire, name="slow")), Claims(Kube(cluster.wire(), name="fast"))
    claim = await slow.look(request, now=now())

    def take_over(asked):
        if asked.startswith("DELETE"):
            lease = cluster.get(LEASE, lease_name(FP))
            cluster.delete(LEASE, lease_name(FP))
            cluster.create(LEASE, {"metadata": {"name": lease_name(FP)}, "spec": {"holderIdentity": other.uid}})
            assert lease["metadata"]["uid"] == claim.lease["metadata"]["uid"]

    wire.meanwhile = take_over
    await slow.release(request)

    assert other.uid == holder(cluster)
    assert not (await fast.look(request, now=now())).fresh


async def test_a_claim_that_vanishes_under_the_look_is_looked_at_again_later(cluster, requests):
    """Created by somebody at our create, given up at our read: nothing to decide on."""
    request = requests("a")
    cluster.create(LEASE, {"metadata": {"name": lease_name(FP)}, "spec": {"holderIdentity": "somebody"}})
    wire = cluster.wire()
    wire.meanwhile = lambda asked: cluster.delete(LEASE, lease_name(FP)) if asked.startswith("GET") else None
    with pytest.raises(ClaimMovedError):
        await Claims(Kube(wire, name="orchestrator")).look(request, now=now())


async def test_a_holder_that_resumes_confirms_its_claim_before_it_goes_on(cluster, orchestrator):
    """After a crash between the claim and the edge; without it, who took the claim from the old version would go on too."""
    cluster.submit("rr")
    wire = cluster.wire()
    uid = cluster.get(REMEDIATION_REQUEST, "rr")["metadata"]["uid"]
    cluster.create(LEASE, {"metadata": {"name": lease_name(FP)}, "spec": {"holderIdentity": uid}})
    await orchestrator(cluster, wire).reconcile(Key("tenant-a", "rr"))
    writes = [asked.split(" ")[0] for asked in wire.requests if not asked.startswith("GET")]

    assert ["PATCH", "POST", "PUT", "PATCH", "POST"] == writes
