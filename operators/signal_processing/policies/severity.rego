# What does the sender's severity mean in our five words?
#
# input:  signal.severity, exactly as it was sent
# result: critical | high | medium | low | unknown
#
# Every input has an answer: what nobody has mapped yet is "unknown", never an error and never silently the worst.
package signalprocessing.severity

import rego.v1

meanings := {
	"critical": {"critical", "crit", "fatal", "emergency", "alert", "page", "sev0", "sev1", "p0", "p1"},
	"high": {"high", "error", "major", "sev2", "p2"},
	"medium": {"medium", "moderate", "warning", "warn", "minor", "sev3", "p3"},
	"low": {"low", "info", "informational", "notice", "debug", "sev4", "sev5", "p4", "p5"},
}

# "SEV-1", "sev 1" and "Sev1" are one word.
sent := replace(replace(lower(trim_space(input.signal.severity)), "-", ""), " ", "")

# An else-chain, so that a word put under two headings by mistake is the worse of the two and not a conflict.
result := "critical" if {
	sent in meanings.critical
} else := "high" if {
	sent in meanings.high
} else := "medium" if {
	sent in meanings.medium
} else := "low" if {
	sent in meanings.low
} else := "unknown"
