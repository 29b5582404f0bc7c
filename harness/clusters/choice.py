"""Which cluster plain ``pytest harness/`` uses: the one that was brought up in this checkout, else the embedded one.

The choice is a file in the project's folder, beside the code that it is for: another checkout, and a project of somebody else's, are not
moved to a real cluster by a command that was typed here.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from harness.clusters.venues import EMBEDDED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLE: Final = "HARNESS_CLUSTER"
"""Names the cluster where no option does: for CI, and for tests of the harness itself."""

_FILE: Final = ".harness/cluster"


def default(root: Path, *, simulated: bool = False, environ: Mapping[str, str] = os.environ) -> str:
    """Return the cluster to use where a person names none.

    :param simulated: whether something was asked for that only simulated runs have, such as a seed.
    """
    if simulated:
        return EMBEDDED
    return environ.get(VARIABLE) or chosen(root) or EMBEDDED


def choose(root: Path, cluster: str) -> None:
    """Use a cluster from now on."""
    file = root / _FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{cluster}\n")


def chosen(root: Path) -> str:
    """Return the cluster that was chosen; empty when none was."""
    try:
        return (root / _FILE).read_text().strip()
    except FileNotFoundError:
        return ""


def forget(root: Path) -> None:
    """Go back to the embedded one."""
    file = root / _FILE
    file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # somebody else's files are in it
        file.parent.rmdir()
