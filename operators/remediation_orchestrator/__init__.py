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

Not here yet, or not so:

* Approvals: an analysis that requires one ends the request as Failed in ``approval`` (`outcomes`).
* Notifications; the other reasons to block (a busy target, a recent remediation, a backoff), whose blocks are respected
  and left when their time has passed, but never written (`decide`).
* Edges that somebody else walks, such as a person who cancels, are honoured but not told to the audit trail (`audit`).
* A request deleted while it holds the claim leaves the Lease behind until the next request of its fingerprint (`claims`).
* A duplicate whose original was deleted is routed afresh: its global limit starts anew (`moves`).

``kopf run -m operators.remediation_orchestrator`` runs it against the API server of KUBECONFIG.
"""

from operators.remediation_orchestrator.handlers import NAME, build
from operators.remediation_orchestrator.settings import Settings
from operators.runtime.kopf_run import register_for_kopf_run

__all__ = ["NAME", "Settings", "build"]

register_for_kopf_run(build, Settings)
