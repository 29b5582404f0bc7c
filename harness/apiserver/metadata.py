"""Object metadata: taken in, ruled by the server, and checked.

The server owns uid, creationTimestamp, deletionTimestamp, generation, resourceVersion and managedFields; what a client
sends for them is dropped, or refused where the real server refuses it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from harness.apiserver.fields import FieldError, Printed, forbidden, go_document, invalid, quote, required, too_long
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value, qualified_name

_FIELDS: Final = (
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
)
"""In the order of Go's type, in which built-in kinds are written."""
_NUMBERS: Final = frozenset({bool, float, int})
"""What is never empty, whatever its value."""
_ANNOTATIONS_LIMIT: Final = 256 * 1024


def ordered(metadata: Object) -> Object:
    """Return ``metadata`` with its fields in their order, and without empty ones."""
    given = metadata.get
    return {name: item for name in _FIELDS if (item := given(name)) or item.__class__ in _NUMBERS}


def metadata_errors(metadata: Object, old: Object | None = None) -> Iterator[FieldError]:
    """Yield what is wrong with labels, annotations, owners and finalizers; parts shared with ``old`` are not looked at."""
    before = old or {}
    if (labels := metadata.get("labels")) is not None and labels is not before.get("labels"):
        for key, value in labels.items():
            yield from (invalid("metadata.labels", key, wrong) for wrong in qualified_name(key))
            yield from (invalid("metadata.labels", value, wrong) for wrong in label_value(value))
    if (notes := metadata.get("annotations")) is not None and notes is not before.get("annotations"):
        for key in notes:
            yield from (invalid("metadata.annotations", key, wrong) for wrong in qualified_name(key.lower()))
        if sum(len(key.encode()) + len(value.encode()) for key, value in notes.items()) > _ANNOTATIONS_LIMIT:
            yield too_long("metadata.annotations", _ANNOTATIONS_LIMIT)
    if (owners := metadata.get("ownerReferences")) is not None and owners is not before.get("ownerReferences"):
        yield from _owner_errors(owners)
    if (finalizers := metadata.get("finalizers")) is not None and old is None:
        yield from finalizer_errors(finalizers)


def finalizer_errors(finalizers: Sequence[str]) -> Iterator[FieldError]:
    """Yield what is wrong with the finalizers of a new object."""
    for one in finalizers:
        yield from (invalid("metadata.finalizers", one, wrong) for wrong in qualified_name(one))
    if "foregroundDeletion" in finalizers and "orphan" in finalizers:
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        yield invalid("metadata.finalizers", list(finalizers), detail)


def _shown(reference: Object) -> Printed:
    """Return an owner reference as Go writes it."""
    always = {name: reference.get(name, "") for name in ("apiVersion", "kind", "name", "uid")}
    given = {name: reference[name] for name in ("controller", "blockOwnerDeletion") if reference.get(name) is not None}
    return Printed(go_document(always | given))


def _owner_errors(references: list[Object]) -> Iterator[FieldError]:
    controller = ""
    for reference in references:
        here = "metadata.ownerReferences"
        if not reference.get("apiVersion", "").rpartition("/")[2]:
            yield invalid(f"{here}.apiVersion", reference.get("apiVersion", ""), "version must not be empty")
        for key in ("kind", "name", "uid"):
            if not reference.get(key):
                yield invalid(f"{here}.{key}", "", "must not be empty")
        if reference.get("apiVersion") == "v1" and reference.get("kind") == "Event":
            yield invalid(here, _shown(reference), "/v1, Kind=Event is disallowed from being an owner")
        if reference.get("controller"):
            name = f"{reference.get('kind')}/{reference.get('name')}"
            if controller:
                detail = (
                    'Only one reference can have Controller set to true. Found "true" in references for '
                    f"{controller} and {name}"
                )
                yield invalid(here, references, detail)
            controller = controller or name


def update_errors(metadata: Object, old: Object) -> Iterator[FieldError]:
    """Yield what an update must not do to metadata: change identity, or add finalizers to what is being deleted.

    What is wrong with labels and the like is told by `metadata_errors`.
    """
    if "deletionTimestamp" in old:
        added = sorted(set(metadata.get("finalizers") or ()) - set(old.get("finalizers") or ()))
        if added:
            listed = ", ".join(map(quote, added))
            detail = (
                "no new finalizers can be added if the object is being deleted, found new finalizers "
                f"[]string{{{listed}}}"
            )
            yield forbidden("metadata.finalizers", detail)
    for name in ("uid", "deletionTimestamp", "deletionGracePeriodSeconds"):
        if metadata.get(name) != old.get(name):
            yield invalid(f"metadata.{name}", metadata.get(name), "field is immutable")


def name_errors(metadata: Object, wrong: list[str]) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a new object; ``wrong`` is the verdict of its kind's rule."""
    if not metadata.get("name"):
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from (invalid("metadata.name", metadata["name"], text) for text in wrong)


def without_repeated_owners(metadata: Object) -> tuple[Object, list[str]]:
    """Return metadata whose owner references differ from each other, and the uids of those that did not."""
    references = metadata.get("ownerReferences") or []
    kept: list[Object] = []
    repeated = []
    for reference in references:
        if reference in kept:
            repeated.append(reference.get("uid", ""))
        else:
            kept.append(reference)
    return ({**metadata, "ownerReferences": kept} if repeated else metadata), repeated


def finalizer_warnings(finalizers: Sequence[str], old: Sequence[str] = ()) -> list[str]:
    """Return the warnings for new finalizers without a domain (custom resources only)."""
    warnings = []
    for one in sorted(set(finalizers) - set(old)):
        if "/" not in one and one not in {"orphan", "foregroundDeletion", "kubernetes"}:
            path = " including a path (/)" if "." in one else ""
            warnings.append(
                f"metadata.finalizers: {quote(one)}: prefer a domain-qualified finalizer name{path} to "
                "avoid accidental conflicts with other finalizer writers"
            )
    return warnings
