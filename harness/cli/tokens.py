"""kube-apiserver's file of static tokens: ``token,user,uid,"group1,group2"``, a line each."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from harness.apiserver.messages import User
from harness.config import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def read_tokens(file: Path) -> dict[str, User]:
    """Read a token file; the order is the file's.

    :returns: whom each token stands for. Blank lines and the fourth column may be missing, more columns are ignored.
    :raises ConfigError: it cannot be read, a line has fewer than three columns or no token, a token is there twice, or there
        is none at all (which would let everybody in).
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--token-auth-file {file}: cannot be read: {reason_of(error)}") from error
    users: dict[str, User] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        (row,) = csv.reader([line], skipinitialspace=True)
        where = f"--token-auth-file {file}, line {number}"
        if len(row) < 3:
            raise ConfigError(f'{where}: {len(row)} columns; expected token,user,uid and optionally "group1,group2"')
        token, name, uid = (one.strip() for one in row[:3])
        if not token or not name:
            raise ConfigError(f"{where}: the {'token' if not token else 'user'} is empty")
        if token in users:
            raise ConfigError(f"{where}: the token of {name!r} is that of {users[token].name!r}, too")
        groups = row[3].split(",") if len(row) > 3 else []
        users[token] = User(name, uid=uid, groups=tuple(group.strip() for group in groups if group.strip()))
    if not users:
        raise ConfigError(f'--token-auth-file {file}: holds no token; one line is: token,user,uid,"group1,group2"')
    return users


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Say what went wrong without what the message names anyway."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8 text"
