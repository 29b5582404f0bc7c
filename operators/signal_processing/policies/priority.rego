# How soon does somebody have to look?
#
# input:  signal.severity, exactly as it was sent; environment, as the environment policy answered
# result: {"priority": P0 | P1 | P2 | P3, "policy_name": the cell of the table that decided}
#
# The sender's word is read with the severity policy's table, so that the two never disagree about a spelling.
package signalprocessing.priority

import data.signalprocessing.severity as severity_policy
import rego.v1

# A severity nobody could read counts as high: a signal must not be buried because its sender has a word of his own.
rows := {
	"critical": {"production": "P0", "staging": "P1", "development": "P2", "test": "P2", "other": "P1"},
	"high": {"production": "P1", "staging": "P2", "development": "P3", "test": "P3", "other": "P2"},
	"medium": {"production": "P2", "staging": "P3", "development": "P3", "test": "P3", "other": "P3"},
	"low": {"production": "P3", "staging": "P3", "development": "P3", "test": "P3", "other": "P3"},
	"unknown": {"production": "P1", "staging": "P2", "development": "P3", "test": "P3", "other": "P2"},
}

column := input.environment if {
	input.environment in {"production", "staging", "development", "test"}
} else := "other"

result := {"priority": priority, "policy_name": concat("/", [severity_policy.result, column])} if {
	priority := rows[severity_policy.result][column]
} else := {"priority": "P2", "policy_name": "catch-all"}
