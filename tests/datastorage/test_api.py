"""The HTTP API, called in this process."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI

from services.datastorage.app import create_app, refuse_synchronous
from services.datastorage.engine import make_engine
from services.datastorage.errors import SynchronousEndpoint
from services.datastorage.memory_store import MemoryStore
from services.datastorage.postgres_store import PostgresStore

EVENTS, BATCH, VERIFY = "/api/v1/audit/events", "/api/v1/audit/events/batch", "/api/v1/audit/verify-chain"
FIRST = "00000000-0000-0000-0000-000000000001"


async def test_an_event_is_stored_and_returned_with_its_hashes(store, call, make_wire) -> None:
    """The platform's own GET returns no hashes, so nobody can verify what it returns."""
    api = call(store)
    sent = make_wire(event_timestamp=(moment := datetime.now(UTC)).isoformat())
    created = await api("POST", EVENTS, sent)
    (found,) = (await api("GET", EVENTS)).body["data"]

    assert (201, sent["event_id"]) == (created.status, created.body["event_id"])
    assert moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") == created.body["event_timestamp"] == found["event_timestamp"]
    assert (1, "", 64) == (found["sequence"], found["previous_event_hash"], len(found["event_hash"]))
    assert sent["event_data"] == found["event_data"]


async def test_a_batch_sent_twice_is_answered_alike_and_stored_once(store, call, make_wire) -> None:
    """A client whose reply was lost has to see what it would have seen."""
    api, batch = call(store), [make_wire(), make_wire()]
    first, again = await api("POST", BATCH, batch), await api("POST", BATCH, batch)

    assert first == again
    assert (201, [event["event_id"] for event in batch]) == (first.status, first.body["event_ids"])
    assert "2 audit events created successfully" == first.body["message"]
    assert 2 == (await api("GET", EVENTS)).body["pagination"]["total"]


async def test_the_same_id_with_another_body_is_a_conflict_that_names_it(store, call, make_wire) -> None:
    """Stored by whoever came first; the other has to learn which of its ids is taken."""
    api, event = call(store), make_wire()
    await api("POST", EVENTS, event)
    refused = await api("POST", BATCH, [make_wire(), {**event, "event_action": "other"}])

    assert (409, "application/problem+json") == (refused.status, refused.media_type)
    assert "https://kubernaut.ai/problems/conflict" == refused.body["type"]
    assert event["event_id"] in refused.body["detail"]
    assert 1 == (await api("GET", EVENTS)).body["pagination"]["total"]


@pytest.mark.parametrize(
    ("complaint", "wrong"),
    [
        ("event_id: is required", {"event_id": ...}),
        ("event_id: Input should be a valid UUID", {"event_id": "seven"}),
        ("event_type: Value should have at least 1 item", {"event_type": ""}),
        ("event_type: Value should have at most 100 items", {"event_type": "x" * 101}),
        ("event_category: Input should be 'gateway'", {"event_category": "kitchen"}),
        ("event_outcome: Input should be 'success'", {"event_outcome": "maybe"}),
        ("event_timestamp: expected an RFC 3339 time", {"event_timestamp": 1769266800}),
        ("event_timestamp: expected an RFC 3339 time", {"event_timestamp": "2026-01-24T15:00:00"}),
        ("event_timestamp: lies outside of the years 1 to 9999", {"event_timestamp": "9999-12-31T23:59:59-01:00"}),
        ("correlation_id: Value should have at most 317 items", {"correlation_id": "x" * 318}),
        ("event_data: Input should be a valid dictionary", {"event_data": []}),
        ("event_data: n is an integer beyond 2^53", {"event_data": {"n": 2**53}}),
        ("event_data: t holds the character U+0000", {"event_data": {"t": "\x00"}}),
        ("actor_id: the value holds the character U+0000", {"actor_id": "\x00"}),
        ("duration_ms: Input should be a valid integer", {"duration_ms": 1.5}),
        ("colour: is no field that is known here", {"colour": "red"}),
    ],
)
async def test_a_wrong_event_is_refused_with_its_index_and_nothing_is_stored(call, make_wire, complaint, wrong) -> None:
    """One wrong event of a batch must be found by its sender among a thousand."""
    api = call(MemoryStore())
    bad = {name: value for name, value in make_wire(**wrong).items() if value is not ...}
    refused = await api("POST", BATCH, [make_wire(), bad])
    alone = await api("POST", EVENTS, bad)

    assert (400, "application/problem+json", BATCH) == (refused.status, refused.media_type, refused.body["instance"])
    assert refused.body["detail"].startswith(f"event at index 1: {complaint}")
    assert [f"[1].{complaint.partition(':')[0]}"] == list(refused.body["field_errors"])
    assert alone.body["detail"].startswith(complaint)
    assert 0 == (await api("GET", EVENTS)).body["pagination"]["total"]


@pytest.mark.parametrize(
    ("complaint", "raw"),
    [
        ("batch cannot be empty", b"[]"),
        ("the body has to be a JSON array of events", b"{}"),
        ("the body is empty", b""),
        ("the body is not JSON", b"[{]"),
        ("There was an error parsing the body", b"[" * 100_000),
        ("event at index 0: Input should be", b"[7]"),
    ],
)
async def test_a_body_that_is_no_batch_says_what_is_expected(call, complaint, raw) -> None:
    """A single event sent to the batch path is the commonest mistake."""
    refused = await call(MemoryStore())("POST", BATCH, raw=raw)

    assert 400 == refused.status
    assert complaint in refused.body["detail"]


async def test_numbers_that_json_does_not_have_are_refused(call, make_wire) -> None:
    """Python's reader takes NaN, and an overflow becomes an infinity; PostgreSQL takes neither."""
    api = call(MemoryStore())
    for literal in ("NaN", "Infinity", "1e999"):
        event = str(make_wire(event_data={"n": "HERE"})).replace("'HERE'", literal).replace("'", '"')
        refused = await api("POST", EVENTS, raw=event.encode())

        assert 400 == refused.status
        assert "JSON has no NaN or infinity" in refused.body["detail"]


async def test_a_number_has_one_form_however_it_is_written(postgres, call, make_wire) -> None:
    """1 and 1.0 are one JSON number: sent again in the other form, it is the same event."""
    api = call(postgres)
    event = make_wire(event_data={"n": 1, "big": 1e22, "zero": 0})
    await api("POST", EVENTS, event)
    again = await api("POST", EVENTS, {**event, "event_data": {"zero": -0.0, "big": 1e22, "n": 1.0}})
    (found,) = (await api("GET", EVENTS)).body["data"]

    assert 201 == again.status
    assert {"n": 1, "big": 1e22, "zero": 0} == found["event_data"]
    assert (await api("POST", VERIFY, {"correlation_id": event["correlation_id"]})).body["is_valid"]


async def test_a_time_with_an_offset_is_stored_in_utc_and_verifies(store, call, make_wire) -> None:
    """The platform hashes the offset as it came and verifies in UTC: such an event never verifies."""
    api = call(store)
    here = datetime.now(UTC).replace(microsecond=123456)
    local = here.astimezone(tz=datetime.strptime("+02:00", "%z").tzinfo).isoformat()
    await api("POST", EVENTS, make_wire(event_timestamp=local.replace(".123456", ".123456789")))
    (found,) = (await api("GET", EVENTS)).body["data"]

    assert here.strftime("%Y-%m-%dT%H:%M:%S.123456Z") == found["event_timestamp"]
    assert (await api("POST", VERIFY, {"correlation_id": "tenant-a/rr-1"})).body["is_valid"]


@pytest.mark.parametrize(
    ("status", "offset"),
    [(201, timedelta(minutes=59)), (400, timedelta(minutes=61)), (201, timedelta(days=-6)), (400, timedelta(days=-8))],
)
async def test_an_unbelievable_time_is_refused(call, make_wire, status, offset) -> None:
    """A clock that is wrong by hours would put the event where nobody looks for it."""
    event = make_wire(event_timestamp=(datetime.now(UTC) + offset).isoformat())
    answer = await call(MemoryStore())("POST", BATCH, [event])

    assert status == answer.status
    assert status == 201 or answer.body["detail"].startswith("event at index 0: event_timestamp: ")


async def test_a_page_says_what_it_is_and_what_is_left(store, call, make_wire) -> None:
    """A page of fifty of which nobody said that there are more: the platform's suites lost an afternoon to it."""
    api = call(store)
    await api("POST", BATCH, [make_wire() for _ in range(60)])

    assert {"limit": 50, "offset": 0, "total": 60, "has_more": True} == (await api("GET", EVENTS)).body["pagination"]
    rest = await api("GET", EVENTS, query="limit=20&offset=50")
    assert {"limit": 20, "offset": 50, "total": 60, "has_more": False} == rest.body["pagination"]
    assert 10 == len(rest.body["data"])


async def test_times_to_search_by_are_absolute_or_ago(store, call, make_wire) -> None:
    """The plus sign of an offset that nobody escaped arrives as a space."""
    api = call(store)
    now = datetime.now(UTC)
    await api(
        "POST", BATCH, [make_wire(event_timestamp=(now - timedelta(hours=hours)).isoformat()) for hours in (1, 30)]
    )
    absolute = (now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    assert [1, 2, 1, 1] == [
        (await api("GET", EVENTS, query=query)).body["pagination"]["total"]
        for query in ("since=24h", "since=7d", "until=24h", f"since={absolute}")
    ]


@pytest.mark.parametrize(
    "query", ["corelation_id=a/b", "limit=0", "limit=1001", "event_category=kitchen", "since=yesterday", "offset=-1"]
)
async def test_a_query_that_is_not_understood_is_refused(call, query) -> None:
    """A misspelt filter that is passed over matches everything."""
    refused = await call(MemoryStore())("GET", EVENTS, query=query)

    assert 400 == refused.status
    assert [query.partition("=")[0]] == list(refused.body["field_errors"])


async def test_verification_says_what_is_wrong_with_which_event(postgres, call, make_wire) -> None:
    """The answer is for a person who has to act on it."""
    api = call(postgres)
    await api("POST", BATCH, [make_wire(), make_wire()])
    with postgres.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_events SET event_action = 'forged' WHERE sequence = 1")
    verdict = (await api("POST", VERIFY, {"correlation_id": "tenant-a/rr-1"})).body

    assert (False, 2, 1) == (verdict["is_valid"], verdict["total_events"], verdict["verified_events"])
    assert [("tampered", FIRST)] == [(finding["trouble"], finding["event_id"]) for finding in verdict["findings"]]


async def test_verifying_a_chain_that_does_not_exist_is_not_found(store, call) -> None:
    """'All 0 events are valid' is what a typing error should never be told."""
    answer = await call(store)("POST", VERIFY, {"correlation_id": "rr-1"})

    assert (404, "not-found") == (answer.status, answer.body["type"].rpartition("/")[2])
    assert "namespace/name" in answer.body["detail"]


async def test_health_tells_a_working_database_from_one_that_is_gone(postgres, call) -> None:
    """Readiness takes a service out of rotation; liveness must not restart it for the database's sake."""
    well, ill = call(postgres), call(PostgresStore(make_engine("postgresql://nobody@127.0.0.1:1/audit")))
    paths = ("/health", "/health/ready", "/health/live")

    assert [200, 200, 200] == [(await well("GET", path)).status for path in paths]
    assert [503, 503, 200] == [(await ill("GET", path)).status for path in paths]
    assert {"status": "not_ready", "reason": "database_unreachable"} == (await ill("GET", "/health/ready")).body


async def test_a_database_that_is_gone_is_a_503_that_may_be_tried_again(call, make_wire) -> None:
    """Clients retry 5xx and give up on 4xx."""
    answer = await call(PostgresStore(make_engine("postgresql://me:secret@127.0.0.1:1/audit")))(
        "POST", EVENTS, make_wire()
    )

    assert (503, "database-error") == (answer.status, answer.body["type"].rpartition("/")[2])
    assert "secret" not in answer.body["detail"]


@pytest.mark.parametrize(("status", "method", "path"), [(404, "GET", "/api/v1/audit/notes"), (405, "DELETE", EVENTS)])
async def test_what_there_is_not_is_a_problem_document_too(call, status, method, path) -> None:
    """One shape of error for every client."""
    answer = await call(MemoryStore())(method, path)

    assert (status, "application/problem+json", status) == (answer.status, answer.media_type, answer.body["status"])


def test_the_documentation_describes_the_event_and_every_answer() -> None:
    """It is generated from the code that answers; what it says of errors has to be true as well."""
    described = create_app(MemoryStore()).openapi()
    batch = described["paths"][BATCH]["post"]

    assert ["201", "400", "409", "503"] == sorted(batch["responses"])
    assert "event_id" in described["components"]["schemas"]["AuditEvent"]["required"]


def test_a_synchronous_endpoint_or_dependency_is_refused() -> None:
    """The framework would run it in a thread of its own, which virtual time does not know."""

    def by_hand() -> None: ...

    app, dependent = FastAPI(), FastAPI()
    app.get("/plain")(by_hand)

    @dependent.get("/dependent")
    async def endpoint(_needed: Annotated[None, Depends(by_hand)]) -> None: ...

    for each in (app, dependent):
        with pytest.raises(SynchronousEndpoint, match=r"by_hand .* is a plain function"):
            refuse_synchronous(each)


def test_every_endpoint_of_ours_is_seen_by_that_check() -> None:
    """A check that finds no routes would always pass."""
    app = create_app(MemoryStore())

    @app.get("/late")
    def late() -> None: ...

    with pytest.raises(SynchronousEndpoint, match="late"):
        refuse_synchronous(app)
