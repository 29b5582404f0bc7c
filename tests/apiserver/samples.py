"""The sample kind of the suite: small, and with one of everything that a schema can ask for."""

from typing import Any

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
THINGS = "/apis/ex.dev/v1/namespaces/default/things"
ALL_THINGS = "/apis/ex.dev/v1/things"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["owner"],
            "x-kubernetes-validations": [
                {"rule": "!has(self.low) || !has(self.high) || self.low <= self.high", "message": "low above high"}
            ],
            "properties": {
                "owner": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 8,
                    "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "owner is immutable"}],
                },
                "size": {"type": "integer", "minimum": 1, "maximum": 9, "default": 5},
                "ratio": {"type": "number", "exclusiveMinimum": True, "minimum": 0},
                "low": {"type": "integer"},
                "high": {"type": "integer"},
                "code": {"type": "string", "pattern": "^[a-f]+$"},
                "port": {"x-kubernetes-int-or-string": True},
                "note": {"type": "string", "nullable": True},
                "tags": {"type": "array", "maxItems": 3, "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                "parts": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string"},
                            "weight": {
                                "type": "integer",
                                "default": 1,
                                "x-kubernetes-validations": [{"rule": "self >= oldSelf", "message": "only heavier"}],
                            },
                        },
                    },
                },
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        },
        "status": {
            "type": "object",
            "properties": {
                "phase": {"type": "string", "enum": ["New", "Done"]},
                "since": {"type": "string", "format": "date-time"},
                "count": {"type": "integer"},
            },
        },
    },
}


def definition(schema: Any = SCHEMA, **version: Any) -> dict[str, Any]:
    """Return the definition of `Thing`; ``version`` overrides fields of its only version."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.ex.dev"},
        "spec": {
            "group": "ex.dev",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing", "shortNames": ["th"], "categories": ["all"]},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": {"status": {}},
                    "selectableFields": [{"jsonPath": ".spec.owner"}],
                    "additionalPrinterColumns": [
                        {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
                        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
                    ],
                }
                | version
            ],
        },
    }


def thing(name: str = "one", *, labels: Any = None, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a `Thing`."""
    meta = {"name": name} | ({"labels": labels} if labels else {}) | (metadata or {})
    return {"apiVersion": "ex.dev/v1", "kind": "Thing", "metadata": meta, "spec": {"owner": "ann"} | spec}
