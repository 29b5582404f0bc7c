"""What a definition must be to be accepted: everything but its metadata. The paths are those of the internal form."""

from collections.abc import Iterator
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.apiextensions.approval import approval_errors
from harness.apiserver.kinds.apiextensions.columns import column_errors, selectable_errors, subresource_errors
from harness.apiserver.kinds.apiextensions.conversion import conversion_errors
from harness.apiserver.kinds.apiextensions.internal import Spec, internal_spec, internal_version
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_1035_label, dns_subdomain
from harness.apiserver.schema import errors_of_schema
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.printed import printed

SCOPES: Final = ("Cluster", "Namespaced")
_LONGEST_WARNING: Final = 256


def definition_errors(definition: Object, old: Object | None = None) -> list[FieldError]:
    """Return what is wrong with a definition; ``old`` is the stored one on an update."""
    spec = definition.get("spec") or {}
    definition = {**definition, "spec": spec}
    found = [*_name(definition, spec)] if old is None else []
    found += _spec(spec, old)
    if old is not None:
        found += _immutable(spec, old)
    found += status_errors(definition)
    found += _stored_versions(definition, spec)
    found += approval_errors(definition, old)
    if spec.get("preserveUnknownFields") and not (old and old["spec"].get("preserveUnknownFields")):
        detail = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        )
        found.append(invalid("spec.preserveUnknownFields", True, detail))  # noqa: FBT003
    return found


def status_errors(definition: Object) -> list[FieldError]:
    """Return what is wrong with the status of a definition."""
    names = (definition.get("status") or {}).get("acceptedNames")
    return list(_names(names, "status.acceptedNames")) if isinstance(names, dict) else []


def _name(definition: Object, spec: Object) -> Iterator[FieldError]:
    names = spec.get("names")
    plural = names.get("plural") if isinstance(names, dict) else ""
    name = definition["metadata"].get("name", "")
    if name and name != f"{plural or ''}.{spec.get('group') or ''}":
        yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')


def _spec(spec: Object, old: Object | None) -> Iterator[FieldError]:
    group, scope = spec.get("group"), spec.get("scope")
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
    yield from _versions(internal_spec(spec), old, given=spec.get("versions") is not None)
    names = spec.get("names")
    names = names if isinstance(names, dict) else {}
    for key in ("plural", "singular", "kind", "listKind"):
        if not names.get(key):
            yield required(f"spec.names.{key}")
    yield from _names(names, "spec.names")
    conversion = spec.get("conversion")
    if spec.get("preserveUnknownFields") and isinstance(conversion, dict) and conversion.get("strategy") != "None":
        detail = "must be None if spec.preserveUnknownFields is true"
        yield invalid("spec.conversion.strategy", conversion.get("strategy", ""), detail)
    yield from conversion_errors(conversion, "spec.conversion", check_bundle=_established(old))


def _established(old: Object | None) -> bool:
    conditions = ((old or {}).get("status") or {}).get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _versions(spec: Spec, old: Object | None, *, given: bool) -> Iterator[FieldError]:
    known = _known_schemas(old)
    top = spec.top.get("schema")
    status = [_has_status(one) for one in (spec.top, *spec.versions)]
    for index, version in enumerate(spec.versions):
        path = at("spec.versions", index)
        schema = version.get("schema")
        if not (top or {}).get("openAPIV3Schema") and not (schema or {}).get("openAPIV3Schema"):
            yield required(f"{path}.schema.openAPIV3Schema")
        name = version.get("name") or ""
        if wrong := dns_1035_label(name if isinstance(name, str) else ""):
            yield invalid(below(path, "name"), name, ",".join(wrong))
            if not index and name:  # the internal form holds the first version's name a second time
                yield invalid("spec.version", name, ",".join(wrong))
        yield from _deprecation(version, below(path, "deprecationWarning"))
        enabled = status[0] or status[index + 1]
        unchanged = name in known and same_json(known[name], schema)
        yield from _parts(version, schema, path, status=enabled, unchanged=unchanged)
    yield from _set_of_versions(spec, given=given)
    unchanged = bool(spec.versions) and same_json(known.get(spec.versions[0].get("name", "")), top)
    yield from _parts(spec.top, top, "spec", status=any(status), unchanged=unchanged)


def _known_schemas(old: Object | None) -> dict[str, Json]:
    return {one["name"]: one.get("schema") for one in old["spec"]["versions"]} if old else {}


def _has_status(part: Any) -> bool:
    return (part.get("subresources") or {}).get("status") is not None


def _parts(part: Any, schema: Json, path: str, *, status: bool, unchanged: bool) -> Iterator[FieldError]:
    """Yield the errors of what stands in a version, or in the spec for all of them."""
    inner = (schema or {}).get("openAPIV3Schema")
    top = path == "spec"
    if inner is not None:
        here = below(path, "validation" if top else "schema")
        yield from errors_of_schema(inner, f"{here}.openAPIV3Schema", status_subresource=status, unchanged=unchanged)
    yield from subresource_errors(part.get("subresources"), below(path, "subresources"))
    yield from column_errors(part.get("additionalPrinterColumns") or [], below(path, "additionalPrinterColumns"))
    if fields := part.get("selectableFields"):
        here = below(path, "selectableFields")
        if isinstance(inner, dict):
            yield from selectable_errors(fields, inner, here)
        elif top:
            yield invalid(here, "", "may only be set when validations.schema is included")
        else:
            yield invalid(here, "", "may only be set when `version.schema.openAPIV3Schema` is not included")


def _set_of_versions(spec: Spec, *, given: bool) -> Iterator[FieldError]:
    names = [version.get("name") for version in spec.versions]
    shown = printed([internal_version(one) for one in spec.versions] if given else None)
    if len(names) != len({str(name) for name in names}):
        yield invalid("spec.versions", shown, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in spec.versions) != 1:
        yield invalid("spec.versions", shown, "must have exactly one version marked as storage version")


def _deprecation(version: Object, path: str) -> Iterator[FieldError]:
    text = version.get("deprecationWarning")
    if text is None:
        return
    if not version.get("deprecated"):
        yield invalid(path, text, "can only be set for deprecated versions")
        return
    if len(text.encode()) > _LONGEST_WARNING:
        yield invalid(path, text, "must be <= 256 characters long")
    if not text:
        yield invalid(path, text, "must not be an empty string")
    odd = next((character for character in text if not character.isprintable()), None)
    if odd is not None:
        index = len(text[: text.index(odd)].encode())
        detail = f"must only contain printable UTF-8 characters; non-printable character found at index {index}"
        yield invalid(path, text, detail)


def _names(names: Object, path: str) -> Iterator[FieldError]:
    for key in ("plural", "singular"):
        value = names.get(key)
        if isinstance(value, str) and value and (wrong := dns_1035_label(value)):
            yield invalid(below(path, key), value, ",".join(wrong))
    for key in ("kind", "listKind"):
        value = names.get(key)
        if isinstance(value, str) and value and (wrong := dns_1035_label(value.lower())):
            detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid(below(path, key), value, detail)
    for key in ("shortNames", "categories"):
        for index, value in enumerate(names.get(key) or []):
            if wrong := dns_1035_label(str(value)):
                yield invalid(at(below(path, key), index), value, ",".join(wrong))
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        yield invalid(below(path, "listKind"), names["kind"], "kind and listKind may not be the same")


def _immutable(spec: Object, old: Object) -> Iterator[FieldError]:
    before = old["spec"]
    fields = [("scope",), ("names", "kind")] if _established(old) else []
    for path in (*fields, ("group",), ("names", "plural")):
        new_value: Json = spec
        old_value: Json = before
        for step in path:
            new_value = new_value.get(step) if isinstance(new_value, dict) else None
            old_value = old_value.get(step)
        if new_value != old_value:
            yield invalid("spec." + ".".join(path), new_value or "", "field is immutable")


def _stored_versions(definition: Object, spec: Object) -> Iterator[FieldError]:
    path = "status.storedVersions"
    stored = (definition.get("status") or {}).get("storedVersions") or []
    if not stored:
        yield invalid(path, None, "must have at least one stored version")
        return
    missing = {name: index for index, name in enumerate(stored)}
    versions = spec.get("versions")
    for version in versions if isinstance(versions, list) else []:
        name = (version.get("name") or "") if isinstance(version, dict) else None
        if isinstance(version, dict) and version.get("storage") and name not in missing:
            yield invalid(path, stored, f"must have the storage version {name}")
        missing.pop(name, None)
    for name, index in missing.items():
        yield invalid(
            at(path, index),
            name,
            f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a "
            f"storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions",
        )
