"""Surveys: many drawn scripts, played to the end whatever differs, and what differs grouped into classes.

``make conformance`` stops at the first difference and shrinks it; a survey goes on, so that one look shows all that there is to mend:

    python -m tests.conformance.survey built_in --examples 2000 --seed 7

Scripts are played on the real server and on the embedded one's HTTP front, several at a time: a definition keeps the real one waiting
for two seconds. Each class is shown with how often it was met and its smallest script, reduced to what it takes. Exit status 1 when
anything differs.
"""

import argparse
import dataclasses
import http.client
import itertools
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane

from .connections import Place
from .generated.comparing import class_of, compare
from .generated.drawn import DRAWN
from .generated.reducing import reduced
from .generated.steps import Script, printed
from .servers import TOKEN, alone, define, defined
from .serving import http_server

_BATCH = 200
"""So many are drawn at a time: Hypothesis draws ever larger examples within a run."""


@dataclasses.dataclass
class Class:
    """Scripts that differ in one way."""

    smallest: Script
    count: int = 1


class Survey:
    """Differences between two servers, by class."""

    def __init__(self, real: Place, embedded: Place) -> None:
        self._places = (real, embedded)
        self._numbers = itertools.count(1)
        self.classes: dict[str, Class] = {}
        self.played = 0

    def play(self, scripts: Iterable[Script], *, side_by_side: int) -> None:
        """Play scripts, and put those that differ to their classes."""
        scripts = list(scripts)
        with ThreadPoolExecutor(side_by_side) as pool:
            for script, name in zip(scripts, pool.map(self._class_of, scripts), strict=True):
                self.played += 1
                if name:
                    self._add(name, script)

    def _add(self, name: str, script: Script) -> None:
        known = self.classes.get(name)
        if known is None:
            self.classes[name] = Class(script)
            return
        known.count += 1
        known.smallest = min(known.smallest, script, key=lambda one: len(repr(one)))

    def _class_of(self, script: Script) -> str:
        try:
            lines = compare(script, f"drawn-{next(self._numbers)}", *self._places)
        except AssertionError as error:
            return f"cannot be set up: {error}"[:200]
        except http.client.RemoteDisconnected:
            return "one of the two breaks the connection off"
        return class_of(lines) if lines else ""

    def reduced(self, name: str, *, tries: int) -> Script:
        """Return the smallest script of a class, made smaller."""
        script = self.classes[name].smallest

        def holds(steps: Any) -> bool:
            return self._class_of(dataclasses.replace(script, steps=tuple(steps))) == name

        return dataclasses.replace(script, steps=tuple(reduced(script.steps, holds, tries=tries)))


def drawn(kind: str, count: int, *, number: int) -> list[Script]:
    """Draw scripts; the same for the same ``number``."""
    found: list[Script] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(script=DRAWN[kind].scripts)
    def draw(script: Script) -> None:
        found.append(script)

    draw()
    return found


def _told(survey: Survey, *, tries: int) -> None:
    for name, one in sorted(survey.classes.items(), key=lambda item: -item[1].count):
        script = survey.reduced(name, tries=tries) if one.smallest.definition is None else one.smallest
        _say(f"== {one.count} times\n{name}\n\n{printed('found', script)}\n")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "kinds", nargs="*", choices=[*DRAWN, []], metavar="KIND", help=f"{', '.join(DRAWN)}; all by default"
    )
    parser.add_argument("--examples", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tries", type=int, default=300, help="to make a script smaller")
    return parser.parse_args()


def main() -> int:
    """Survey, and tell."""
    asked = _arguments()
    with (
        tempfile.TemporaryDirectory() as folder,
        control_plane(dataclasses.replace(find(), controller_manager=None)) as plane,
        http_server(alone(), Path(folder), token=TOKEN) as embedded,
    ):
        defined(plane)
        define(embedded)
        differs = False
        for kind in asked.kinds or DRAWN:
            survey, started = Survey(plane.address, embedded), time.monotonic()
            for batch in range(0, asked.examples, _BATCH):
                found = drawn(kind, min(_BATCH, asked.examples - batch), number=asked.seed * 10_000 + batch)
                survey.play(found, side_by_side=DRAWN[kind].side_by_side)
            took = time.monotonic() - started
            _say(f"{kind}: {survey.played} scripts in {took:.0f} s, {len(survey.classes)} classes of difference")
            _told(survey, tries=asked.tries)
            differs |= bool(survey.classes)
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
