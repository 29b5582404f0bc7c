"""The document at ``/openapi/v2``, made of those of ``/openapi/v3``: what older clients validate and merge by.

Version 2 cannot say all that version 3 does: nothing is nullable, there are no alternatives and no defaults, a reference
stands alone. Parameters that recur are kept once, under a name that ends in a hash of them.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.components import components, described, referred
from harness.apiserver.openapi.custom import custom_document, model_name
from harness.apiserver.openapi.documents import (
    BUILT_IN_INFO,
    KINDS,
    META,
    SECURITY,
    names,
    paths,
    versions_everywhere,
)
from harness.apiserver.resources import Resource

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_UNSHARED: Final = frozenset({("path", "name"), ("query", "name"), ("query", "fieldValidation"), ("query", "dryRun")})
"""Parameters that are repeated at each path: older kubectl finds out by them what the server can do."""

_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf", "not")
_PUBLIC: Final = frozenset({"WellKnown", "openid"})
"""Tags of the documents about the issuer of tokens, which say nothing of what they take."""

_MEDIA_TYPES: Final = (
    "text/plain",
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json;stream=watch",
    "application/vnd.kubernetes.protobuf;stream=watch",
    "application/jwk-set+json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "*/*",
)
"""In the order in which an operation lists what it takes and makes."""

_MIXED: Final = ("io.k8s.apimachinery.pkg.api.resource.Quantity", "io.k8s.apimachinery.pkg.util.intstr.IntOrString")
"""Types that are a string or a number, where version 2 has only the string."""

_MASK: Final = (1 << 64) - 1


def swagger(custom: Iterable[list[Resource]]) -> Object:
    """Return the document; ``custom`` gives the custom resources of each group and version that has some."""
    found: Object = {}
    for name in names():
        found |= {_rooted(path): _path(item) for path, item in paths(name).items()}
    definitions = {name: _definition(described(name)) for name in components()}
    for name in _MIXED:
        kept = {key: item for key, item in definitions[name].items() if key != "oneOf"}
        definitions[name] = {**kept, "type": "string"}
    for resources in custom:
        document = custom_document(resources)
        found |= {path: _path(item, custom=True) for path, item in document["paths"].items()}
        schemas = document["components"]["schemas"]
        for resource in resources:
            for kind in (resource.kind, resource.list_kind):
                name = model_name(resource, kind)
                definitions[name] = _custom_definition(schemas[name], resource, kind)
    for kind in ("DeleteOptions", "WatchEvent"):
        kinds = [{"group": group, "kind": kind, "version": version} for group, version in versions_everywhere()]
        definitions[META + kind] = {**definitions[META + kind], KINDS: kinds}
    shared = _share(found)
    return {
        "swagger": "2.0",
        "info": BUILT_IN_INFO,
        "paths": {path: found[path] for path in sorted(found)},
        "definitions": {name: definitions[name] for name in sorted(definitions)},
        "parameters": shared,
        "securityDefinitions": SECURITY,
        "security": [{"BearerToken": []}],
    }


def _rooted(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def _path(item: Object, *, custom: bool = False) -> Object:
    found: Object = {}
    takes = ["application/json", "application/yaml"] if custom else ["*/*"]
    for key, part in item.items():
        if key == "parameters":
            found[key] = [_parameter(one) for one in part]
        else:
            found[key] = _operation(part, takes)
    return found


def _operation(operation: Object, takes: list[str]) -> Object:
    found = {key: item for key, item in operation.items() if key != "requestBody"}
    body, answers = operation.get("requestBody"), operation["responses"]
    given = [_parameter(one) for one in operation.get("parameters", ())]
    if body is not None:
        given.insert(0, _body(body))
    if given:
        found["parameters"] = given
    found |= {"schemes": ["https"], "responses": {code: _answer(one) for code, one in answers.items()}}
    makes = sorted(next((one["content"] for one in answers.values() if "content" in one), ()), key=_MEDIA_TYPES.index)
    if makes:
        found["produces"] = makes
    if "x-kubernetes-action" not in operation:
        if not _PUBLIC.intersection(operation["tags"]):
            found["consumes"] = makes
    elif "patch" in operation["x-kubernetes-action"] and body is not None:
        found["consumes"] = sorted(body["content"], key=_MEDIA_TYPES.index)
    else:
        found["consumes"] = takes
    return found


def _body(body: Object) -> Object:
    content = next(iter(body["content"].values()))
    found = {"name": "body", "in": "body", "schema": _definition(content["schema"])}
    return {**found, "required": True} if body.get("required") else found


def _parameter(parameter: Object) -> Object:
    rest = {key: item for key, item in parameter.items() if key != "schema"}
    return {**parameter["schema"], **rest}


def _answer(answer: Object) -> Object:
    content = next(iter(answer.get("content", {}).values()), None)
    found: Object = {"description": answer["description"]}
    return found if content is None else {**found, "schema": _definition(content["schema"])}


def _definition(schema: Json, change: Callable[[Object], Object] | None = None) -> Json:
    """Return a schema of version 3 as version 2 has it; ``change`` is applied to each object in it first."""
    if not isinstance(schema, dict):
        return schema
    found = {**schema} if change is None else change(schema)
    found.pop("default", None)
    if (name := referred(found)) is not None:
        found.pop("allOf", None)
        found["$ref"] = f"#/definitions/{name}"
    for key in ("items", "additionalProperties"):
        if key in found:
            found[key] = _definition(found[key], change)
    if isinstance(found.get("properties"), dict):
        found["properties"] = {name: _definition(item, change) for name, item in found["properties"].items()}
    return found


def _custom_definition(schema: Object, resource: Resource, kind: str) -> Json:
    if kind == resource.kind and resource.published.get("x-kubernetes-preserve-unknown-fields"):
        # kubectl would refuse what it does not find here.
        kept = {KINDS, "x-kubernetes-selectable-fields"}
        return {"type": "object", **{key: item for key, item in schema.items() if key in kept}}
    return _definition(schema, _without_alternatives)


def _without_alternatives(schema: Object) -> Object:
    """Return one object of a custom schema without what version 2 does not have, or older kubectl trips over."""
    keeps_all = schema.get("x-kubernetes-preserve-unknown-fields") is True
    dropped = {"nullable"}
    if referred(schema) is None:
        dropped |= {*_ALTERNATIVES}
    if schema.get("nullable") is True or keeps_all:
        dropped |= {"items", "properties"}
    if schema.get("nullable") is True or (keeps_all and schema.get("type") == "object"):
        dropped |= {"type"}
    if schema.get("type") == "array" and ("items" not in schema or "items" in dropped):
        dropped |= {"type"}
    if keeps_all and schema.get("x-kubernetes-embedded-resource"):
        dropped |= {"required"} if schema.get("required") == ["kind", "apiVersion"] else set()
    found = {key: item for key, item in schema.items() if key not in dropped}
    properties = schema.get("properties") or {}
    if "required" in found:
        found["required"] = [one for one in found["required"] if not properties.get(one, {}).get("nullable")]
        if not found["required"]:
            del found["required"]
    return found


def _share(found: dict[str, Object]) -> dict[str, Object]:
    """Put references in the place of parameters that occur more than once, return those by name."""
    lists = [given for item in found.values() for given in _parameter_lists(item)]
    shared: dict[str, Object] = {}
    for given in lists:
        for place, one in enumerate(given):
            if _sharable(one):
                name = f"{one['name']}-{_hash(_go_json(one))}"
                shared[name] = one
                given[place] = {"$ref": f"#/parameters/{name}"}
    return {name: shared[name] for name in sorted(shared)}


def _parameter_lists(item: Object) -> Iterable[list[Object]]:
    operations = [item[method] for method in _METHODS if method in item]
    return [one["parameters"] for one in [*operations, item] if "parameters" in one]


def _sharable(parameter: Object) -> bool:
    if (parameter["in"], parameter["name"]) in _UNSHARED:
        return False
    reference: str = parameter.get("schema", {}).get("$ref", "")
    return bool(parameter["in"] != "body") or reference.startswith("#/definitions/io.k8s.apimachinery")


_ORDER: Final = ("uniqueItems", "type", "description", "name", "in", "required", "schema")


def _go_json(parameter: Mapping[str, Any]) -> str:
    """Return a parameter as Go writes it, which its hash is taken of."""
    ordered = {key: parameter[key] for key in _ORDER if key in parameter}
    text = json.dumps(ordered, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache  # of some fifty texts, which stand in thousands of places
def _hash(text: str) -> str:
    """Return eight characters of the 64-bit FNV-1 hash of ``text``."""
    found = 0xCBF29CE484222325
    for byte in text.encode():
        found = (found * 0x100000001B3) & _MASK ^ byte
    return base64.urlsafe_b64encode(found.to_bytes(8, "big")[:6]).decode()
