"""What one kind does beyond the common pipeline of verbs: the seam between the verbs and the kinds.

The verbs know metadata, versions, finalizers and the store. What a Service or a Pod does of its own (defaults, fields that only
the server may set, rules, addresses to hand out, subresources) is its `Strategy`; the name is that of kube-apiserver's
registry, and so is the order of the steps:

- *create*: ``default`` · admission · ``permit`` · ``begin`` · ``errors`` · stored, then ``stored``
- *update and patch*: ``default`` · ``permit`` · ``revise`` · admission · ``errors`` · stored, then ``stored``
- *delete*: ``mark_deleted`` · removed, then ``removed``

Objects are plain dicts that may share parts with what is stored: a step returns a new dict where it changes something, copied
along the path of the change, and never writes into the one it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from harness.apiserver.cluster import Cluster
    from harness.apiserver.fields import FieldError
    from harness.apiserver.messages import Object, Reply, Request, User
    from harness.apiserver.resources import Resource
    from harness.apiserver.store import Entry, Key


class Endpoint(Protocol):
    """Serves one subresource that is no part of the object, such as ``pods/eviction`` or ``deployments/scale``.

    Under the name "" it serves a whole resource that keeps no objects, such as ``tokenreviews`` or ``componentstatuses``:
    ``key.name`` is empty then for requests to the collection (a review is a POST to it), ``key.namespace`` for those
    outside of namespaces.
    """

    def __call__(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        """Answer one request, whose method is one of those that discovery lists as verbs of this path."""
        ...


class Conversion(Protocol):
    """Turns a version of a kind into the one that is stored, and back. Both return fresh dicts.

    The first version that discovery lists for a group is the stored one; the others need a conversion.
    """

    def from_stored(self, value: Object) -> Object:
        """Return a stored object in this version; ``value`` has this version's apiVersion and kind already."""
        ...

    def to_stored(self, value: Object) -> Object:
        """Return an object of this version as it is stored, without apiVersion and kind."""
        ...


OBJECT_PARTS: Final = frozenset({"status", "finalize", "approval", "ephemeralcontainers", "resize"})
"""Subresources that are parts of the object itself: GET answers with all of it, PUT and PATCH change the part alone."""


class Converter(Protocol):
    """Turns the versions of a custom kind into each other by asking its author's webhook; objects say which version they have."""

    def read(self, value: Object, *, wanted: str) -> Object:
        """Return a stored object in the API version ``wanted``."""
        ...

    def write(self, value: Object) -> Object:
        """Return an object as it is stored."""
        ...

    def convert(self, value: Object, *, wanted: str) -> Object:
        """Return an object in the API version ``wanted``; no schema is applied."""
        ...

    def shown(self, resource: Resource, entry: Entry) -> Object:
        """Return a stored object in the version of ``resource``, which may have been converted before."""
        ...

    def prepare(self, resource: Resource, entries: Iterable[Entry]) -> None:
        """See to it that `shown` knows all ``entries``."""
        ...


class Strategy:
    """A kind without behaviour of its own; kinds override what they do otherwise."""

    orphan_warning: str = ""
    """What to say where a deletion without a policy leaves dependents behind."""

    orphans: bool = False
    """Whether a deletion without a policy leaves dependents behind, as it did before there was a collector."""

    counts_labels: bool = False
    """Whether changed labels are another generation."""

    versioned_annotations: frozenset[str] = frozenset()
    """Annotations that clients see, and that the server's own form of an object has not: nor have Tables and metadata alone."""

    endpoints: Mapping[str, Endpoint] = {}
    """Subresources by name, and "" for a resource that keeps no objects; the verbs serve those of `OBJECT_PARTS`."""

    conversions: Mapping[str, Conversion] = {}
    """By the versions that are not stored as they are."""

    born_with_status: bool = False
    """Whether the status that a client gives at creation is kept, as it is of nodes."""

    def default(self, value: Object) -> Object:
        """Return an object, as decoded from a body or a patch, with what its version defaults."""
        return value

    def permit(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
    ) -> None:
        """Refuse what the user may not write, beyond the verb: roles must not grant more than their author has.

        ``value`` is as the client wants it; ``key`` is the place of the request, without a name for a POST.
        """

    def signed(self, value: Object, user: User) -> Object:
        """Return a new object with what it tells of its author; called right before `begin`."""
        del user
        return value

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Return a new object with what its kind is given at birth, and without what a client may not give it."""
        del cluster, resource
        return value

    def bookmarked(self, empty: Object) -> Object:
        """Return the object of a bookmark: an empty one, as it comes out of the server's own form."""
        return empty

    def as_read(self, value: Object) -> Object:
        """Return a new and sound object as it is read: with defaults that follow from what it was given at birth.

        Nobody checks them, and nobody has stored them until the next write; the object itself is returned where there are none.
        """
        return value

    def allotted(self, cluster: Cluster, resource: Resource, value: Object, *, dry_run: bool) -> Object:
        """Return a new object with what the cluster hands out to it; not asked of what a subresource creates."""
        del cluster, resource, dry_run
        return value

    def pretended(self, cluster: Cluster, value: Object) -> Object:
        """Return a new object, which is sound and not to be stored, with what a dry run shows instead of what is handed out."""
        del cluster
        return value

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Return a revised object with what its kind sets back or adds; ``current`` is the stored one."""
        del cluster, resource, current, subresource
        return value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with a new (``current`` is None) or revised object by the rules of its kind."""
        del cluster, resource, value, current, subresource
        return []

    def part(self, value: Object, *, current: Object, subresource: str) -> Object:
        """Return ``current`` with the part that ``subresource``, one of `OBJECT_PARTS`, writes taken from ``value``.

        Metadata is ruled by the verbs: that of built-in kinds is taken from ``value``, too; `revise` may set it back.
        """
        if subresource == "finalize":
            spec = value.get("spec")
            return {**current, "spec": spec if isinstance(spec, dict) else {}}
        out = {**current}
        if "status" in value:
            out["status"] = value["status"]
        else:
            out.pop("status", None)
        return out

    def early_warnings(self, value: Object) -> Iterable[str]:
        """Return what is said of a new object before anything is filled in by `begin`."""
        del value
        return ()

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Return what is said to the client beside the reply."""
        del value, current
        return []

    def status_warnings(self, value: Object) -> list[str]:
        """Return what is said beside the reply to a write of a status: seldom anything."""
        del value
        return []

    def stored(self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None) -> None:
        """Do what follows from a version that has been stored; not called for a dry run."""

    def check_deletion(self, cluster: Cluster, resource: Resource, name: str) -> None:
        """Refuse a client's deletion of what must stay."""
        del cluster, resource, name

    def grace_seconds(self, value: Object, asked: int | None) -> int | None:
        """Return how long a deleted object stays, ``asked`` being what the client says; None where deletion has no grace.

        An object of a kind with grace gets its deletionTimestamp (that of the end) even when it goes at once.
        """
        del value, asked
        return None

    def mark_again(self, value: Object) -> Object | None:
        """Return what the second deletion of a marked object writes, None where it writes nothing."""
        del value
        return None

    def mark_deleted(self, cluster: Cluster, resource: Resource, value: Object) -> Object | None:
        """Return a deleted object as its kind keeps it for a while, or None for one that goes at once.

        ``value`` has its deletionTimestamp. Finalizers hold an object in any case.
        """
        del cluster, resource, value
        return None

    def removed(self, cluster: Cluster, resource: Resource, value: Object) -> None:
        """Do what follows from a removal: give back what the object held; not called for a dry run."""
