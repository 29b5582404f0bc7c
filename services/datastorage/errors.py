"""What can go wrong in DataStorage: one hierarchy, so that a caller can catch all of it by one name.

The names say what happened (``EventIdConflict``), as the Kubernetes reasons do that the rest of the code base uses.
"""


class DataStorageError(Exception):
    """Anything that DataStorage refuses or cannot do; the message says what was found and what to do next."""


class UnstorableValue(DataStorageError, ValueError):  # noqa: N818
    """A JSON value that would not come back from the database as it went in."""


class EventIdConflict(DataStorageError):  # noqa: N818
    """An event id that is already taken by an event with another body; nothing of the request was stored."""

    def __init__(self, event_id: str) -> None:
        super().__init__(
            f"event id {event_id} is already stored with another body; an id names one event for ever: "
            f"send the event as it was first sent, or give the new event an id of its own"
        )
        self.event_id = event_id


class ChainBroken(DataStorageError):  # noqa: N818
    """A chain cannot be continued: below this service somebody changed its head, its ledger or its events."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"{found}; somebody changed the tables: POST /api/v1/audit/verify-chain names what is wrong with each chain"
        )


class StoreUnavailable(DataStorageError):  # noqa: N818
    """The store did not do its work now and may do it later: unreachable, shutting down, out of connections, or timed out."""


class DatabaseUnreachable(StoreUnavailable):
    """Nobody answers where the database should be."""


class DatabaseRefused(DataStorageError):  # noqa: N818
    """The database answers, and lets us neither have a database nor a schema of our own in it."""


class NotOurDatabase(DataStorageError):  # noqa: N818
    """Rows were to be deleted in a database that this program did not make for itself."""


class EmbeddedPostgresError(DataStorageError):
    """The PostgreSQL that we bring along could not be found, started or kept."""


class SynchronousEndpoint(DataStorageError):  # noqa: N818
    """An endpoint or dependency is a plain function, which the web framework would run in a thread of its own."""
