"""The audit client over a real socket: one request per batch, and a verdict for each event."""

from datetime import timedelta

import pytest

from operators.runtime import AuditClient, Receipt

EVENTS = [{"event_id": "1"}, {"event_id": "2"}, {"event_id": "3"}]


@pytest.fixture
async def client(server):
    made = AuditClient(server.url + "/", name="tester", timeout=timedelta(seconds=5))
    yield made
    await made.close()


async def test_a_batch_is_one_request(client, server):
    """Events of one edge are stored together or not at all."""
    server.will_answer(201, {"event_ids": ["1", "2", "3"]})
    receipt = await client.post(EVENTS)

    assert Receipt(delivered=("1", "2", "3")) == receipt
    assert [request.path for request in server.requests] == ["/api/v1/audit/events/batch"]
    assert server.bodies == [EVENTS]


async def test_a_bad_event_does_not_take_the_good_ones_with_it(client, server):
    """The sink refuses a batch as a whole; sent one by one the rest gets through."""
    server.will_answer(400, {"detail": "event at index 1: no"})
    server.will_answer(201, {})
    server.will_answer(400, {"detail": "no"})
    server.will_answer(201, {})
    receipt = await client.post(EVENTS)

    assert Receipt(delivered=("1", "3"), refused={"2": '400: {"detail":"no"}'}) == receipt
    assert [EVENTS, [EVENTS[0]], [EVENTS[1]], [EVENTS[2]]] == server.bodies


async def test_a_single_bad_event_is_not_asked_twice(client, server):
    """There is nothing left to take apart."""
    server.will_answer(409, {"detail": "another body"})
    receipt = await client.post(EVENTS[:1])

    assert Receipt(refused={"1": '409: {"detail":"another body"}'}) == receipt
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_a_sink_in_trouble_is_unreachable_and_refuses_nothing(client, server, status):
    """What is tried again later must not be written off now."""
    server.will_answer(status, {"detail": "later"})
    receipt = await client.post(EVENTS)

    assert Receipt(unreachable=f'{status}: {{"detail":"later"}}') == receipt


async def test_trouble_in_the_middle_keeps_the_order_of_the_rest(client, server):
    """What was delivered stays delivered; nothing overtakes what waits."""
    server.will_answer(400, {"detail": "no"})
    server.will_answer(201, {})
    server.will_answer(503, {"detail": "later"})
    receipt = await client.post(EVENTS)

    assert Receipt(delivered=("1",), unreachable='503: {"detail":"later"}') == receipt
    assert len(server.requests) == 3


async def test_no_sink_is_unreachable():
    """The text lands in a condition: it must say where nobody answered."""
    client = AuditClient("http://127.0.0.1:9", name="tester", timeout=timedelta(seconds=5))
    receipt = await client.post(EVENTS)
    await client.close()

    assert (receipt.delivered, receipt.refused) == ((), {})
    assert receipt.unreachable.startswith("http://127.0.0.1:9/api/v1/audit/events/batch: ")


async def test_a_silent_sink_is_given_up(server):
    """Audit must never hold a reconcile for ever."""
    server.silent = True
    client = AuditClient(server.url, name="tester", timeout=timedelta(milliseconds=20))
    receipt = await client.post(EVENTS)
    await client.close()

    assert f"no reply from {server.url}/api/v1/audit/events/batch within 0.02 s" == receipt.unreachable
