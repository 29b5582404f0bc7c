"""How long messages take, drawn from the seed.

Races are found by *when* messages arrive, not by the order in which one process runs its callbacks: in a measured race a
seeded latency found a lost update in 53 of 200 seeds where shuffling the ready callbacks found none. The range has to be of
the size of the pauses of the code under test, which nobody knows beforehand; so it is drawn per run, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from harness.simulation.trouble import Delay, Moment, Stage

if TYPE_CHECKING:
    from harness.simulation.streams import Streams

PLAIN = 0.001
"""Seconds per message in a run with seed 0. Not 0: in real life a reply is never there before the question has left."""

SHORTEST, LONGEST = 0.001, 1.0
"""Bounds in seconds between which a run draws its upper limit, evenly on a logarithmic scale."""

_NONE, _PLAIN = Delay(0.0), Delay(PLAIN)


class Latency:
    """A trouble that delays every request, reply and watch event.

    Seed 0 is the plain run: every message takes `PLAIN`. Any other seed draws the run's range first and then each message
    uniformly below it, from a stream of its own for each actor and stage.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self.limit = PLAIN
        if streams.seed:
            low, high = math.log(SHORTEST), math.log(LONGEST)
            self.limit = math.exp(streams.of("latency range").uniform(low, high))

    def judge(self, moment: Moment) -> Delay:
        """Draw the delay of one message."""
        if not self._streams.seed:
            return _NONE if moment.stage is Stage.AFTER else _PLAIN
        return Delay(self._streams.of(f"latency/{moment.actor}/{moment.stage}").random() * self.limit)
