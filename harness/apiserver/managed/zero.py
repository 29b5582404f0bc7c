"""An object of a kind before anything is said of it: what a new object is compared with to see what its author wrote.

A custom resource has nothing then. A built-in kind is a Go struct, in which the structs that it holds by value are there from the
start, as are fields that are always written, though empty: nobody comes to own those.
"""

from functools import cache
from typing import Final

from harness.apiserver.codec.builtin import complete
from harness.apiserver.codec.table import model_of
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource

_CUSTOM: Final[Object] = {"metadata": {}}

<<<<<<< HEAD
_ALWAYS_WRITTEN: Final[dict[str, Object]] = {
    "io.k8s.api.apps.v1.StatefulSetSpec": {"serviceName": ""},
    "io.k8s.api.authentication.v1.TokenRequestSpec": {"boundObjectRef": None},
    "io.k8s.api.core.v1.Event": {
        "eventTime": None,
        "firstTimestamp": None,
        "lastTimestamp": None,
        "reportingComponent": "",
        "reportingInstance": "",
    },
    "io.k8s.api.discovery.v1.EndpointSlice": {"endpoints": None, "ports": None},
    "io.k8s.api.events.v1.Event": {
        "deprecatedFirstTimestamp": None,
        "deprecatedLastTimestamp": None,
        "eventTime": None,
    },
    "io.k8s.api.rbac.v1.ClusterRole": {"rules": None},
    "io.k8s.api.rbac.v1.Role": {"rules": None},
}
"""Fields that are written though empty and that OpenAPI calls optional all the same."""

_LEFT_OUT: Final = frozenset(
    {("io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec", "validationActions")}
)
"""Fields that OpenAPI calls required and that are left out when empty."""

=======
>>>>>>> dcc9527 (Merge strategically, apply server-side, patch as evanphx/json-patch does)

def zero(resource: Resource) -> Object:
    """Return the empty object of a kind. It is shared and never to be changed."""
    return _CUSTOM if resource.custom else _of_model(model_of(resource.api_version, resource.kind))


@cache
def _of_model(model: str) -> Object:
<<<<<<< HEAD
    found = _zero({"$ref": model})
    found["metadata"] = {}
    return {name: item for name, item in found.items() if name not in {"apiVersion", "kind"}}


def _zero(schema: Object) -> Any:
    name = referred(schema)
    target = component(name) if name else schema
    out: Object = {**_ALWAYS_WRITTEN.get(name or "", {})}
    required = target.get("required") or ()
    for key, child in (target.get("properties") or {}).items():
        value: Json = child.get("default")
        if value == {} and isinstance(value, dict):
            out[key] = _zero(child)
        elif value is not None and key in required:
            out[key] = value
        elif key in required and key not in out and (name, key) not in _LEFT_OUT:
            out[key] = None
    return out
=======
    return {**(complete({}, model) if model else {}), "metadata": {}}
>>>>>>> dcc9527 (Merge strategically, apply server-side, patch as evanphx/json-patch does)
