"""``/ephemeralcontainers``: containers that are added to a pod to look into it (KEP-277). Once there, they stay as they are."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import alike, difference
from harness.apiserver.fields import FieldError, forbidden
from harness.apiserver.kinds.core.podspec.annotations import MIRROR
from harness.apiserver.messages import Object

_CONTAINER: Final = "core.EphemeralContainer"


def debugged(given: Object, spec: Object) -> Object:
    """Return a spec with the ephemeral containers that are given."""
    out = {name: item for name, item in spec.items() if name != "ephemeralContainers"}
    return out | {"ephemeralContainers": given["ephemeralContainers"]} if given.get("ephemeralContainers") else out


def refusal(current: Object) -> FieldError | None:
    """Return why a pod takes no ephemeral containers at all, or None."""
    if MIRROR in (current["metadata"].get("annotations") or {}):
        return forbidden("[]", "static pods do not support ephemeral containers")
    return None


def debug_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield which ephemeral containers have changed, or are not there any more."""
    path, now = "spec.ephemeralContainers", {one.get("name"): one for one in spec.get("ephemeralContainers") or ()}
    for old in before.get("ephemeralContainers") or ():
        start = f'existing ephemeral containers "{old["name"]}" may not be'
        if old["name"] not in now:
            yield forbidden(path, f"{start} removed\n")
        elif not alike(old, now[old["name"]], _CONTAINER):
            yield forbidden(path, f"{start} changed\n{difference(old, now[old['name']], _CONTAINER)}")
