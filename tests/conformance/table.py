"""The table of what agrees: docs/conformance.md, made from the suite's list.

``python -m tests.conformance.table`` writes it. What the suite lists as agreeing does, or the suite fails.
"""

import itertools
from pathlib import Path

from .script import behaviours

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

_INTRODUCTION = """# Conformance

What is compared with a real kube-apiserver 1.36.3 (and, where controllers have a part in it, kube-controller-manager), behaviour by behaviour, over HTTP and in memory: statuses, headers, bodies, events.
`make conformance` plays all of it, on your machine, and Hypothesis draws more; it fails where something differs that is not named here.
`python -m tests.conformance.survey` draws thousands (thirty scripts a second), goes on after the first difference and groups what it finds into classes.
This page is written by `python -m tests.conformance.table`.
"""


def page() -> str:
    """Return the page."""
    found = behaviours()
    known = [one for one in found if one.differs]
    areas = [(area, list(group)) for area, group in itertools.groupby(found, key=lambda one: one.area)]
    rows = [_row(area.replace("_", " "), len(of), sum(bool(one.differs) for one in of)) for area, of in areas]
    lines = [_INTRODUCTION, "| area | behaviours | agree | known to differ |", "|---|---|---|---|", *rows]
    lines += [_row("**all**", len(found), len(known)), "", "## Known to differ", ""]
    lines += [f"- {one.name.replace('_', ' ')} ({one.area.replace('_', ' ')}): {one.differs}." for one in known] or [
        "Nothing."
    ]
    alone = [one for one in found if one.sockets]
    if alone:
        lines += ["", "## Over HTTP alone", "", *(f"- {one.name.replace('_', ' ')}: {one.sockets}." for one in alone)]
    return "\n".join(lines) + "\n"


def _row(area: str, count: int, known: int) -> str:
    return f"| {area} | {count} | {count - known} | {known or ''} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
