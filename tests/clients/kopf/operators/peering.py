"""An operator among others: it says who it is."""

import os
from typing import Any

import kopf

from ..trace import PLACE, TRIED, trace


@kopf.on.create("gizmos", labels=TRIED, when=lambda namespace, **_: namespace == os.environ[PLACE])
def created(name: str, **_: Any) -> str:
    trace("create", name=name)
    return os.environ["OPERATOR"]
