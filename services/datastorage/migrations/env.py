"""What Alembic runs to migrate: on the connection that ``migrate`` hands it, inside the caller's transaction."""

from alembic import context

from services.datastorage.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transaction_per_migration=False)
context.run_migrations()
