"""One kind in its versions: the type of each, and an object of one version as another has it."""

from functools import cache

from harness.apiserver.messages import Object
from harness.apiserver.openapi import component
from harness.apiserver.resources import Registry, Resource
from harness.apiserver.typed import DEDUCED, TypeNode, type_node
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.validating import check


def type_of(resource: Resource) -> TypeNode:
    """Return the type of a resource's objects."""
    if resource.model:
        return _built_in(resource.model)
    return DEDUCED if resource.schema is None else resource.schema.typed


@cache
def _built_in(model: str) -> TypeNode:
    return type_node({"$ref": model}, component)


class Views:
    """The versions that an object of a resource can be seen in."""

    def __init__(self, registry: Registry, resource: Resource) -> None:
        self._registry, self._resource = registry, resource
        self.type = type_of(resource)

    def type_in(self, api_version: str) -> TypeNode | None:
        """Return the type in a version, or None where a built-in kind has none of that name.

        :raises TypedError: a custom kind has no such version.
        """
        if api_version == self._resource.api_version:
            return self.type
        if self._resource.custom:
            found = self._resource.types.get(api_version)
            if found is None:
                raise TypedError(f"request to convert CR to an invalid group/version: {api_version}")
            return found
        other = self._other(api_version)
        return None if other is None else type_of(other)

    def convert(self, value: Object, *, current: str, wanted: str, told: str) -> Object:
        """Return an object, given in the ``current`` version, in the ``wanted`` one; both have a type.

        ``told`` names the object and where it was to be seen, for the error.

        :raises TypedError: it is of a custom kind, and has what that version does not know.
        """
        if current == wanted:
            return value
        if self._resource.custom:
            found = value
            if self._resource.converter is not None:
                typed = {**value, "apiVersion": current, "kind": self._resource.kind}
                found = self._resource.converter.convert(typed, wanted=wanted)
            try:
                check(self._resource.types[wanted], found)
            except TypedError as problem:
                raise TypedError(f"failed to convert {told}: {problem}") from None
            return found
        source, target = self._other(current), self._other(wanted)
        if source is None or target is None:
            return value
        stored = source.to_stored({name: item for name, item in value.items() if name not in {"apiVersion", "kind"}})
        return target.from_stored({"apiVersion": wanted, "kind": target.kind, **stored})

    def _other(self, api_version: str) -> Resource | None:
        group, _, version = api_version.rpartition("/")
        found = self._registry.find(group, version, self._resource.plural)
        return found if found is not None and found.collection is self._resource.collection else None
