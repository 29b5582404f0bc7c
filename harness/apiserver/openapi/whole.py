"""The type of a kind as one schema: every reference replaced by what it refers to, as those need it who look into objects."""

from functools import lru_cache

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.components import PREFIX, component, referred
from harness.apiserver.openapi.custom import published
from harness.apiserver.openapi.documents import META
from harness.apiserver.resources import Resource

_TEXT: Object = {"type": "string"}
_EITHER: Object = {"x-kubernetes-int-or-string": True}


def whole(resource: Resource) -> Object:
    """Return the schema of a kind without references; a type inside of itself is an object without fields there.

    It is shared and never to be changed.
    """
    if resource.model:
        return _built_in(resource.model)
    schema: Object = published(resource.published)
    metadata = {"$ref": f"{PREFIX}{META}ObjectMeta"}
    properties = {**schema.get("properties", {}), "metadata": metadata, "apiVersion": _TEXT, "kind": _TEXT}
    return _object({**schema, "properties": properties}, ())


@lru_cache(maxsize=64)
def _built_in(name: str) -> Object:
    return _object(component(name), (name,))


def _object(schema: Object, inside: tuple[str, ...]) -> Object:
    """Return a schema without references; ``inside`` are the types that it stands in."""
    name = referred(schema)
    if name is not None:
        return {"type": "object"} if name in inside else _object(component(name), (*inside, name))
    if schema.get("format") == "int-or-string":
        return _EITHER
    found = {**schema}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = _object(found[key], inside)
    properties: Json = found.get("properties")
    if isinstance(properties, dict):
        found["properties"] = {key: _object(item, inside) for key, item in properties.items()}
    return found
