"""What is drawn, by name: for the tests, which draw a few of each, and for surveys, which draw thousands."""

from dataclasses import dataclass

from hypothesis import strategies as st

from .builtin import built_in, lives
from .scripts import customs, defined, scripts
from .steps import Script


@dataclass(frozen=True)
class Drawn:
    """One sort of scripts.

    :ivar side_by_side: so many may be played at a time in a survey; more than one where the servers keep a script waiting.
    """

    scripts: st.SearchStrategy[Script]
    side_by_side: int = 2


DRAWN = {
    "verbs": Drawn(scripts(), side_by_side=4),
    "definitions": Drawn(defined()),
    "customs": Drawn(customs(), side_by_side=16),
    "built_in": Drawn(built_in()),
    "lives": Drawn(lives()),
}
