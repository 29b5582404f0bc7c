"""Custom resource definitions: checked, completed with their status, and turned into resources."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_1035_label, dns_subdomain
from harness.apiserver.resources.columns import column_errors, selectable_errors
from harness.apiserver.resources.resource import Column, Resource, field_path, opening
from harness.apiserver.schema import CompiledSchema, compiled_schema, errors_of_schema
from harness.apiserver.schema.paths import at, below
from harness.apiserver.store import Store

SCOPES: Final = ("Cluster", "Namespaced")
_AGE: Final = Column("Age", "date", ".metadata.creationTimestamp")


def with_defaults(definition: Object) -> Object:
    """Return a definition with the names and the conversion that its author may leave out. Copies what it changes."""
    spec = definition.get("spec")
    if not isinstance(spec, dict):
        return definition
    names = spec.get("names")
    if isinstance(names, dict) and isinstance(names.get("kind"), str):
        names = {**names}
        names.setdefault("singular", names["kind"].lower())
        names.setdefault("listKind", names["kind"] + "List")
    return {
        **definition,
        "spec": {**spec, "names": names, "conversion": spec.get("conversion") or {"strategy": "None"}},
    }


def definition_errors(definition: Object, old: Object | None = None) -> list[FieldError]:
    """Return what is wrong with a definition (its metadata apart); ``old`` is the stored one on an update."""
    spec = definition.get("spec")
    if not isinstance(spec, dict):
        return [required("spec.group"), required("spec.scope"), required("spec.names.plural")]
    found = [*_identity(definition, spec), *_versions(spec), *_names(spec)]
    if not found and old is not None:
        found += _immutable(spec, old.get("spec") or {})
        found += _stored_versions(definition, spec)
    return found


def _identity(definition: Object, spec: Object) -> Iterator[FieldError]:
    group, scope = spec.get("group"), spec.get("scope")
    names = spec.get("names")
    plural = names.get("plural") if isinstance(names, dict) else ""
    name = definition.get("metadata", {}).get("name")
    if name != f"{plural}.{group}":
        yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    if not isinstance(group, str) or not group:
        yield required("spec.group")
    elif wrong := dns_subdomain(group):
        yield invalid("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")
    if not scope:
        yield required("spec.scope")
    elif scope not in SCOPES:
        yield not_supported("spec.scope", scope, SCOPES)
    if spec.get("preserveUnknownFields"):
        detail = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        )
        yield invalid("spec.preserveUnknownFields", True, detail)  # noqa: FBT003
    strategy = (spec.get("conversion") or {}).get("strategy")
    if strategy not in ("None", "Webhook"):  # a tuple: it may be anything, unhashable too
        yield not_supported("spec.conversion.strategy", strategy, ("None", "Webhook"))
    elif strategy == "Webhook":
        yield invalid(
            "spec.conversion.strategy", strategy, "webhook conversion is not available in the embedded server"
        )


def _versions(spec: Object) -> Iterator[FieldError]:
    versions = spec.get("versions")
    if not isinstance(versions, list) or not all(isinstance(one, dict) for one in versions):
        versions = []
    for index, version in enumerate(versions):
        yield from _version(version, at("spec.versions", index))
    names = [version.get("name") for version in versions]
    if len(names) != len({str(name) for name in names}):
        yield invalid("spec.versions", versions, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", versions, "must have exactly one version marked as storage version")


def _version(version: Object, path: str) -> Iterator[FieldError]:
    name = version.get("name")
    if wrong := dns_1035_label(name if isinstance(name, str) else ""):
        yield invalid(below(path, "name"), name or "", ",".join(wrong))
    schema = (version.get("schema") or {}).get("openAPIV3Schema")
    here = f"{path}.schema.openAPIV3Schema"
    if schema is None:
        yield required(here)
        return
    status = "status" in (version.get("subresources") or {})
    yield from errors_of_schema(schema, here, status_subresource=status)
    yield from column_errors(version.get("additionalPrinterColumns") or [], below(path, "additionalPrinterColumns"))
    yield from selectable_errors(version.get("selectableFields") or [], schema, below(path, "selectableFields"))


def _names(spec: Object) -> Iterator[FieldError]:
    names = spec.get("names")
    names = names if isinstance(names, dict) else {}
    for key in ("plural", "singular", "kind", "listKind"):
        value = names.get(key)
        if not isinstance(value, str) or not value:
            yield required(f"spec.names.{key}")
        elif key in {"plural", "singular"} and (wrong := dns_1035_label(value)):
            yield invalid(f"spec.names.{key}", value, ",".join(wrong))
        elif key in {"kind", "listKind"} and (wrong := dns_1035_label(value.lower())):
            detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid(f"spec.names.{key}", value, detail)
    for key in ("shortNames", "categories"):
        for index, value in enumerate(names.get(key) or []):
            if wrong := dns_1035_label(str(value)):
                yield invalid(at(f"spec.names.{key}", index), value, ",".join(wrong))
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        yield invalid("spec.names.listKind", names["kind"], "kind and listKind may not be the same")


def _immutable(spec: Object, old: Object) -> Iterator[FieldError]:
    for path in (("group",), ("scope",), ("names", "kind"), ("names", "plural")):
        new_value: Json = spec
        old_value: Json = old
        for step in path:
            new_value, old_value = new_value.get(step), old_value.get(step)
        if new_value != old_value:
            yield invalid("spec." + ".".join(path), new_value, "field is immutable")


def _stored_versions(definition: Object, spec: Object) -> Iterator[FieldError]:
    stored = (definition.get("status") or {}).get("storedVersions") or []
    served = {version["name"] for version in spec["versions"]}
    for index, name in enumerate(stored):
        if name not in served:
            yield invalid(
                at("status.storedVersions", index),
                name,
                f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions "
                f"until a storage migration ensures no data remains persisted in {name} and removes {name} from "
                "status.storedVersions",
            )


def established_status(definition: Object, now: str) -> Object:
    """Return the status of an accepted definition: names accepted, established at once, storage version noted."""
    spec, status = definition["spec"], definition.get("status") or {}
    stored = list(status.get("storedVersions") or [])
    stored += [v["name"] for v in spec["versions"] if v.get("storage") and v["name"] not in stored]
    known = {condition["type"]: condition for condition in status.get("conditions") or []}
    conditions = []
    for kind, reason, message in (
        ("NamesAccepted", "NoConflicts", "no conflicts found"),
        ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ):
        since = known.get(kind, {}).get("lastTransitionTime", now)
        conditions.append(
            {"lastTransitionTime": since, "message": message, "reason": reason, "status": "True", "type": kind}
        )
    return {"acceptedNames": spec["names"], "conditions": conditions, "storedVersions": stored}


def custom_resources(definition: Object, store: Store) -> Iterator[Resource]:
    """Yield a resource for each served version of an accepted definition."""
    spec = definition["spec"]
    storage = next(version for version in spec["versions"] if version.get("storage"))
    collection = store.collection(spec["group"], spec["names"]["plural"])
    schemas = {version["name"]: compiled_schema(version["schema"]["openAPIV3Schema"]) for version in spec["versions"]}
    types = {f"{spec['group']}/{name}": schema.typed for name, schema in schemas.items()}
    for version in spec["versions"]:
        if version.get("served"):
            exact = version["schema"] == storage["schema"]
            resource = _custom(spec, version, schemas[version["name"]], collection, exact=exact)
            yield replace(resource, storage_version=storage["name"], types=types)


def _custom(
    spec: Mapping[str, Any], version: Mapping[str, Any], schema: CompiledSchema, collection: Any, *, exact: bool
) -> Resource:
    names = spec["names"]
    columns = version.get("additionalPrinterColumns")
    paths = [field["jsonPath"] for field in version.get("selectableFields") or []]
    deprecated = f"{spec['group']}/{version['name']} {names['kind']} is deprecated"
    return Resource(
        group=spec["group"],
        version=version["name"],
        plural=names["plural"],
        singular=names["singular"],
        kind=names["kind"],
        list_kind=names["listKind"],
        collection=collection,
        namespaced=spec["scope"] == "Namespaced",
        custom=True,
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=("status",) if "status" in (version.get("subresources") or {}) else (),
        schema=schema,
        columns=tuple(map(_column, columns)) if columns else (_AGE,),
        fields={path.lstrip("."): field_path(path) for path in paths},
        exact=exact,
        counts_generation=True,
        unconditional_update=False,
        deprecation=(version.get("deprecationWarning") or deprecated) if version.get("deprecated") else "",
        opening=opening(f"{spec['group']}/{version['name']}", names["kind"]),
    )


def _column(column: Mapping[str, Any]) -> Column:
    return Column(
        name=column["name"],
        type=column["type"],
        path=column["jsonPath"],
        format=column.get("format", ""),
        description=column.get("description")
        or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
        priority=column.get("priority", 0),
    )
