"""The outbox: an event for each edge walked, once, whatever crashes and whatever the sink does."""

from datetime import UTC, datetime, timedelta

import pytest

from operators.api import REMEDIATION_REQUEST, find_condition
from operators.runtime import AuditEvent, AuditIntent, Superseded

PLACE = "/apis/kubernaut.ai/v1alpha1/namespaces/a/remediationrequests/web"
EDGES = [("", "Pending"), ("Pending", "Processing"), ("Processing", "Failed")]


async def walk(runtime, obj, leaving, entering, *types):
    """One transition with its events, not delivered yet."""
    events = [
        AuditIntent(type=one, action="did", outcome="success", correlation_id="a/web")
        for one in types or (f"to.{entering}",)
    ]
    moved = await runtime.transition(
        obj,
        kind=REMEDIATION_REQUEST,
        leaving=leaving,
        entering=entering,
        now=datetime.now(UTC),
        events=events,
    )
    assert not isinstance(moved, Superseded)
    return moved


async def settle(runtime, obj):
    return await runtime.settle(obj, kind=REMEDIATION_REQUEST)


async def test_a_life_without_trouble_writes_once_per_edge_and_once_at_rest(runtime, api, sink, request_):
    """Delivered entries go with the next transition; only the terminal phase needs a write of its own."""
    api.requests.clear()
    obj = request_
    for leaving, entering in EDGES:
        obj = (await settle(runtime, await walk(runtime, obj, leaving, entering))).obj

    assert api.requests.count(f"PATCH {PLACE}/status") == 4
    assert sink.posts == [["to.Pending"], ["to.Processing"], ["to.Failed"]]
    assert "outbox" not in api.stored(PLACE)["status"]


async def test_events_of_one_edge_travel_in_one_request_and_keep_their_order(runtime, sink, request_):
    """Causal order per object is promised; a round trip per event is not wanted."""
    await settle(runtime, await walk(runtime, request_, "", "Pending", "started", "created"))

    assert sink.posts == [["started", "created"]]


async def test_what_was_delivered_is_not_sent_again_by_the_same_process(runtime, sink, request_):
    """Each reconcile settles first; without memory every one of them would post."""
    moved = await walk(runtime, request_, "", "Pending")
    for _ in range(3):
        await settle(runtime, moved)

    assert sink.posts == [["to.Pending"]]


async def test_a_crash_between_write_and_delivery_loses_nothing(runtime, start_again, sink, request_):
    """Write-then-audit lost an event in every such crash; the restarted operator finds it in status."""
    moved = await walk(runtime, request_, "", "Pending")
    await settle(start_again(), moved)

    assert sink.types == ["to.Pending"]


async def test_a_crash_after_delivery_repeats_the_same_event(runtime, start_again, sink, request_):
    """The memory is gone, so it is sent twice; same id and same body, so the sink has it once."""
    moved = await walk(runtime, request_, "", "Pending")
    await settle(runtime, moved)
    await settle(start_again(), moved)

    assert sink.posts == [["to.Pending"], ["to.Pending"]]
    assert sink.types == ["to.Pending"]


async def test_a_crash_before_the_last_write_is_healed_at_the_next_start(runtime, start_again, api, sink, request_):
    """A terminal object with a filled outbox is settled when the initial list brings it."""
    obj = request_
    for leaving, entering in EDGES:
        obj = await walk(runtime, obj, leaving, entering)
    await settle(start_again(), obj)

    assert sink.types == ["to.Pending", "to.Processing", "to.Failed"]
    assert "outbox" not in api.stored(PLACE)["status"]


async def test_at_rest_nothing_is_written_and_nothing_sent(runtime, api, sink, request_):
    """A resync of a finished object must cost a read and nothing else."""
    obj = request_
    for leaving, entering in EDGES:
        obj = (await settle(runtime, await walk(runtime, obj, leaving, entering))).obj
    api.requests.clear()
    sink.posts.clear()
    await settle(runtime, obj)

    assert api.requests == []
    assert sink.posts == []


async def test_a_sink_that_does_not_answer_delays_and_never_blocks(runtime, api, sink, request_):
    """A remediation must not wait for its audit trail; that it waits is said once, in a condition."""
    sink.down = "connection refused"
    moved = await walk(runtime, request_, "", "Pending")
    first = await settle(runtime, moved)
    second = await settle(runtime, first.obj)
    onward = await walk(runtime, second.obj, "Pending", "Processing")
    delayed = find_condition(onward["status"]["conditions"], "AuditDelayed")

    assert (delayed["status"], delayed["reason"], delayed["message"]) == (
        "True",
        "SinkUnreachable",
        "connection refused",
    )
    assert api.requests.count(f"PATCH {PLACE}/status") == 3
    assert [item["type"] for item in onward["status"]["outbox"]] == ["to.Pending", "to.Processing"]


async def test_a_delayed_delivery_is_wished_for_again_with_growing_waits(runtime, sink, request_):
    """One second doubled each time, ±10 %, and it counts as work: the operator is not at rest."""
    sink.down = "connection refused"
    obj, waits = await walk(runtime, request_, "", "Pending"), []
    for _ in range(3):
        settled = await settle(runtime, obj)
        obj = settled.obj
        assert settled.again.work
        waits.append((settled.again.at - datetime.now(UTC)) / timedelta(seconds=1))

    assert [0.9 * n <= wait <= 1.1 * n for n, wait in zip((1, 2, 4), waits, strict=True)] == [True, True, True]


async def test_when_the_sink_is_back_all_events_arrive_in_order_and_the_condition_says_so(runtime, api, sink, request_):
    """An outage leaves no gap and no lasting complaint."""
    sink.down = "connection refused"
    obj = request_
    for leaving, entering in EDGES:
        obj = (await settle(runtime, await walk(runtime, obj, leaving, entering))).obj
    sink.down = ""
    obj = (await settle(runtime, obj)).obj
    delayed = find_condition(obj["status"]["conditions"], "AuditDelayed")

    assert sink.types == ["to.Pending", "to.Processing", "to.Failed"]
    assert (delayed["status"], delayed["reason"]) == ("False", "Delivered")
    assert "outbox" not in api.stored(PLACE)["status"]


async def test_an_event_refused_for_good_is_named_and_not_sent_again(runtime, sink, request_):
    """A bad event must not be retried for ever, nor vanish without a word."""
    sink.refuses = {"to.Pending"}
    obj = request_
    for leaving, entering in EDGES:
        obj = (await settle(runtime, await walk(runtime, obj, leaving, entering))).obj
    refused = find_condition(obj["status"]["conditions"], "AuditRefused")

    assert sink.types == ["to.Processing", "to.Failed"]
    assert sink.posts == [["to.Pending"], ["to.Processing"], ["to.Failed"]]
    assert refused["status"] == "True"
    assert "400: no" in refused["message"]


async def test_a_last_event_that_is_refused_is_named_when_the_outbox_is_emptied(runtime, api, sink, request_):
    """No transition follows that could carry the condition: the last write does."""
    sink.refuses = {"to.Failed"}
    obj = request_
    for leaving, entering in EDGES:
        obj = (await settle(runtime, await walk(runtime, obj, leaving, entering))).obj

    assert find_condition(api.stored(PLACE)["status"]["conditions"], "AuditRefused")["status"] == "True"
    assert "outbox" not in api.stored(PLACE)["status"]


async def test_a_full_outbox_drops_the_newest_and_says_so(runtime, sink, request_):
    """Sixteen is what the schema holds; a seventeenth would make the API server refuse the transition itself."""
    sink.down = "connection refused"
    moved = await walk(runtime, request_, "", "Pending", *(f"event.{n}" for n in range(15)))
    onward = await walk(runtime, moved, "Pending", "Processing", "kept", "dropped")
    delayed = find_condition(onward["status"]["conditions"], "AuditDelayed")

    assert len(onward["status"]["outbox"]) == 16
    assert onward["status"]["outbox"][-1]["type"] == "kept"
    assert (delayed["reason"], delayed["message"]) == (
        "OutboxFull",
        "the outbox is full (16 entries); dropped: dropped",
    )


async def test_a_deleted_object_is_still_audited_from_its_deletion_event(runtime, api, sink, request_):
    """Its status is gone from the API server; the DELETED event is the last place that has it."""
    moved = await walk(runtime, request_, "", "Pending")
    api.delete(PLACE)
    runtime.outbox.bury(moved)
    sink.down = "connection refused"
    again = await runtime.outbox.drain_buried(("a", "web"))
    sink.down = ""
    rest = await runtime.outbox.drain_buried(("a", "web"))

    assert again.work
    assert rest is None
    assert sink.types == ["to.Pending"]


async def test_emptying_the_outbox_yields_to_whoever_writes_meanwhile(runtime, api, sink, request_):
    """The last write is guarded like all others; another's write costs one more read and write, not a field."""
    obj = request_
    for leaving, entering in EDGES:
        obj = await walk(runtime, obj, leaving, entering)
    api.before = lambda method, _path: method == "PATCH" and api.before_once()
    touched = []

    def once():
        if not touched:
            touched.append(True)
            api.touch(PLACE, deduplication={"occurrenceCount": 2})

    api.before_once = once
    await settle(runtime, obj)

    assert api.stored(PLACE)["status"]["deduplication"] == {"occurrenceCount": 2}
    assert "outbox" not in api.stored(PLACE)["status"]


async def test_ids_depend_on_uid_ordinal_and_type_alone(runtime, start_again, api, sink, request_):
    """A retried transition after a conflict, or in another process, must name its event alike."""
    first = await walk(runtime, request_, "", "Pending")
    api.touch(PLACE, **dict.fromkeys(first["status"]))
    second = await walk(start_again(), api.stored(PLACE), "", "Pending")

    assert first["status"]["outbox"][0]["id"] == second["status"]["outbox"][0]["id"]
    assert int(first["status"]["outbox"][0]["id"][14]) == 5


@pytest.mark.parametrize(
    ("duration", "expected"),
    [(timedelta(0), 0), (timedelta(microseconds=1), 1), (timedelta(seconds=1.5), 1500)],
)
async def test_a_step_that_took_time_never_took_zero_milliseconds(duration, expected):
    """Upstream's sub-millisecond phases rounded to 0, which reads as "not measured"."""
    intent = AuditIntent(type="t", action="a", outcome="success", correlation_id="a/web", duration=duration)
    uid = "b3a1c1de-9f0e-4a2b-8f5d-0d8a3a1f2c4e"

    assert expected == AuditEvent.of(intent, uid=uid, ordinal=1, now=datetime.now(UTC)).payload["duration_ms"]
