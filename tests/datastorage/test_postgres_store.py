"""What only a database can show: tampering below the API, and two writers at once."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from services.datastorage.databases import clear
from services.datastorage.engine import make_engine
from services.datastorage.errors import (
    ChainBroken,
    DatabaseUnreachable,
    EventIdConflict,
    NotOurDatabase,
    StoreUnavailable,
)
from services.datastorage.migrate import migrate
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.schema import METADATA
from services.datastorage.settings import Settings
from services.datastorage.store import EventQuery
from services.datastorage.verification import Trouble, verify

KEY = "tenant-a/rr-1"


def tamper(store: PostgresStore, statement: str) -> None:
    with store.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0


def troubles(store: PostgresStore) -> list[tuple[Trouble, int | None]]:
    findings = verify(store.chain(KEY)).findings
    return [(finding.trouble, uuid.UUID(finding.event_id).int if finding.event_id else None) for finding in findings]


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        ([(Trouble.TAMPERED, 2)], "UPDATE audit_events SET event_outcome = 'failure' WHERE sequence = 2"),
        (
            [(Trouble.TAMPERED, 2)],
            "UPDATE audit_events SET event_data = jsonb_set(event_data, '{to_phase}', '1') WHERE sequence = 2",
        ),
        (
            [(Trouble.TAMPERED, 2)],
            "UPDATE audit_events SET event_timestamp = event_timestamp + interval '1 microsecond' WHERE sequence = 2",
        ),
        ([(Trouble.TAMPERED, 2)], "UPDATE audit_events SET event_timestamp = 'infinity' WHERE sequence = 2"),
        ([(Trouble.TAMPERED, 2)], "UPDATE audit_events SET event_data = '1e400' WHERE sequence = 2"),
        ([(Trouble.TAMPERED, 2)], "UPDATE audit_events SET namespace = '' WHERE sequence = 2"),
        ([(Trouble.MISSING, 2)], "DELETE FROM audit_events WHERE sequence = 2"),
        ([(Trouble.CUT, 3), (Trouble.CUT, 4)], "DELETE FROM audit_events WHERE sequence > 2"),
        ([(Trouble.CUT, number) for number in (1, 2, 3, 4)], "DELETE FROM audit_events"),
        ([(Trouble.MISSING, 2)], "UPDATE audit_events SET correlation_id = 'tenant-b/rr-1' WHERE sequence = 2"),
        (
            [(Trouble.REORDERED, 3), (Trouble.REORDERED, 2)],
            "UPDATE audit_events SET sequence = 5 - sequence WHERE sequence IN (2, 3)",
        ),
        ([(Trouble.FOREIGN, 2)], "DELETE FROM audit_event_ids WHERE sequence = 2"),
        ([(Trouble.ANCHOR, None)], "DELETE FROM audit_chain_heads"),
    ],
)
def test_a_row_changed_in_the_database_is_named(postgres, make_event, expected, statement) -> None:
    """Whoever can write to the table can do all of this; the platform's own verification saw only some."""
    postgres.append([make_event() for _ in range(4)])
    tamper(postgres, statement)

    assert expected == troubles(postgres)


def test_a_tampered_row_is_still_returned(postgres, make_event) -> None:
    """A row of nonsense must not hide the others."""
    postgres.append([make_event(), make_event()])
    tamper(postgres, "UPDATE audit_events SET event_timestamp = 'infinity', event_data = '[]' WHERE sequence = 1")

    assert 2 == len(postgres.find(EventQuery(limit=50)).events)


def test_writers_of_one_chain_never_share_a_place(postgres, make_event) -> None:
    """Four threads, forty events, one chain: each gets its own number, and every link fits."""
    batches = [[make_event() for _ in range(2)] for _ in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(postgres.append, batches))
    record = postgres.chain(KEY)

    assert list(range(1, 41)) == [event.sequence for event in record.events]
    assert verify(record).is_valid


def test_batches_that_cross_do_not_wait_for_each_other_for_ever(postgres, make_event) -> None:
    """The platform locked in the order of a map, and deadlocked (cab6b8632)."""
    batches = [
        [make_event(correlation_id=key) for key in keys] for _ in range(10) for keys in (["a/1", "b/1"], ["b/1", "a/1"])
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(postgres.append, batches))

    assert (20, 20) == (postgres.chain("a/1").head.count, postgres.chain("b/1").head.count)


def test_one_event_sent_by_many_at_once_is_stored_once(postgres, make_event) -> None:
    """A client that gave up waiting sends again while the first request is still at work."""
    event, together = make_event(), threading.Barrier(4)

    def send() -> None:
        together.wait()
        postgres.append([event])

    with ThreadPoolExecutor(4) as pool:
        for sent in [pool.submit(send) for _ in range(4)]:
            sent.result()

    assert 1 == postgres.chain(KEY).head.count


def test_one_id_for_two_chains_at_once_goes_to_one_of_them(postgres, make_event) -> None:
    """The two writers lock different chains, so only the key on the id can decide."""
    bodies = [make_event(event_id=uuid.UUID(int=7), correlation_id=f"tenant/{number}") for number in range(4)]
    together = threading.Barrier(4)

    def send(event) -> bool:
        together.wait()
        try:
            postgres.append([event])
        except EventIdConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert [False, False, False, True] == sorted(pool.map(send, bodies))
    assert 1 == postgres.find(EventQuery(limit=50)).total


def test_a_pool_that_is_used_up_is_an_error_and_not_a_wait(database) -> None:
    """Waiting in a thread for a connection that another thread holds is how services stop without a word."""
    engine = make_engine(database, settings=Settings(pool_size=1))
    with engine.connect(), pytest.raises(StoreUnavailable, match="all 1 database connections are in use"):
        PostgresStore(engine).ping()
    engine.dispose()


def test_a_chain_that_is_locked_too_long_is_an_error(postgres, database, make_event) -> None:
    """Somebody's open transaction must not hold up a service without end."""
    impatient = make_engine(database, settings=Settings(pool_size=1, lock_timeout=Settings().lock_timeout / 500))
    postgres.append([make_event()])
    with postgres.engine.begin() as holder:
        holder.execute(text("SELECT * FROM audit_chain_heads FOR UPDATE"))
        with pytest.raises(StoreUnavailable, match="gave up a transaction: canceling statement due to lock timeout"):
            PostgresStore(impatient).append([make_event()])
    impatient.dispose()

    assert 1 == postgres.chain(KEY).head.count


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    """The first thing to know is which host; the last thing to print is the secret."""
    engine = make_engine("postgresql://me:secret@127.0.0.1:1/audit")

    with pytest.raises(
        DatabaseUnreachable, match=r"127\.0\.0\.1:1/audit cannot be reached: .*refused.*DATABASE_URL"
    ) as caught:
        PostgresStore(engine).ping()
    assert "secret" not in str(caught.value)


def test_the_migrations_make_the_tables_that_the_code_describes(engine) -> None:
    """Two descriptions of one schema drift apart unless something holds them together."""
    migrate(engine)  # a second time: nothing to do
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)

    assert ["made_for_a_rehearsal"] == [each[1].name for each in differences]


def test_rows_are_only_deleted_in_databases_that_were_made_for_it(engine, make_event) -> None:
    """DATABASE_URL may point to something dear."""
    store = PostgresStore(engine)
    store.append([make_event()])
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE made_for_a_rehearsal RENAME TO somebodys"))
    try:
        with pytest.raises(NotOurDatabase, match="was not made for a rehearsal"):
            clear(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE somebodys RENAME TO made_for_a_rehearsal"))

    assert 1 == store.find(EventQuery(limit=50)).total


def test_a_chain_whose_head_was_changed_is_not_continued_on_a_false_place(postgres, make_event) -> None:
    """With its head gone the chain would begin at 1 again; the ledger knows better, and the error says where to look."""
    postgres.append([make_event()])
    tamper(postgres, "DELETE FROM audit_chain_heads")

    with pytest.raises(
        ChainBroken, match=r"Key \(correlation_id, sequence\)=\(tenant-a/rr-1, 1\) already exists(?s:.*)verify-chain"
    ):
        postgres.append([make_event()])
    assert [(Trouble.ANCHOR, None)] == troubles(postgres)


def test_a_lost_connection_costs_one_request_and_stores_nothing(postgres, make_event) -> None:
    """PostgreSQL was restarted: the client hears 503, sends again, and the chain goes on."""
    postgres.append([make_event()])
    event = make_event()
    with psycopg.connect(postgres.engine.url.render_as_string()) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(DatabaseUnreachable, match="cannot be reached: the connection is lost"):
        postgres.append([event])
    postgres.append([event])

    assert 2 == postgres.chain(KEY).head.count
    assert verify(postgres.chain(KEY)).is_valid
