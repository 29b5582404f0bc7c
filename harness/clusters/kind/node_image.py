"""Which image nodes are made of.

``KIND_NODE_IMAGE`` goes first. Then ours, where ``make kind-node-image`` has made it: whoever makes one wants it used, and it needs no
registry. Else kind's own default, which kind pulls.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.image import pins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.clusters.kind.engine import Engine

VARIABLE: Final = "KIND_NODE_IMAGE"


@dataclass(frozen=True, slots=True)
class NodeImage:
    """A choice.

    :ivar name: of the image; empty for kind's default.
    :ivar why: for people.
    """

    name: str
    why: str

    @property
    def words(self) -> tuple[str, ...]:
        """What kind is told."""
        return ("--image", self.name) if self.name else ()

    def __str__(self) -> str:
        return f"{self.name or 'kind default'} ({self.why})"


def choose(engine: Engine, environ: Mapping[str, str] = os.environ) -> NodeImage:
    """Choose one."""
    if named := environ.get(VARIABLE):
        return NodeImage(named, VARIABLE)
    if engine.there("image", "inspect", pins.IMAGE):
        return NodeImage(pins.IMAGE, "make kind-node-image")
    return NodeImage("", "from its registry; make kind-node-image where none can be reached")
