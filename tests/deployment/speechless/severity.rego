# It answers while the operator tries its policies out, and never again.
package signalprocessing.severity

import rego.v1

result := "unknown" if input.signal.type == "rehearsal"
