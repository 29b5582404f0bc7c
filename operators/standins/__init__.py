"""Stand-ins for the rest of the platform: operators that do what a scenario's script says.

======================  ===========================================================================
`ai_analysis`           AIAnalysis: finds a workflow, nothing to do, or that a person is needed
`workflow_execution`    WorkflowExecution: runs, and ends well or badly
`signal_processing`     SignalProcessing, for scenarios of the orchestrator alone
`part`                  what distinguishes them, as data; `player`: what they share
`scripting`             the scripts: annotations on the RemediationRequest (grammar: `operators.api.scripts`)
`kopf_run`              which of them ``kopf run -m operators.standins`` starts
======================  ===========================================================================

They are operators like the real ones, on the same runtime, with guarded writes and no memory; only what they find is made
up. They write no audit events.
"""

from operators.standins import ai_analysis, signal_processing, workflow_execution

__all__ = ["ai_analysis", "signal_processing", "workflow_execution"]
