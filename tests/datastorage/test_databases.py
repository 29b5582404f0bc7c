"""A database of our own in any PostgreSQL: made, marked, dropped; or a clear refusal."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from services.datastorage.databases import clear, own_database
from services.datastorage.engine import make_engine
from services.datastorage.errors import DatabaseRefused, DatabaseUnreachable
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.store import EventQuery

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(database: str) -> str:
    """The server of these tests, in the role of somebody's own: the URL of its administrator."""
    return make_url(database).set(database="postgres").render_as_string(hide_password=False)


@pytest.fixture
def somebody(server: str) -> Iterator[str]:
    """The URL of a database of somebody's, for a user who may do nothing more than connect."""
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute("CREATE ROLE somebody LOGIN")
        administrator.execute("CREATE DATABASE theirs")
        yield make_url(server).set(username="somebody", database="theirs").render_as_string(hide_password=False)
        administrator.execute("DROP DATABASE theirs")
        administrator.execute("DROP ROLE somebody")


def names(server: str, query: str = "SELECT datname FROM pg_database") -> set[str]:
    with psycopg.connect(server) as connection:
        return {name for (name,) in connection.execute(sql.SQL(query))}


def works(url: str, make_event) -> bool:
    engine = make_engine(url)
    store = PostgresStore(engine)
    store.append([make_event()])
    found = store.find(EventQuery(limit=50)).total
    clear(engine)
    left = store.find(EventQuery(limit=50)).total
    store.close()
    return (1, 0) == (found, left)


def test_under_database_url_a_database_of_our_own_is_made_and_dropped(server, make_event) -> None:
    """The URL may point to something dear: nothing of it is touched, and nothing is left in it."""
    before = names(server)
    with own_database(label="gw0", environ={"DATABASE_URL": server}) as url:
        (made,) = names(server) - before
        assert made.startswith("rehearsal_gw0_")
        assert works(url, make_event)

    assert before == names(server)


def test_two_workers_never_share_a_database(server) -> None:
    """Rows that one worker deletes must not be another's: that is how the catalogue test of the CI run failed."""
    environ = {"DATABASE_URL": server}
    with own_database(label="gw0", environ=environ) as one, own_database(label="gw0", environ=environ) as other:
        assert one != other


def test_without_the_right_to_make_a_database_a_schema_serves(server, somebody, make_event) -> None:
    """On a shared server that is often all one gets."""
    with psycopg.connect(make_url(server).set(database="theirs").render_as_string(), autocommit=True) as administrator:
        administrator.execute("GRANT CREATE ON DATABASE theirs TO somebody")
    with own_database(label="gw0", environ={"DATABASE_URL": somebody}) as url:
        assert works(url, make_event)
        assert names(somebody, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rehearsal%'")

    assert set() == names(somebody, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rehearsal%'")


def test_without_any_right_the_refusal_says_which_one_is_missing(somebody) -> None:
    """Rows are never deleted where others live, so there is nothing left to try."""
    with (
        pytest.raises(DatabaseRefused, match=r"grant CREATEDB to it, or CREATE on the database, or unset DATABASE_URL"),
        own_database(environ={"DATABASE_URL": somebody}),
    ):
        pass


def test_a_database_url_that_does_not_answer_is_named_at_once() -> None:
    """Within seconds, with the host and with what to do; without the password."""
    with (
        pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1/x cannot be reached: .*unset it to use") as caught,
        own_database(environ={"DATABASE_URL": "postgres://me:secret@127.0.0.1:1/x"}),
    ):
        pass
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("complaint", "url"),
    [("cannot be read", "localhost/audit"), ("is of 'mysql'", "mysql://me:secret@localhost/audit")],
)
def test_what_is_no_url_of_postgresql_is_refused(complaint, url) -> None:
    """A typing error should not look like a network failure."""
    with (
        pytest.raises(DatabaseRefused, match=complaint) as caught,
        own_database(environ={"DATABASE_URL": url}),
    ):
        pass
    assert "secret" not in str(caught.value)
