"""The internal form of a definition's spec, by which the server validates and prints it.

What all versions have in common (schema, subresources, columns, selectable fields) stands in the spec itself there, as it
did in the days of v1beta1. So an error of a definition with one version is at ``spec.validation.openAPIV3Schema``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.messages import Json, Object
from harness.apiserver.schema.printed import internal_schema

_SHARED: Final = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")


@dataclass(frozen=True, slots=True)
class Spec:
    """What a spec holds of each shared part, at the top and per version; ``versions`` are as in v1, without what was moved."""

    top: Mapping[str, Json]
    versions: Sequence[Object]


def internal_spec(spec: Object) -> Spec:
    """Return the internal form of a v1 spec."""
    given = spec.get("versions")
    versions = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    if not versions:
        return Spec({}, ())
    top = {
        name: versions[0][name]
        for name in _SHARED
        if versions[0].get(name) is not None
        and all(same_json(one.get(name) or None, versions[0][name] or None) for one in versions)
    }
    return Spec(top, [{name: item for name, item in one.items() if name not in top} for one in versions])


def internal_version(version: Object) -> dict[str, Json]:
    """Return a version (of `Spec.versions`) as the server prints it."""
    schema = version.get("schema")
    inner = (schema or {}).get("openAPIV3Schema")
    return {
        "Name": version.get("name", ""),
        "Served": bool(version.get("served")),
        "Storage": bool(version.get("storage")),
        "Deprecated": bool(version.get("deprecated")),
        "DeprecationWarning": version.get("deprecationWarning"),
        "Schema": None if schema is None else {"OpenAPIV3Schema": internal_schema(inner) if inner else None},
        "Subresources": _subresources(version.get("subresources")),
        "AdditionalPrinterColumns": [_column(one) for one in version.get("additionalPrinterColumns") or []] or None,
        "SelectableFields": [{"JSONPath": one.get("jsonPath", "")} for one in version.get("selectableFields") or []]
        or None,
    }


def _subresources(given: Any) -> Json:
    if given is None:
        return None
    scale = given.get("scale")
    return {
        "Status": None if given.get("status") is None else {},
        "Scale": None
        if scale is None
        else {
            "SpecReplicasPath": scale.get("specReplicasPath", ""),
            "StatusReplicasPath": scale.get("statusReplicasPath", ""),
            "LabelSelectorPath": scale.get("labelSelectorPath"),
        },
    }


def _column(column: Object) -> Json:
    return {
        "Name": column.get("name", ""),
        "Type": column.get("type", ""),
        "Format": column.get("format", ""),
        "Description": column.get("description", ""),
        "Priority": column.get("priority", 0),
        "JSONPath": column.get("jsonPath", ""),
    }
