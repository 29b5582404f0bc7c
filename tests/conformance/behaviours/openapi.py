"""What the API looks like, as clients validate, merge and explain by."""

import copy
from typing import Any

from ..samples import DEFINITIONS, SCHEMA, definition
from ..script import behaviour
from ..side import Side

INDEX = "/openapi/v3"
PROTOBUF = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf"


def of_group(name: str, schema: Any = SCHEMA, **version: Any) -> Any:
    """Return a definition in a group of its own."""
    created = definition(schema=schema, **version)
    created["spec"]["group"] = f"{name}.dev"
    created["metadata"]["name"] = f"things.{name}.dev"
    return created


def document(api: Side, name: str) -> None:
    """Ask for one document."""
    api.get(f"{INDEX}/{name}")


def published(api: Side, created: Any, version: str = "v1") -> None:
    """Define a kind, ask for its document, take the definition away."""
    api.defined(created, published=True)
    document(api, f"apis/{created['spec']['group']}/{version}")
    api.gone(f"{DEFINITIONS}/{created['metadata']['name']}")


def of_schema(api: Side, name: str, **properties: Any) -> None:
    """Publish a kind with these fields in its spec."""
    spec = {"type": "object", "properties": properties}
    published(api, of_group(name, {"type": "object", "properties": {"spec": spec}}, selectableFields=[]))


@behaviour
def index(api: Side) -> None:
    """What is described; hashes are the server's own."""
    answer = api.get(INDEX)
    for name, found in answer.json["paths"].items():
        address, _, known = found["serverRelativeURL"].partition("?hash=")
        assert (f"{INDEX}/{name}", 128) == (address, len(known))
    api.transcript[-1]["body"] = sorted(name for name in answer.json["paths"] if ".dev" not in name)


@behaviour
def core(api: Side) -> None:
    document(api, "api/v1")


@behaviour
def small_documents(api: Side) -> None:
    for name in (
        "api",
        "apis",
        "version",
        "apis/apps",
        "apis/batch",
        ".well-known/openid-configuration",
        "openid/v1/jwks",
    ):
        document(api, name)


@behaviour
def apps(api: Side) -> None:
    document(api, "apis/apps/v1")


@behaviour
def batch_and_autoscaling(api: Side) -> None:
    for name in ("batch/v1", "autoscaling/v1", "autoscaling/v2", "policy/v1"):
        document(api, f"apis/{name}")


@behaviour
def access(api: Side) -> None:
    for name in ("rbac.authorization.k8s.io", "authorization.k8s.io", "authentication.k8s.io", "certificates.k8s.io"):
        document(api, f"apis/{name}/v1")


@behaviour
def definitions_of_kinds(api: Side) -> None:
    for name in ("apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io"):
        document(api, f"apis/{name}/v1")


@behaviour
def the_rest(api: Side) -> None:
    for name in ("coordination", "discovery", "events", "networking", "node", "resource", "scheduling", "storage"):
        document(api, f"apis/{name}.k8s.io/v1")
    document(api, "apis/flowcontrol.apiserver.k8s.io/v1")


@behaviour
def no_such_document(api: Side) -> None:
    for path in ("/apis/none.dev/v1", "/apis/apps/v2", "/apis/apps/", "/", "/nothing", "/api/v1/pods"):
        api.get(f"{INDEX}{path}")
    for path in ("/openapi", "/openapi/", "/openapi/v4", "/openapi/v2/", "/openapi/v2/api", "/swagger.json"):
        api.get(path)


@behaviour
def documents_are_kept(api: Side) -> None:
    for path in (f"{INDEX}/apis/apps/v1", "/openapi/v2", f"{INDEX}/version"):
        api.again(path)
        api.again(path, {"accept": "application/json"})


@behaviour
def documents_under_their_hash(api: Side) -> None:
    path = api.get(INDEX).json["paths"]["version"]["serverRelativeURL"]
    api.transcript.pop()
    plain, _, known = path.partition("?hash=")
    api.get(plain, hash=known)
    api.get(plain, hash="other")


@behaviour
def media_types(api: Side) -> None:
    for accept in ("*/*", "application/*", "application/json", "text/html, application/json"):
        api.request("GET", f"{INDEX}/version", head={"accept": accept})
    for path in (f"{INDEX}/version", "/openapi/v2"):
        api.request("GET", path, head={"accept": "text/html"})
        api.request("GET", path, head={"accept": "application/yaml"})


@behaviour
def version_two_in_protobuf(api: Side) -> None:
    """What kubectl asks for. The bytes are looked at elsewhere: definitions of other behaviours are among them."""
    older = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    newer = older.replace("@", ".")
    for accept in (older, newer, f"{older}, application/json", f"application/json, {newer}", f"{newer};q=0.1"):
        api.request("GET", "/openapi/v2", head={"accept": accept})
        assert api.transcript[-1].pop("body")
    for accept in (newer.replace("v2", "v3"), "application/vnd.kubernetes.protobuf", f"text/html, {older}"):
        api.request("GET", "/openapi/v2", head={"accept": accept}, query={})
        api.transcript[-1].pop("body")


@behaviour
def any_method(api: Side) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        api.request(method, f"{INDEX}/version")
        api.request(method, f"{INDEX}/none")


@behaviour
def version_two(api: Side) -> None:
    """All built-in types and paths in the older form."""
    body = api.get("/openapi/v2") and api.transcript[-1]["body"]
    body["paths"] = {path: item for path, item in body["paths"].items() if ".dev/" not in path}
    body["definitions"] = {name: one for name, one in body["definitions"].items() if not name.startswith("dev.")}


@behaviour
def a_custom_kind(api: Side) -> None:
    published(api, of_group("published"))


@behaviour
def a_custom_kind_with_a_scale(api: Side) -> None:
    scale = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.replicas"}
    published(api, of_group("scaled", subresources={"status": {}, "scale": scale}))


@behaviour
def a_custom_kind_of_the_cluster(api: Side) -> None:
    created = of_group("clusterwide", subresources={})
    created["spec"]["scope"] = "Cluster"
    created["spec"]["names"] = {"plural": "things", "kind": "Animals", "listKind": "Herd", "singular": "animal"}
    published(api, created)


@behaviour
def a_custom_kind_in_a_long_group(api: Side) -> None:
    created = of_group("a-b2.Long".lower())
    created["spec"]["names"] |= {"kind": "Eye"}
    published(api, created)


@behaviour
def several_versions(api: Side) -> None:
    created = of_group("versions")
    (one,) = created["spec"]["versions"]
    other = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    created["spec"]["versions"].append(
        one | {"name": "v1alpha1", "storage": False, "schema": {"openAPIV3Schema": other}, "selectableFields": []}
    )
    api.defined(created, published=True)
    document(api, "apis/versions.dev/v1")
    document(api, "apis/versions.dev/v1alpha1")
    api.gone(f"{DEFINITIONS}/things.versions.dev")


@behaviour
def a_schema_of_everything(api: Side) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"] |= {"apiVersion": {"type": "string"}, "metadata": {"type": "object"}}
    schema["description"], schema["required"] = "A thing.", ["spec"]
    published(api, of_group("everything", schema))


@behaviour
def int_or_string(api: Side) -> None:
    both = [{"type": "integer"}, {"type": "string"}]
    of_schema(
        api,
        "intorstring",
        plain={"x-kubernetes-int-or-string": True},
        said={"x-kubernetes-int-or-string": True, "anyOf": both},
        more={"x-kubernetes-int-or-string": True, "allOf": [{"anyOf": both}, {"maxLength": 3}]},
        limited={"x-kubernetes-int-or-string": True, "pattern": "^a", "maximum": 5},
        listed={"type": "array", "items": {"x-kubernetes-int-or-string": True}},
    )


@behaviour
def embedded_resources(api: Side) -> None:
    of_schema(
        api,
        "embedded",
        kept={"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
        shaped={
            "type": "object",
            "x-kubernetes-embedded-resource": True,
            "required": ["spec", "kind"],
            "properties": {"spec": {"type": "object"}, "metadata": {"type": "object"}},
        },
        listed={
            "type": "array",
            "items": {
                "type": "object",
                "x-kubernetes-embedded-resource": True,
                "properties": {"data": {"type": "object", "additionalProperties": {"type": "string"}}},
            },
        },
    )


@behaviour
def defaults_and_nullable(api: Side) -> None:
    of_schema(
        api,
        "defaulted",
        text={"type": "string", "default": "a", "nullable": True},
        number={"type": "number", "default": 1.5, "multipleOf": 0.5},
        things={"type": "object", "default": {}, "properties": {"a": {"type": "boolean", "default": False}}},
        listed={"type": "array", "nullable": True, "items": {"type": "string"}, "default": ["x"]},
        choice={"type": "string", "enum": ["a", "b"], "default": "b", "title": "Choice", "example": "a"},
    )


@behaviour
def alternatives(api: Side) -> None:
    of_schema(
        api,
        "alternatives",
        one={
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer", "format": "int64"}},
            "oneOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"b": {"minimum": 3}}}],
            "not": {"required": ["a", "b"]},
        },
        all={"type": "string", "allOf": [{"minLength": 1}, {"anyOf": [{"pattern": "^a"}, {"maxLength": 2}]}]},
    )


@behaviour
def rules_and_list_types(api: Side) -> None:
    of_schema(
        api,
        "ruled",
        low={
            "type": "integer",
            "x-kubernetes-validations": [{"rule": "self > 1", "message": "low", "reason": "FieldValueInvalid"}],
        },
        tags={
            "type": "array",
            "maxItems": 3,
            "x-kubernetes-list-type": "set",
            "items": {"type": "string", "maxLength": 9},
        },
        atom={"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {"type": "string"}}},
        mapped={"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        free={"type": "object", "additionalProperties": True},
    )


@behaviour
def a_custom_kind_in_version_two(api: Side) -> None:
    """Without what version 2 cannot say."""
    created = of_group("older")
    created["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = copy.deepcopy(SCHEMA)
    api.defined(created, published=True)
    api.in_time("/openapi/v2", lambda answer: "dev.older.v1.Thing" in answer.json["definitions"])
    body = api.get("/openapi/v2") and api.transcript[-1]["body"]
    body["paths"] = {path: item for path, item in body["paths"].items() if "older.dev/" in path}
    body["definitions"] = {name: one for name, one in body["definitions"].items() if name.startswith("dev.older.")}
    api.gone(f"{DEFINITIONS}/things.older.dev")


@behaviour
def a_definition_that_is_gone(api: Side) -> None:
    created = of_group("leaving")
    api.defined(created, published=True)
    api.gone(f"{DEFINITIONS}/things.leaving.dev")
    api.in_time(f"{INDEX}/apis/leaving.dev/v1", lambda answer: answer.status == 404)
    document(api, "apis/leaving.dev/v1")
    assert "apis/leaving.dev/v1" not in api.get(INDEX).json["paths"]
    api.transcript.pop()
