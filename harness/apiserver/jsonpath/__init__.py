"""JSONPath as ``k8s.io/client-go/util/jsonpath`` reads and follows it, for printer columns.

A path such as ``.spec.parts[?(@.type=="Ready")].status`` is parsed once (`parse`) and then followed in many objects (`find`).
"""

from harness.apiserver.jsonpath.find import find
from harness.apiserver.jsonpath.parse import Path, PathSyntaxError, parse

__all__ = ["Path", "PathSyntaxError", "find", "parse"]
