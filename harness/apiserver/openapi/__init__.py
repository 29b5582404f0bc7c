"""The built-in API as kube-apiserver describes it: the types, the resources and the documents under ``/openapi``.

Everything comes from small data files that `generate` makes of a real server; nothing is read before it is asked for.
"""

from harness.apiserver.openapi.components import component, components

__all__ = ["component", "components"]
