"""DataStorage: keeps audit events in tamper-evident chains, on PostgreSQL.

The rooms, from the middle outwards:

* ``events``, ``jsonvalues`` — what an audit event is, and which JSON survives storage unchanged;
* ``chain`` — the hash chain: sealing an event, verifying a chain. Pure functions;
* ``store`` — the contract of a store; ``memory_store`` and ``postgres_store`` keep it, one suite of tests holds both to it;
* ``schema``, ``migrations``, ``migrate``, ``engine`` — the tables and the way to them;
* ``app``, ``queries``, ``problems`` — the HTTP API;
* ``embedded``, ``installation``, ``lifeline``, ``databases`` — a PostgreSQL of our own, and a database of our own in any PostgreSQL;
* ``settings``, ``__main__`` — the process: ``python -m services.datastorage``.

Nothing is imported here, so that a program which only wants ``services.datastorage.events`` pays for no web framework and no database
driver.
"""
