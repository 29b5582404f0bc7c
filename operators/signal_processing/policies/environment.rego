# Which environment does the signal's target live in?
#
# input:  namespace.labels
# result: {"environment": name, "source": where it was found}
#
# Only the namespace is asked: its labels belong to whoever runs the cluster. Labels of the signal are not even in the
# input, for whoever can raise an alert could otherwise promote itself to production (BR-SP-080).
package signalprocessing.environment

import rego.v1

# Spellings that people use for the four names that the priority policy knows.
aliases := {
	"prod": "production",
	"stage": "staging",
	"dev": "development",
	"testing": "test",
}

declared := lower(trim_space(input.namespace.labels["kubernaut.ai/environment"]))

result := {"environment": aliases[declared], "source": "namespace-labels"} if {
	aliases[declared]
} else := {"environment": declared, "source": "namespace-labels"} if {
	declared != ""
} else := {"environment": "unknown", "source": "default"}
