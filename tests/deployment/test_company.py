"""When operators in pods are at rest: what they say of themselves, before and after a look at what there is."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from harness.clusters.real.look import Found, Look, Seen
from harness.deployment.company import Answer, Company
from harness.simulation.kopf_process import Life

NOW = datetime(2026, 1, 24, 15, tzinfo=UTC)
KIND = ("kubernaut.ai", "remediationrequests")
HEARD = {"remediationrequests.kubernaut.ai": {"1": 7}}


def idle(**changed):
    said = {"operator": "ro", "incarnation": "a", "busy": None, "nextDeadline": None, "activity": 3, "heard": HEARD}
    return {**said, **changed}


def shown(objects, *, known=(), version=9):
    found = {uid: Seen(version=one, namespace="a", where=f"a/{uid}") for uid, one in objects.items()}
    return Look({KIND: Found(version, found)}, known={uid: f"a/{uid}" for uid in known})


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (idle(), None),
        (idle(busy="reconciling a/web"), "ro: reconciling a/web"),
        (idle(nextDeadline="2026-01-24T14:59:59.000000Z"), "ro: a deadline has come"),
        (idle(nextDeadline="2026-01-24T15:00:01.000000Z"), None),
    ],
)
def test_who_is_at_work_is_not_at_rest(said, reason):
    """Nor is one whose deadline has come and who has not noticed yet."""
    assert reason == Answer.of(said).restless(NOW)


@pytest.mark.parametrize(
    ("look", "behind"),
    [
        (shown({"1": 7}), None),
        (shown({"1": 6}), None),
        (shown({"1": 8}), "ro has not heard of remediationrequests a/1"),
        (shown({"1": 7, "2": 5}), "ro has not heard of remediationrequests a/2"),
        (shown({}, known={"1"}), "ro has not heard of the end of remediationrequests a/1"),
        (shown({}), None),
    ],
    ids=["the same", "a newer one", "an older one", "nothing", "not its end", "an object of others"],
)
def test_who_has_not_heard_of_all_is_not_at_rest(look, behind):
    """However idle it looks, what is on its way will move it."""
    assert behind == Answer.of(idle()).behind(look)


def test_kinds_that_it_does_not_follow_are_nothing_to_hear_of():
    """A stand-in knows of its own kind alone."""
    assert None is Answer.of(idle(heard={})).behind(shown({"1": 7}))


class Api:
    """An API server with one pod, whose operator says one thing after the other."""

    def __init__(self, *sayings, ready=True):
        self.sayings, self.asked = list(sayings), 0
        self.ready = ready

    async def list(self, _plural, **_query):
        condition = {"type": "Ready", "status": "True" if self.ready else "False"}
        labels = {"app.kubernetes.io/name": "ro"}
        return [{"metadata": {"name": "ro-1", "labels": labels}, "status": {"conditions": [condition]}}]

    async def request(self, _method, path, *, query):
        assert path == "/api/v1/namespaces/there/pods/ro-1:8080/proxy/idle"
        assert query == {"namespaces": "a,b"}
        self.asked += 1
        return self.sayings.pop(0) if len(self.sayings) > 1 else self.sayings[0]


def company(api):
    site = SimpleNamespace(namespace="there", operators={"ro": {}}, running={})
    found = Company(site, api, SimpleNamespace(now=lambda: NOW), scale=None)
    found.processes["ro"] = SimpleNamespace(life=Life.RUNNING, replicas=1)
    return found


async def look_around(api, look=None):
    looks = 0

    async def looking():
        nonlocal looks
        looks += 1
        if api.asked > 20:
            raise TimeoutError
        return look or shown({"1": 7})

    await company(api).around(looking, namespaces=("a", "b"))
    return looks


@pytest.mark.virtual_time
async def test_at_rest_one_look_is_enough():
    """Two questions, one look."""
    api = Api(idle())

    assert 1 == await look_around(api)
    assert 2 == api.asked


@pytest.mark.virtual_time
async def test_nobody_looks_while_somebody_is_at_work():
    """What would be seen is about to change."""
    api = Api(idle(busy="reconciling a/web"), idle(busy="reconciling a/web"), idle())

    assert 1 == await look_around(api)


@pytest.mark.virtual_time
@pytest.mark.parametrize("changed", [{"activity": 4}, {"incarnation": "b"}, {"busy": "reconciling a/web"}], ids=str)
async def test_what_went_on_during_the_look_makes_another_one(changed):
    """It was idle before and is idle after; in between it wrote, and the look may have missed that. Or it was started anew."""
    api = Api(idle(), idle(**changed), idle(activity=5))

    assert 2 == await look_around(api)


@pytest.mark.virtual_time
async def test_a_pod_that_is_not_ready_is_waited_for():
    """After a crash it is not there, and all the more not at rest."""
    api = Api(idle(), ready=False)
    waiting = company(api)

    async def never():
        raise AssertionError("nobody looks")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await waiting.around(never, namespaces=("a", "b"))
    assert "ro: 0 of 1 pods are ready" == waiting.reason


@pytest.mark.virtual_time
async def test_while_it_lasts_it_says_who_is_restless():
    """A person who waits three minutes in vain wants to know for whom."""
    api = Api(idle(nextDeadline=(NOW - timedelta(seconds=1)).isoformat()))
    waiting = company(api)

    async def never():
        raise AssertionError("nobody looks")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await waiting.around(never, namespaces=("a", "b"))
    assert "ro: a deadline has come" == waiting.reason
