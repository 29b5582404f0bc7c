"""Figures on disk: one JSON file per run, and the one of them that others are compared with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figure import Figure

FORMAT = 1
BASELINE = Path(__file__).with_name("baseline.json")


class BaselineError(Exception):
    """A file of figures cannot be read; the message says which and why."""


def document(figures: Sequence[Figure], circumstances: dict[str, Any]) -> dict[str, Any]:
    """Return what is written: the machine, how busy it was, and the figures by name."""
    return {
        "format": FORMAT,
        "machine": machine.describe(),
        "circumstances": circumstances,
        "figures": {figure.name: figure.json() for figure in figures},
    }


def write(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Write figures; those of a file of the same format that were not measured now are kept, and how busy it was then.

    :returns: what is in the file now.
    """
    if path.exists():
        before = read(path)
        found = found | {name: {**before[name], **found[name]} for name in ("circumstances", "figures")}
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return found


def read(path: Path) -> dict[str, Any]:
    """Read figures.

    :raises BaselineError: there is no such file, or it is of another format.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BaselineError(f"{path}: cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BaselineError(f"{path}: no figures of format {FORMAT}; make new ones with --save-baseline")
    return found
