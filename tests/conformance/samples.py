"""The kind that the behaviours are about: small, with one of everything that a schema can ask for."""

from typing import Any

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

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
                        "properties": {"name": {"type": "string"}, "weight": {"type": "integer", "default": 1}},
                    },
                },
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        },
        "status": {
            "type": "object",
            "properties": {
                "phase": {"type": "string", "enum": ["New", "Done"]},
                "since": {"type": "string", "format": "date-time"},
            },
        },
    },
}


def definition(name: str = "things", kind: str = "Thing", schema: Any = SCHEMA, **version: Any) -> dict[str, Any]:
    """Return a CRD; ``version`` overrides fields of its only version."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}.ex.dev"},
        "spec": {
            "group": "ex.dev",
            "scope": "Namespaced",
            "names": {"plural": name, "kind": kind},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": {"status": {}},
                    "selectableFields": [{"jsonPath": ".spec.owner"}],
                    "additionalPrinterColumns": [{"name": "Phase", "type": "string", "jsonPath": ".status.phase"}],
                }
                | version
            ],
        },
    }


def thing(name: str = "one", *, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    """Return an object of the kind."""
    return {
        "apiVersion": "ex.dev/v1",
        "kind": "Thing",
        "metadata": {"name": name} | (metadata or {}),
        "spec": {"owner": "ann"} | spec,
    }


def config_map(name: str = "one", **data: str) -> dict[str, Any]:
    """Return a config map."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def core(kind: str, name: str, *, metadata: Any = None, **fields: Any) -> dict[str, Any]:
    """Return an object of the core group."""
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name} | (metadata or {})} | fields


def deployment(name: str = "one", **container: Any) -> dict[str, Any]:
    """Return a deployment of one container."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"} | container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
