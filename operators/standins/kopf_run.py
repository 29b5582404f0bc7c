"""Which stand-ins ``kopf run`` starts: those that its command line names.

``-m operators.standins`` is all three; ``-m operators.standins.ai_analysis -m operators.standins.workflow_execution`` leaves
SignalProcessing to the real one. Importing one of them imports this package, so being imported is not enough.
"""

from collections.abc import Callable

import click
import kopf

from operators.runtime.kopf_run import imported_by_kopf_run, register_for_kopf_run
from operators.runtime.operator import Operator
from operators.runtime.settings import RuntimeSettings

_PACKAGE = "operators.standins"


def register_if_named(module: str, build: Callable[[kopf.OperatorRegistry, RuntimeSettings], Operator]) -> None:
    """Build the operator on Kopf's default registry, if ``kopf run -m`` names its module or the whole package."""
    if not imported_by_kopf_run():
        return
    named = click.get_current_context().params.get("modules") or ()
    if module in named or _PACKAGE in named:
        register_for_kopf_run(build, RuntimeSettings)
