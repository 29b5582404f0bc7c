"""What an operator tells its script: lines of JSON in the file that the environment names.

An operator is known to watch when it has seen the *beacon*, an object that no handler is for: Kopf lists first, and watches from
there on.
"""

import json
import os
from pathlib import Path
from typing import Any

import kopf

TRIED = {"tried": "yes"}
"""The label of what handlers are for."""

BEACON = "beacon"
TRACE = "TRACE"
PLACE = "PLACE"
"""The variables with the file, and with the namespace of the script."""


def trace(what: str, **told: Any) -> None:
    """Write a line down."""
    with Path(os.environ[TRACE]).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"what": what, **told}, default=repr) + "\n")


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Post what is logged about objects as events; leave soon: nothing is under way when a script ends its operator."""
    settings.posting.loggers = True
    settings.queueing.idle_timeout = 1
    settings.queueing.exit_timeout = 1


@kopf.on.event("gizmos", when=lambda name, namespace, **_: name == BEACON and namespace == os.environ[PLACE])
def seen(**_: Any) -> None:
    trace(BEACON)
