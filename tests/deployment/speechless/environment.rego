package signalprocessing.environment

import rego.v1

result := {"environment": "unknown", "source": "nobody-asked"}
