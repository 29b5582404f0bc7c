"""Whether a kind cluster can be made here: for CI, which has to say when it tests without one.

``python -m harness.clusters.kind.readiness`` prints what is missing, and ends with 1, or prints nothing. Whether a registry answers is not
asked: without an image at hand one has to be reached, and CI that means to do that names it in ``KIND_NODE_IMAGE``.
"""

from __future__ import annotations

import sys

from harness.clusters.kind import node_image
from harness.clusters.kind.engine import Engine
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.program import find


def lacking() -> str:
    """Say what is missing, and how to get it; empty for nothing."""
    try:
        engine = Engine.chosen()
        engine.check()
        find()
        if not node_image.choose(engine).name:
            return "no node image at hand: make kind-node-image, or name one in KIND_NODE_IMAGE"
    except KindError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    missing = lacking()
    print(missing)  # noqa: T201  a command's output
    sys.exit(1 if missing else 0)
