"""What admission is asked about: one write, by whom, from what to what."""

from dataclasses import dataclass, replace
from typing import Final

from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Resource

CREATE: Final = "CREATE"
UPDATE: Final = "UPDATE"
DELETE: Final = "DELETE"
CONNECT: Final = "CONNECT"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a request is about, where that is of another kind than the resource: a Scale, an Eviction, options of a connection.

    :ivar model: the name of its type, as `Resource.model`.
    """

    group: str
    version: str
    kind: str
    model: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """A write that asks to be admitted.

    :ivar value: the object as it is to be stored, in the version of ``resource``; None for a deletion.
    :ivar old: the object as it is stored; None for a creation.
    :ivar options: the request's options as an object, ``CreateOptions`` and the like; None for a connection, which has none.
    :ivar kind: what ``value`` is, where it is not of the resource's kind.
    :ivar name: "" for a creation whose name is still to be generated.
    """

    operation: str
    resource: Resource
    user: User
    namespace: str
    name: str
    options: Object | None
    value: Object | None = None
    old: Object | None = None
    subresource: str = ""
    dry_run: bool = False
    kind: Kind | None = None

    def with_value(self, value: Object) -> "Attributes":
        """Return the same write with another object."""
        return replace(self, value=value)

    def version_of(self, resource: Resource) -> "Attributes":
        """Return the same write as it looks in another version of its kind."""
        if resource is self.resource or self.kind is not None:
            return self
        value, old = (
            None if one is None else _converted(one, self.resource, resource) for one in (self.value, self.old)
        )
        return replace(self, value=value, old=old)


def _converted(value: Object, source: Resource, target: Resource) -> Object:
    if source.converter is not None:
        return source.converter.convert(value, wanted=target.api_version)
    stored = source.to_stored(value)
    names = {kept: mine for mine, kept in target.renames.items()}
    return {names.get(name, name): item for name, item in stored.items()} | {
        "apiVersion": target.api_version,
        "kind": target.kind,
    }
