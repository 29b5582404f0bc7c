"""Kopf wiring: events of SignalProcessings wake their keys; everything else is read when it is needed.

The operator watches its own kind only. What it enriches from (namespaces, pods, …) is read once per processing: a later
change of a pod does not change what its signal meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from operators.api.kinds import SIGNAL_PROCESSING
from operators.runtime import assemble
from operators.signal_processing.audit import IDENTITY
from operators.signal_processing.classification import load_policies
from operators.signal_processing.reconcile import Reconciler

if TYPE_CHECKING:
    import kopf

    from operators.api.resource import Key
    from operators.runtime import Operator, Result, Runtime
    from operators.signal_processing.settings import Settings

__all__ = ["NAME", "build"]

NAME = "signal-processing"


def build(registry: kopf.OperatorRegistry, settings: Settings) -> Operator:
    """The operator, registered on ``registry`` and ready to start; call it in the thread that will run it.

    The policies are compiled here: an operator that cannot classify must not start.

    :raises PolicyError: a policy cannot be used; the text names the file and what to do.
    :raises SettingsError: the settings cannot be used.
    """
    policies = load_policies(settings.policies)

    async def reconcile(runtime: Runtime[Settings], key: Key) -> Result:
        return await Reconciler(runtime, policies).reconcile(key)

    return assemble(
        name=NAME,
        registry=registry,
        settings=settings,
        own=SIGNAL_PROCESSING,
        reconcile=reconcile,
        audit=IDENTITY,
    )
