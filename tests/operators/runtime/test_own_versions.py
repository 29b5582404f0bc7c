"""Which versions of an object are our own: their events tell an operator nothing new, and wake nobody."""

from operators.api import REMEDIATION_REQUEST

WEB = "/apis/kubernaut.ai/v1alpha1/namespaces/a/remediationrequests/web"


async def walk(kube, *steps):
    """Write the status so many times in a row; return the versions."""
    return [await kube.patch_status(REMEDIATION_REQUEST, "a", "web", {"status": {"message": one}}) for one in steps]


async def test_every_version_of_a_walk_is_our_own(runtime, request_):
    """The events of the first edges arrive when the last is written already; each would cost a reconcile for nothing."""
    versions = await walk(runtime.kube, "one", "two", "three")

    assert not runtime.kube.wrote(request_)
    assert [True, True, True] == [runtime.kube.wrote(version) for version in versions]


async def test_a_version_of_somebody_else_between_ours_is_not(runtime, api, request_):
    """A person's edit must be looked at, whoever writes before and after it."""
    del request_
    (ours,) = await walk(runtime.kube, "one")
    api.touch(WEB, message="by hand")
    theirs = api.stored(WEB)
    (ours_again,) = await walk(runtime.kube, "two")

    assert [True, False, True] == [runtime.kube.wrote(version) for version in (ours, theirs, ours_again)]


async def test_the_newest_version_stays_our_own(runtime, request_):
    """A watch that is opened again shows it a second time."""
    del request_
    *_, newest = await walk(runtime.kube, "one", "two")

    assert [True, True] == [runtime.kube.wrote(newest), runtime.kube.wrote(newest)]


async def test_memory_is_bounded_and_goes_with_the_object(runtime, request_):
    """An operator that runs for months must not remember every write; what is forgotten costs one idle reconcile."""
    versions = await walk(runtime.kube, *map(str, range(20)))

    assert [False] * 4 == [runtime.kube.wrote(version) for version in versions[:4]]
    assert runtime.kube.wrote(versions[4])

    runtime.kube.forget(request_)
    assert not runtime.kube.wrote(versions[-1])
