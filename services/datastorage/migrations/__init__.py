"""The steps from an empty database to the present tables, for Alembic; ``services.datastorage.migrate`` runs them."""
