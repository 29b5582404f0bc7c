"""The RemediationOrchestrator: takes a RemediationRequest through its stages, one at a time per (namespace, fingerprint).

================  ==================================================================================
`decide`          what happens next: a pure function of what was read and of the time
`snapshot`        what is read for it
`routing`         who may proceed (consecutive failures, duplicates, oldest first)
`outcomes`        what a child's end means; `timeouts`: when patience ends; `moves`: the edges, worded
`stages`          which child belongs to which phase; `children`: their bodies
`audit`           what the audit trail is told of an edge
`reconciler`      the shell: read, decide, act
`claims`          the Lease that admits one request at a time; `routing_reads`: the one list by fingerprint
`handlers`        Kopf's side; `index`: whom to wake
================  ==================================================================================

``kopf run -m operators.remediation_orchestrator`` runs it against the API server of KUBECONFIG.
"""

from operators.remediation_orchestrator.handlers import NAME, build
from operators.remediation_orchestrator.settings import Settings
from operators.runtime.kopf_run import register_for_kopf_run

__all__ = ["NAME", "Settings", "build"]

register_for_kopf_run(build, Settings)
