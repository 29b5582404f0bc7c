package signalprocessing.priority

import rego.v1

result := {"priority": "P3", "policy_name": "all-alike"}
