"""The documents of ``/openapi/v3`` about custom resources: one for each group and version, as apiextensions makes them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.components import PREFIX, described
from harness.apiserver.openapi.documents import KINDS, META, paths, schemas_of, versions_everywhere
from harness.apiserver.resources import Resource

INFO: Final = {"title": "Kubernetes CRD Swagger", "version": "v0.1.0"}
_JSON_AND_YAML: Final = ("application/json", "application/yaml")
_PATCHES: Final = ("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json")
_CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_NOT_THERE: Final = frozenset(
    {"admission.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "imagepolicy.k8s.io"}
)
"""Groups that are not in the scheme which the documents of definitions claim the shared kinds for."""

_MODEL: Final = "apis/apps/v1"
"""A built-in document in which every parameter is found that custom resources take."""

_EMBEDDED: Final = {
    "apiVersion": {
        "description": f"apiVersion defines the versioned schema of this representation of an object. More info: "
        f"{_CONVENTIONS}#resources",
        "type": "string",
    },
    "kind": {
        "description": "kind is a string value representing the type of this object. In CamelCase. More info: "
        f"{_CONVENTIONS}#types-kinds",
        "type": "string",
    },
}


def custom_document(resources: Iterable[Resource]) -> Object:
    """Return the document about the custom resources of one group and version."""
    found: Object = {}
    own: dict[str, Object] = {}
    for resource in resources:
        found |= dict(_paths(resource))
        own |= _schemas(resource)
    versions = [one for one in versions_everywhere() if one[0] not in _NOT_THERE]
    used = schemas_of([found, own], lambda name: own.get(name) or described(name), kinds_of_all=versions)
    return {"openapi": "3.0.0", "info": INFO, "paths": found, "components": {"schemas": used}}


def model_name(resource: Resource, kind: str) -> str:
    """Return the name of a custom kind's type, such as ``dev.example.v1.Widget``."""
    return ".".join([*reversed(resource.group.split(".")), resource.version, kind])


def _schemas(resource: Resource) -> dict[str, Object]:
    name = model_name(resource, resource.kind)
    status = described(META + "Status")["properties"]
    type_meta = {field: status[field] for field in ("apiVersion", "kind")}
    schema = published(resource.published)
    schema["properties"] = {**schema.get("properties", {}), "metadata": _metadata("object"), **type_meta}
    listed = {
        "description": f"{resource.list_kind} is a list of {resource.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {
            **type_meta,
            "metadata": _metadata("list"),
            "items": {
                "description": f"List of {resource.plural}. More info: {_CONVENTIONS}",
                "type": "array",
                "items": {"$ref": PREFIX + name},
            },
        },
    }
    fields = (
        {"x-kubernetes-selectable-fields": [{"fieldPath": one} for one in resource.fields]} if resource.fields else {}
    )
    return {
        name: {**schema, KINDS: [_kind(resource)], **fields},
        model_name(resource, resource.list_kind): {
            **listed,
            KINDS: [{**_kind(resource), "kind": resource.list_kind}],
            **fields,
        },
    }


def _kind(resource: Resource) -> Object:
    return {"group": resource.group, "kind": resource.kind, "version": resource.version}


def _metadata(of: str) -> Object:
    kind, anchor = ("ListMeta", "types-kinds") if of == "list" else ("ObjectMeta", "metadata")
    text = f"Standard {of if of == 'list' else of + chr(39) + 's'} metadata. More info: {_CONVENTIONS}#{anchor}"
    return {"description": text, "allOf": [{"$ref": f"{PREFIX}{META}{kind}"}]}


def published(schema: Json) -> Json:
    """Return a structural schema as it is published: with what its extensions imply written out."""
    if not isinstance(schema, dict):
        return schema
    found = {**schema}
    for key in ("items", "additionalProperties", "not"):
        if key in found:
            found[key] = published(found[key])
    if isinstance(found.get("properties"), dict):
        found["properties"] = {name: published(item) for name, item in found["properties"].items()}
    if found.get("x-kubernetes-int-or-string") is True:
        found = _with_both_types(found)
    if found.get("x-kubernetes-embedded-resource") is True:
        found["properties"] = {**found.get("properties", {}), **_EMBEDDED, "metadata": _metadata("object")}
        required = found.get("required", [])
        found["required"] = [*required, *(name for name in ("kind", "apiVersion") if name not in required)]
    return found


def _with_both_types(schema: Object) -> Object:
    both = [{"type": "integer"}, {"type": "string"}]
    alternatives, parts = schema.get("anyOf"), schema.get("allOf") or []
    if alternatives == both or (parts and parts[0].get("anyOf") == both):
        return schema
    return {**schema, "allOf": [{"anyOf": both}, *parts]} if alternatives else {**schema, "anyOf": both}


def _paths(resource: Resource) -> Iterator[tuple[str, Object]]:
    start = f"/apis/{resource.group}/{resource.version}"
    given = _Parameters(resource.namespaced)
    lists = _Operation(resource, "get", "list", answer=resource.list_kind)
    if resource.namespaced:
        everywhere = lists.described(named=f"list{resource.kind}ForAllNamespaces", space="")
        yield f"{start}/{resource.plural}", {"get": everywhere, "parameters": given.of_list_everywhere}
        start += "/namespaces/{namespace}"
    collection = f"{start}/{resource.plural}"
    yield (
        collection,
        {
            "get": {**lists.described(), "parameters": given.of_list},
            "post": {**_Operation(resource, "post", "create").described(), "parameters": given.of_write},
            "delete": {**_Operation(resource, "delete", "deletecollection").described(), "parameters": given.of_list},
            "parameters": given.of_collection,
        },
    )
    remove = {**_Operation(resource, "delete", "delete").described(), "parameters": given.of_delete}
    yield f"{collection}/{{name}}", {**_on_object(resource, given, ""), "delete": remove}
    for part in ("status", "scale"):
        if part in resource.subresources:
            yield f"{collection}/{{name}}/{part}", _on_object(resource, given, part)


def _on_object(resource: Resource, given: "_Parameters", part: str) -> Object:
    return {
        "get": {**_Operation(resource, "get", "read", part).described(), "parameters": given.of_read},
        "put": {**_Operation(resource, "put", "replace", part).described(), "parameters": given.of_write},
        "patch": {**_Operation(resource, "patch", "patch", part).described(), "parameters": given.of_patch},
        "parameters": given.of_object(resource.kind),
    }


class _Parameters:
    """The parameters of each operation: those of a built-in kind."""

    def __init__(self, namespaced: bool) -> None:  # noqa: FBT001  what a resource is
        model = paths(_MODEL)
        collection = f"/{_MODEL}/namespaces/{{namespace}}/deployments"
        self.of_list_everywhere = model[f"/{_MODEL}/deployments"]["parameters"]
        self.of_list = model[collection]["get"]["parameters"]
        self.of_write = model[collection]["post"]["parameters"]
        self.of_patch = model[collection + "/{name}"]["patch"]["parameters"]
        self.of_delete = model[collection + "/{name}"]["delete"]["parameters"]
        self.of_read = [
            {
                "name": "resourceVersion",
                "in": "query",
                "description": next(one for one in self.of_list if one["name"] == "resourceVersion")["description"],
                "schema": {"type": "string", "uniqueItems": True},
            }
        ]
        shared = model[collection]["parameters"]
        self.of_collection = [one for one in shared if namespaced or one["name"] != "namespace"]

    def of_object(self, kind: str) -> list[Json]:
        """Return those of a path with a name."""
        name = {
            "name": "name",
            "in": "path",
            "description": f"name of the {kind}",
            "required": True,
            "schema": {"type": "string", "uniqueItems": True},
        }
        return [name, *self.of_collection]


class _Operation:
    """One operation on a custom resource; ``verb`` is that of its name, ``part`` the subresource."""

    def __init__(self, resource: Resource, method: str, verb: str, part: str = "", *, answer: str = "") -> None:
        self._resource, self._method, self._verb, self._part = resource, method, verb, part
        if part == "scale":
            self._model = "io.k8s.api.autoscaling.v1.Scale"
        else:
            self._model = model_name(resource, answer or resource.kind)

    def described(self, *, named: str = "", space: str = "Namespaced") -> Object:
        """Return the operation without its parameters."""
        resource, method, verb = self._resource, self._method, self._verb
        version = "".join(_camel(one) for one in (resource.group.removesuffix(".k8s.io"), resource.version))
        scope = space if resource.namespaced else ""
        if verb == "deletecollection":
            name = f"delete{version}Collection{scope}{resource.kind}"
        elif named:
            name = f"{verb}{version}{named.removeprefix(verb)}"
        else:
            name = f"{verb}{version}{scope}{resource.kind}{self._part.capitalize()}"
        group = _camel(resource.group.removesuffix(".k8s.io"), first=False)
        found: Object = {
            "tags": [f"{group}_{resource.version}"],
            "description": self._text(),
            "operationId": name,
            "responses": self._responses(),
            "x-kubernetes-action": {"list": "list", "deletecollection": verb, "read": "get"}.get(verb, method),
            KINDS: _kind(resource),
        }
        if (body := self._body()) is not None:
            found["requestBody"] = body
        return found

    def _text(self) -> str:
        kind, part = self._resource.kind, f" {self._part} of" if self._part else ""
        match self._verb:
            case "list":
                return f"list objects of kind {kind}"
            case "create" | "delete":
                return f"{self._verb} {_with_article(kind)}"
            case "deletecollection":
                return f"delete collection of {kind}"
            case "patch":
                return f"partially update{part} the specified {kind}"
        return f"{self._verb}{part} the specified {kind}"

    def _responses(self) -> Object:
        deletes = self._method == "delete"
        codes = {"post": ("200", "201", "202"), "put": ("200", "201"), "delete": ("200", "202")}.get(
            self._method, ("200",)
        )
        if self._verb == "deletecollection":
            codes = ("200",)
        content = _content(_JSON_AND_YAML, META + "Status" if deletes else self._model)
        words = {"200": "OK", "201": "Created", "202": "Accepted"}
        answers = {code: {"description": words[code], "content": content} for code in codes}
        return {**answers, "401": {"description": "Unauthorized"}}

    def _body(self) -> Object | None:
        match self._verb:
            case "create" | "replace":
                return {"content": _content(_JSON_AND_YAML, self._model), "required": True}
            case "patch":
                return {"content": _content(_PATCHES, META + "Patch"), "required": True}
            case "delete":
                return {"content": _content(_JSON_AND_YAML, META + "DeleteOptions")}
        return None


def _content(types: Iterable[str], model: str) -> dict[str, Any]:
    return {one: {"schema": {"$ref": PREFIX + model}} for one in types}


def _with_article(kind: str) -> str:
    if kind.endswith("s") and not kind.endswith("ss"):
        return kind  # taken for a plural
    return f"an {kind}" if kind[:1] in "AEIOUaeiou" else f"a {kind}"


def _camel(text: str, *, first: bool = True) -> str:
    """Return ``text`` as part of an operation's name: letters and digits, capitals where something else was."""
    found, capital = "", first
    for place, letter in enumerate(text):
        if letter.isalpha() or letter == "_" or (place and letter.isdigit()):
            found += letter.upper() if capital else letter
            capital = False
        else:
            capital = True
    return found
