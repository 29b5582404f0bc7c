"""``python -m services.postgresql``: a PostgreSQL on a port, out of the wheel that DataStorage brings along.

For a cluster of a rehearsal, which has no other. It makes its data folder at the first start, in a folder beside it that is
renamed when it is whole, then becomes PostgreSQL: signals, exit status and log are PostgreSQL's own. Started by root, which
PostgreSQL refuses to be, it becomes ``nobody`` first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.datastorage.errors import DataStorageError, EmbeddedPostgresError
from services.datastorage.installation import Installation, Runner, put_in_place

_EXAMPLE = """\
example:
  POSTGRES_PASSWORD=secret python -m services.postgresql --data /data/postgresql --user audit --database audit
      on port 5432, for everybody who knows the password
"""

_PASSWORD = "POSTGRES_PASSWORD"  # noqa: S105  the name of a variable
_SETTINGS = {"listen_addresses": "*", "timezone": "UTC", "log_timezone": "UTC", "max_connections": "100"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Become PostgreSQL; returns 1 when that cannot be. Wrong usage exits with 2."""
    given = _parser().parse_args(arguments)
    try:
        runner = Runner.fitting()
        programs = Installation.of_the_wheel().readable_by(runner)
        if not (given.data / "PG_VERSION").exists():
            _make(given.data, programs, runner=runner, user=given.user, database=given.database)
        settings = {**_SETTINGS, "port": str(given.port), "unix_socket_directories": str(given.data)}
        command = [programs.program("postgres"), "-D", str(given.data), *(f"--{n}={v}" for n, v in settings.items())]
        runner.become()
        os.execve(command[0], command, _environment())  # noqa: S606  our own program; a shell has no part in it
    except (DataStorageError, OSError) as error:
        print(f"postgresql: {error}", file=sys.stderr)  # noqa: T201  a program's last words
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.postgresql",
        description=f"Run PostgreSQL on a port. The password of its user is ${_PASSWORD}.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="its data; made if it is not there")
    parser.add_argument("--user", required=True, help="owner of the database")
    parser.add_argument("--database", required=True, help="the database")
    parser.add_argument("--port", type=int, default=5432, help="port to listen on (default: %(default)s)")
    return parser


def _make(data: Path, programs: Installation, *, runner: Runner, user: str, database: str) -> None:
    """Make a data folder with one user and one database.

    :raises EmbeddedPostgresError: no password is given, or a program fails; the message says which, and what it said.
    """
    password = os.environ.get(_PASSWORD, "")
    if not password:
        raise EmbeddedPostgresError(f"{_PASSWORD} is not set: it is the password that {user} will have")
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix="making-") as scratch:
        fresh, secret = Path(scratch) / "data", Path(scratch) / "password"
        secret.write_text(password + "\n", "utf-8")
        for path in (Path(scratch), secret):
            runner.give(path)
        _run(
            [
                *(programs.program("initdb"), f"--pgdata={fresh}", f"--username={user}", f"--pwfile={secret}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
            ],
            runner=runner,
        )
        with (fresh / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all 0.0.0.0/0 scram-sha-256\nhost all all ::/0 scram-sha-256\n")
        if database != "postgres":
            quoted = database.replace('"', '""')
            _run(
                [programs.program("postgres"), "--single", "-D", str(fresh), "postgres"],
                runner=runner,
                said=f'CREATE DATABASE "{quoted}"\n',
            )
        put_in_place(fresh, data)


def _run(command: list[str], *, runner: Runner, said: str = "") -> None:
    lent: dict[str, Any] = runner.popen_arguments()
    done = subprocess.run(  # noqa: S603  our own programs
        command, input=said, capture_output=True, text=True, check=False, env=_environment(), cwd="/", **lent
    )
    if done.returncode:
        raise EmbeddedPostgresError(
            f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()}"
        )


def _environment() -> dict[str, str]:
    """Return what its programs see: nothing of PostgreSQL's own variables, and no password."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


if __name__ == "__main__":
    sys.exit(main())
