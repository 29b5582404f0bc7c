"""The orchestrator against the embedded API server: what it asks, what it writes, and what a crash leaves behind."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from operators.api.kinds import AI_ANALYSIS, LEASE, REMEDIATION_REQUEST, SIGNAL_PROCESSING, WORKFLOW_EXECUTION
from operators.api.names import lease_name
from operators.api.resource import Key
from operators.remediation_orchestrator import routing_reads
from operators.remediation_orchestrator.errors import ClaimMovedError
from operators.runtime.errors import Gone, Unavailable
from operators.runtime.results import Done, Requeue

FP = "9f2c" * 16
SUCCESS = ["", "Pending", "Processing", "Analyzing", "Executing", "Completed"]
EDGES = list(pairwise(SUCCESS))
WORKFLOW = {
    "workflowId": "restart-pod",
    "version": "1.2.0",
    "containerImage": "registry.example/restart:1.2.0",
    "confidence": 0.9,
    "rationale": "it helped before",
}
ENDS = [
    (SIGNAL_PROCESSING, "sp-{}", {"phase": "Completed", "severity": "critical"}),
    (
        AI_ANALYSIS,
        "ai-{}",
        {"phase": "Completed", "approvalRequired": False, "needsHumanReview": False, "selectedWorkflow": WORKFLOW},
    ),
    (WORKFLOW_EXECUTION, "we-{}", {"phase": "Completed"}),
]


def key(name, namespace="tenant-a"):
    """The queue's key of a request."""
    return Key(namespace, name)


def status(cluster, name, namespace="tenant-a"):
    """The status of a request."""
    return cluster.get(REMEDIATION_REQUEST, name, namespace).get("status", {})


def phase(cluster, name, namespace="tenant-a"):
    """The phase of a request."""
    return status(cluster, name, namespace).get("overallPhase", "")


def lease(cluster, namespace="tenant-a"):
    """The claim of the fingerprint, or None."""
    return cluster.get(LEASE, lease_name(FP), namespace)


async def play(cluster, start, name="rr", namespace="tenant-a"):
    """Let a request go all the way, its children succeeding at once; an orchestrator that breaks is started anew."""
    ro = start()
    for _ in range(60):
        try:
            result = await ro.reconcile(key(name, namespace))
        except (Unavailable, ClaimMovedError):
            ro = start()
            continue
        if result == Done():
            return
        for kind, pattern, end in ENDS:
            child = cluster.get(kind, pattern.format(name), namespace)
            if child is not None and not child.get("status"):
                cluster.write_status(kind, pattern.format(name), namespace, **end)
                break
    raise AssertionError(f"{name} did not come to rest: {status(cluster, name, namespace)}")


async def test_a_success_walks_five_edges_and_costs_what_the_documentation_says(cluster, orchestrator):
    """The budget of requests and writes per remediation."""
    wire = cluster.wire()
    ro = orchestrator(cluster, wire)
    cluster.submit("rr")
    await play(cluster, lambda: ro)
    verbs = [request.partition("/apis/")[0].strip() for request in wire.requests]

    assert EDGES == cluster.sink.edges("rr")
    assert {"outcome": "Remediated"}.items() <= status(cluster, "rr").items()
    assert {"PATCH": 6, "POST": 4, "DELETE": 1} == {v: verbs.count(v) for v in ("PATCH", "POST", "DELETE")}
    # four reconciles read the request, three of them the child they waited for; one list; one look at the claim
    assert 4 + 3 + 1 + 1 == verbs.count("GET")
    assert [3, 1, 1, 1] == [len(batch) for batch in cluster.sink.batches]


async def test_a_success_leaves_nothing_behind(cluster, orchestrator):
    """No claim, no outbox, every condition true."""
    cluster.submit("rr")
    await play(cluster, lambda: orchestrator(cluster))
    end = status(cluster, "rr")

    assert lease(cluster) is None
    assert "outbox" not in end
    assert {"True"} == {c["status"] for c in end["conditions"]}
    assert 5 == end["transitionCount"]
    assert 7 == len({c["type"] for c in end["conditions"]})


@pytest.mark.parametrize("cut", ["break_before", "break_after"])
@pytest.mark.parametrize("write", range(1, 12))
async def test_a_crash_around_any_write_changes_nothing_in_the_end(cluster, orchestrator, cut, write):
    """Before it: the intent is made again. After it: what was written is found. Children and events once each."""
    cluster.submit("rr")
    wires = []

    def start():
        wires.append(cluster.wire())
        if len(wires) == 1:
            setattr(wires[0], cut, write)
        return orchestrator(cluster, wires[-1])

    await play(cluster, start)

    assert 2 == len(wires)
    assert EDGES == cluster.sink.edges("rr")
    assert 6 == len(cluster.sink.stored)
    assert [["sp-rr"], ["ai-rr"], ["we-rr"]] == [cluster.names(kind) for kind, _, _ in ENDS]
    assert lease(cluster) is None
    assert "outbox" not in status(cluster, "rr")


async def test_a_lost_wake_up_is_made_good_by_the_deadline(cluster, orchestrator):
    """The result says when to look again, as an absolute time."""
    cluster.submit("rr")
    result = await orchestrator(cluster).reconcile(key("rr"))

    assert isinstance(result, Requeue)
    assert (datetime.now(UTC) + timedelta(minutes=5), False) == (result.at, result.work)


async def test_time_alone_ends_a_stage_whose_child_hangs(cluster, orchestrator):
    """Whoever wakes it, and however late."""
    ro = orchestrator(cluster)
    cluster.submit("rr")
    result = await ro.reconcile(key("rr"))
    await asyncio.sleep((result.at - datetime.now(UTC)).total_seconds())
    assert Done() == await ro.reconcile(key("rr"))

    assert ("TimedOut", "Processing") == (phase(cluster, "rr"), status(cluster, "rr")["timeoutPhase"])


async def test_a_late_success_does_not_revive_a_failed_request(cluster, orchestrator):
    """The lost update of the CI run: a person's Failed, and our stale Processing over it."""
    wire = cluster.wire()
    cluster.submit("rr")

    def fail_it_meanwhile(request):
        if request.startswith("PATCH") and phase(cluster, "rr") == "Pending":
            cluster.write_status(REMEDIATION_REQUEST, "rr", overallPhase="Failed", failurePhase="ai_analysis")

    wire.meanwhile = fail_it_meanwhile
    assert Done() == await orchestrator(cluster, wire).reconcile(key("rr"))

    assert "Failed" == phase(cluster, "rr")
    assert [] == cluster.names(SIGNAL_PROCESSING)
    assert lease(cluster) is None


async def test_edits_of_labels_between_read_and_write_delay_and_change_nothing(cluster, orchestrator):
    """A conflict with an unchanged phase is tried again: the edge is walked once."""
    wire = cluster.wire()
    edges = set()

    def edit_once_per_edge(request):
        if request.startswith("PATCH") and phase(cluster, "rr") not in edges:
            edges.add(phase(cluster, "rr"))
            cluster.label(REMEDIATION_REQUEST, "rr", seen=str(len(edges)))

    wire.meanwhile = edit_once_per_edge
    cluster.submit("rr")
    await play(cluster, lambda: orchestrator(cluster, wire))

    assert 6 == len(edges)
    assert EDGES == cluster.sink.edges("rr")
    assert 6 == len(cluster.sink.stored)


async def test_what_the_gateway_counts_is_not_touched(cluster, orchestrator):
    """A merge patch of our own fields: status.deduplication is the Gateway's."""
    cluster.submit("rr")
    cluster.write_status(REMEDIATION_REQUEST, "rr", deduplication={"occurrenceCount": 7})
    await play(cluster, lambda: orchestrator(cluster))

    assert {"occurrenceCount": 7} == status(cluster, "rr")["deduplication"]


async def test_a_request_deleted_meanwhile_is_forgotten(cluster, orchestrator):
    """Between the read and the write."""
    wire = cluster.wire()
    cluster.submit("rr")
    wire.meanwhile = lambda request: (
        cluster.delete(REMEDIATION_REQUEST, "rr")
        if request.startswith("PATCH") and cluster.names(LEASE) == []
        else None
    )
    with pytest.raises(Gone):
        await orchestrator(cluster, wire).reconcile(key("rr"))

    assert Done() == await orchestrator(cluster).reconcile(key("rr"))


async def test_a_vanished_child_is_made_again_while_its_stage_lasts(cluster, orchestrator):
    """Somebody deleted it: the name is derived, so the next look repairs it."""
    ro = orchestrator(cluster)
    cluster.submit("rr")
    await ro.reconcile(key("rr"))
    cluster.delete(SIGNAL_PROCESSING, "sp-rr")
    assert [] == cluster.names(SIGNAL_PROCESSING)
    await ro.reconcile(key("rr"))

    assert ["sp-rr"] == cluster.names(SIGNAL_PROCESSING)


async def test_a_later_child_is_made_again_from_what_the_stage_before_found(cluster, orchestrator):
    """Its body is computed, not remembered."""
    cluster.submit("rr")
    await orchestrator(cluster).reconcile(key("rr"))
    cluster.write_status(SIGNAL_PROCESSING, "sp-rr", phase="Completed", severity="high")
    await orchestrator(cluster).reconcile(key("rr"))
    before = cluster.get(AI_ANALYSIS, "ai-rr")["spec"]
    cluster.delete(AI_ANALYSIS, "ai-rr")
    await orchestrator(cluster).reconcile(key("rr"))

    assert before == cluster.get(AI_ANALYSIS, "ai-rr")["spec"]


async def test_a_child_that_cannot_be_made_again_fails_the_request(cluster, orchestrator):
    """Instead of trying for ever."""
    cluster.submit("rr")
    await orchestrator(cluster).reconcile(key("rr"))
    cluster.write_status(SIGNAL_PROCESSING, "sp-rr", phase="Completed", severity="high")
    await orchestrator(cluster).reconcile(key("rr"))
    cluster.delete(AI_ANALYSIS, "ai-rr")
    cluster.delete(SIGNAL_PROCESSING, "sp-rr")
    await orchestrator(cluster).reconcile(key("rr"))

    assert ("Failed", "ai_analysis") == (phase(cluster, "rr"), status(cluster, "rr")["failurePhase"])
    assert "whose result it needs, is gone" in status(cluster, "rr")["failureReason"]


async def test_a_child_that_the_schema_refuses_fails_the_request(cluster, orchestrator):
    """With the server's own words."""
    cluster.submit("rr")
    await orchestrator(cluster).reconcile(key("rr"))
    long = {"environment": "e" * 64, "source": "s", "classifiedAt": "2026-01-24T15:00:00Z"}
    cluster.write_status(SIGNAL_PROCESSING, "sp-rr", phase="Completed", environmentClassification=long)
    await orchestrator(cluster).reconcile(key("rr"))
    end = status(cluster, "rr")

    assert ("Failed", "ai_analysis") == (end["overallPhase"], end["failurePhase"])
    assert "environment" in end["failureReason"]
    assert ("False", "AIAnalysisCreationFailed") == next(
        (c["status"], c["reason"]) for c in end["conditions"] if c["type"] == "AIAnalysisReady"
    )


async def test_a_stranger_under_the_childs_name_fails_the_request(cluster, orchestrator):
    """Never adopted, never listened to, never overwritten."""
    spec = {
        "remediationRequestRef": {"name": "rr"},
        "signal": {
            "fingerprint": FP,
            "name": "n",
            "severity": "s",
            "type": "t",
            "targetType": "kubernetes",
            "targetResource": {"kind": "Pod", "name": "p", "namespace": "n"},
            "receivedTime": "2026-01-24T14:59:00Z",
        },
    }
    stranger = cluster.create(SIGNAL_PROCESSING, {"metadata": {"name": "sp-rr"}, "spec": spec})
    cluster.submit("rr")
    await orchestrator(cluster).reconcile(key("rr"))

    assert ("Failed", "signal_processing") == (phase(cluster, "rr"), status(cluster, "rr")["failurePhase"])
    assert stranger == cluster.get(SIGNAL_PROCESSING, "sp-rr")


async def test_a_silent_audit_trail_holds_nothing_up(cluster, orchestrator):
    """The events wait in the object and come out in the end, in their order."""
    ro = orchestrator(cluster)
    cluster.sink.down = "out of order"
    cluster.submit("rr")
    for kind, pattern, end in ENDS:
        result = await ro.reconcile(key("rr"))
        assert result.work
        cluster.write_status(kind, pattern.format("rr"), **end)
    await ro.reconcile(key("rr"))
    assert ("Completed", 6) == (phase(cluster, "rr"), len(status(cluster, "rr")["outbox"]))

    cluster.sink.down = ""
    assert Done() == await ro.reconcile(key("rr"))
    assert EDGES == cluster.sink.edges("rr")


async def fail(cluster, orchestrator, name, namespace="tenant-a"):
    """A request whose analysis fails."""
    cluster.submit(name, namespace=namespace)
    ro = orchestrator(cluster)
    await ro.reconcile(key(name, namespace))
    cluster.write_status(SIGNAL_PROCESSING, f"sp-{name}", namespace, phase="Failed", error="scripted")
    assert Done() == await ro.reconcile(key(name, namespace))


async def test_three_failures_of_one_tenant_never_block_another(cluster, orchestrator):
    """The flagship: BR-ORCH-042, in the orchestrator alone."""
    for n in range(3):
        await fail(cluster, orchestrator, f"f-{n}")
    cluster.submit("rr")
    cluster.submit("rr", namespace="tenant-b")
    ro = orchestrator(cluster)
    blocked = await ro.reconcile(key("rr"))
    await ro.reconcile(key("rr", "tenant-b"))

    assert ("Blocked", "ConsecutiveFailures") == (phase(cluster, "rr"), status(cluster, "rr")["blockReason"])
    assert datetime.now(UTC) + timedelta(hours=1) == blocked.at
    assert "Processing" == phase(cluster, "rr", "tenant-b")
    assert lease(cluster) is None


async def test_without_the_namespace_in_the_read_the_other_tenant_is_blocked(cluster, orchestrator):
    """The historic defect, in its place: proof that the test above can fail."""

    class AllNamespaces(routing_reads.RemediationRequests):
        async def of_fingerprint(self, namespace, fingerprint):
            return await super().of_fingerprint("", fingerprint)

    for n in range(3):
        await fail(cluster, orchestrator, f"f-{n}")
    cluster.submit("rr", namespace="tenant-b")
    with routing_reads.using(AllNamespaces):
        ro = orchestrator(cluster)
    await ro.reconcile(key("rr", "tenant-b"))

    assert "Blocked" == phase(cluster, "rr", "tenant-b")


async def test_after_the_cooldown_the_blocked_one_fails_and_the_next_goes_on(cluster, orchestrator):
    """The served block closes the books."""
    for n in range(3):
        await fail(cluster, orchestrator, f"f-{n}")
    cluster.submit("rr")
    ro = orchestrator(cluster)
    result = await ro.reconcile(key("rr"))
    await asyncio.sleep((result.at - datetime.now(UTC)).total_seconds())
    assert Done() == await ro.reconcile(key("rr"))
    cluster.submit("next")
    await ro.reconcile(key("next"))

    assert ("Failed", "blocked") == (phase(cluster, "rr"), status(cluster, "rr")["failurePhase"])
    assert "Processing" == phase(cluster, "next")


async def converge(cluster, ro, names):
    """Reconcile the requests side by side until nothing changes: what the queue does with wake-ups, without one."""
    while True:
        before = [cluster.get(REMEDIATION_REQUEST, name)["metadata"]["resourceVersion"] for name in names]
        await asyncio.gather(*(again(ro, name) for name in names))
        after = [cluster.get(REMEDIATION_REQUEST, name)["metadata"]["resourceVersion"] for name in names]
        if before == after:
            return


async def again(ro, name):
    """One reconcile, tried again when the claim moved, as the queue does."""
    while True:
        try:
            return await ro.reconcile(key(name))
        except ClaimMovedError:
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("replicas", [1, 2])
async def test_of_four_requests_of_one_instant_exactly_one_goes_on(clusters, orchestrator, replicas):
    """On thirty seeds of latencies, with one orchestrator and with two that know nothing of each other."""
    names = [f"rr-{n}" for n in range(4)]
    for seed in range(30):
        cluster = clusters(seed)
        for name in names:
            cluster.submit(name)
        ros = [orchestrator(cluster, cluster.wire(latency=0.02)) for _ in range(replicas)]
        await asyncio.gather(*(converge(cluster, ro, names) for ro in ros))

        assert ["Blocked", "Blocked", "Blocked", "Processing"] == sorted(phase(cluster, n) for n in names), seed
        working = next(n for n in names if phase(cluster, n) == "Processing")
        assert [f"sp-{working}"] == cluster.names(SIGNAL_PROCESSING)
        assert cluster.get(REMEDIATION_REQUEST, working)["metadata"]["uid"] == lease(cluster)["spec"]["holderIdentity"]


async def test_duplicates_take_over_the_outcome_of_their_original(cluster, orchestrator):
    """All of them; and the claim is free for the next one."""
    ro = orchestrator(cluster)
    cluster.submit("rr")
    await ro.reconcile(key("rr"))
    for name in ("dup-1", "dup-2"):
        cluster.submit(name)
        assert await ro.reconcile(key(name)) is None
    assert ["rr"] * 2 == [status(cluster, name)["duplicateOf"] for name in ("dup-1", "dup-2")]
    await play(cluster, lambda: ro)
    assert [Done()] * 2 == [await ro.reconcile(key(name)) for name in ("dup-1", "dup-2")]

    assert [("Completed", "Remediated")] * 2 == [
        (phase(cluster, name), status(cluster, name)["outcome"]) for name in ("dup-1", "dup-2")
    ]
    assert [("", "Pending"), ("Pending", "Blocked"), ("Blocked", "Completed")] == cluster.sink.edges("dup-1")
    assert lease(cluster) is None


async def test_a_failure_inherited_by_three_duplicates_is_one_failure(cluster, orchestrator):
    """Four requests ended Failed, one attempt failed: the next request is not blocked."""
    ro = orchestrator(cluster)
    cluster.submit("rr")
    await ro.reconcile(key("rr"))
    for n in range(3):
        cluster.submit(f"dup-{n}")
        await ro.reconcile(key(f"dup-{n}"))
    cluster.write_status(SIGNAL_PROCESSING, "sp-rr", phase="Failed", error="scripted")
    for name in ("rr", "dup-0", "dup-1", "dup-2"):
        assert Done() == await ro.reconcile(key(name))
    cluster.submit("next")
    await ro.reconcile(key("next"))

    assert ["Failed"] * 4 == [phase(cluster, name) for name in ("rr", "dup-0", "dup-1", "dup-2")]
    assert "Processing" == phase(cluster, "next")


async def test_a_duplicate_whose_original_is_deleted_goes_on_itself(cluster, orchestrator):
    """Its claim is taken over: the holder is gone."""
    ro = orchestrator(cluster)
    cluster.submit("rr")
    await ro.reconcile(key("rr"))
    cluster.submit("dup")
    await ro.reconcile(key("dup"))
    cluster.delete(REMEDIATION_REQUEST, "rr")
    await ro.reconcile(key("dup"))

    assert "Processing" == phase(cluster, "dup")
    assert cluster.get(REMEDIATION_REQUEST, "dup")["metadata"]["uid"] == lease(cluster)["spec"]["holderIdentity"]
    assert [("", "Pending"), ("Pending", "Blocked"), ("Blocked", "Pending"), ("Pending", "Processing")] == (
        cluster.sink.edges("dup")
    )


async def test_a_younger_holder_steps_back_for_an_older_request(cluster, orchestrator):
    """It got the claim first; the older one gets it handed, and is nobody's duplicate."""
    older, younger = "a", "b"
    wire = cluster.wire()
    cluster.submit(younger)

    def appear(request):
        if (
            request.startswith("GET")
            and request.endswith("remediationrequests")
            and not cluster.get(REMEDIATION_REQUEST, older)
        ):
            cluster.submit(older)

    wire.meanwhile = appear
    await orchestrator(cluster, wire).reconcile(key(younger))
    assert ("Blocked", older) == (phase(cluster, younger), status(cluster, younger)["duplicateOf"])
    uid = cluster.get(REMEDIATION_REQUEST, older)["metadata"]["uid"]
    assert uid == lease(cluster)["spec"]["holderIdentity"]

    await orchestrator(cluster).reconcile(key(older))
    assert "Processing" == phase(cluster, older)


async def test_the_claim_of_others_is_left_alone_at_the_end(cluster, orchestrator):
    """A request that ends long after it lost the claim must not free it under its new holder."""
    cluster.submit("rr")
    ro = orchestrator(cluster)
    await ro.reconcile(key("rr"))
    cluster.delete(LEASE, lease_name(FP))
    body = {"metadata": {"name": lease_name(FP)}, "spec": {"holderIdentity": "somebody-else"}}
    cluster.create(LEASE, body)
    cluster.write_status(SIGNAL_PROCESSING, "sp-rr", phase="Failed")
    assert Done() == await ro.reconcile(key("rr"))

    assert "somebody-else" == lease(cluster)["spec"]["holderIdentity"]


async def test_a_request_of_a_terminating_namespace_is_left_to_go(cluster, orchestrator):
    """Nothing may be created there any more; that is no error to retry."""
    cluster.submit("rr")
    cluster._ask("DELETE", "/api/v1/namespaces/tenant-a", None)

    assert Done() == await orchestrator(cluster).reconcile(key("rr"))
