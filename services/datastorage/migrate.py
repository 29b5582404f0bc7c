"""Bringing a database to the present tables: Alembic, run from the program, with its steps inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from services.datastorage.engine import trouble_translated

_ONE_AT_A_TIME = 0x6461_7461_7374_6F72
"""The advisory lock under which one process at a time migrates a database: "datastor" as a number."""


def migrate(engine: Engine) -> None:
    """Bring the database to the newest tables, in one transaction; at once when it is there already.

    :raises DatabaseUnreachable: nobody answers.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with trouble_translated(engine), engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
