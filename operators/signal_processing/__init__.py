"""SignalProcessing: what a signal is about and how much it matters.

It takes a SignalProcessing from its creation to Completed or Failed: reads the target and its namespace
(``enrichment``), asks the Rego policies for environment, severity and priority (``classification``, ``policies/``),
adds what it means to the business (``business``). The pure centre is ``decide``; ``reconcile`` is the shell around it;
``handlers`` connects it to Kopf.

``kopf run -m operators.signal_processing`` runs it on its own, against the cluster of KUBECONFIG.

Not here yet: recovery context (BR-SP-003), detected and custom labels (BR-SP-101, BR-SP-104), reloading of policies
while it runs (BR-SP-072).
"""

from operators.runtime import register_for_kopf_run
from operators.signal_processing.decide import Decision, Move, Rest
from operators.signal_processing.errors import EnrichmentTimeoutError, PolicyError, SignalProcessingError
from operators.signal_processing.handlers import NAME, build
from operators.signal_processing.settings import Settings
from operators.signal_processing.snapshot import Snapshot

__all__ = [
    "NAME",
    "Decision",
    "EnrichmentTimeoutError",
    "Move",
    "PolicyError",
    "Rest",
    "Settings",
    "SignalProcessingError",
    "Snapshot",
    "build",
]

register_for_kopf_run(build, Settings)
