"""The built-in types: schemas of OpenAPI v3 by the name of the component, such as ``io.k8s.api.core.v1.Pod``.

References are as in the documents: ``{"$ref": "#/components/schemas/NAME"}``, or beside a default
``{"allOf": [{"$ref": …}], "default": {}}``; `referred` takes the name out of both. The extensions that merging and
server-side apply go by (``x-kubernetes-list-type``, ``x-kubernetes-list-map-keys``, ``x-kubernetes-map-type``,
``x-kubernetes-patch-merge-key``, ``x-kubernetes-patch-strategy``, ``x-kubernetes-unions``) are kept, descriptions are not:
`described` puts those in.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.data import read

PREFIX: Final = "#/components/schemas/"


@cache
def components() -> Mapping[str, Object]:
    """Return every schema by name, without descriptions. Read once; shared, never to be changed."""
    found: Mapping[str, Object] = read("types")
    return found


def component(name: str) -> Object:
    """Return the schema of a type, without descriptions. It is shared and never to be changed.

    :raises KeyError: there is no such type.
    """
    return components()[name]


def referred(schema: Object) -> str | None:
    """Return the name of the type that a property is a reference to, or None."""
    found = schema.get("$ref")
    if found is None and (alone := schema.get("allOf")) is not None and len(alone) == 1:
        found = alone[0].get("$ref")
    return found.removeprefix(PREFIX) if isinstance(found, str) else None


def described(name: str) -> Object:
    """Return the schema of a type with its descriptions, fresh.

    :raises KeyError: there is no such type.
    """
    found: Object = _with_texts(component(name), iter(_texts()[name]))
    return found


@cache
def _texts() -> Mapping[str, list[str | None]]:
    found: Mapping[str, list[str | None]] = read("texts")
    return found


def without_texts(value: Json, texts: list[str | None]) -> Json:
    """Return a schema without its descriptions; ``texts`` gets one for each dict on the way, None where it has none."""
    if isinstance(value, dict):
        text = value.get("description")
        texts.append(text if isinstance(text, str) else None)
        kept = sorted(item for item in value.items() if item[0] != "description" or not isinstance(item[1], str))
        return {name: without_texts(item, texts) for name, item in kept}
    return [without_texts(item, texts) for item in value] if isinstance(value, list) else value


def _with_texts(value: Json, texts: Iterator[str | None]) -> Json:
    if isinstance(value, dict):
        text = next(texts)
        found = {name: _with_texts(item, texts) for name, item in value.items()}
        return found if text is None else {**found, "description": text}
    return [_with_texts(item, texts) for item in value] if isinstance(value, list) else value
