"""Owners of a scale: those of the object's count, seen as owners of ``.spec.replicas`` of a Scale, and turned back.

Source: ``ScaleHandler`` of apimachinery. An updater comes back under another name than it went (its version is the Scale's), so
that it counts as somebody new, without a time.
"""

from typing import Final

from harness.apiserver.managed.managers import Managed, Owned, Owner
from harness.apiserver.typed.fieldsets import FieldSet, Path, difference, has, of_paths

VERSION: Final = "autoscaling/v1"
_REPLICAS: Final[Path] = ("f:spec", "f:replicas")
_OWNED: Final[FieldSet] = of_paths(_REPLICAS)


def owners_of_scale(managed: Managed, count: Path) -> Managed:
    """Return the owners of a Scale, whose object has its count at ``count``."""
    return {
        _renamed(owner): Owned(_OWNED, VERSION, owned.time)
        for owner, owned in managed.items()
        if has(owned.fields, count)
    }


def _renamed(owner: Owner) -> Owner:
    return owner if owner.applies else owner._replace(api_version=VERSION)


def owners_of_scaled(managed: Managed, scale: Managed, count: Path, *, api_version: str) -> Managed:
    """Return the owners of the object after ``scale``, the owners of its Scale, have changed."""
    out: Managed = {}
    rest = {**scale}
    for owner, owned in managed.items():
        if not has(owned.fields, count):
            out[owner] = owned
        elif owner in rest:
            out[owner] = owned
            del rest[owner]
        elif fields := difference(owned.fields, of_paths(count)):
            out[owner] = Owned(fields, owned.api_version, owned.time)
    for owner, owned in rest.items():
        if has(owned.fields, _REPLICAS):
            time = managed[owner].time if owner in managed else ""
            out[owner] = Owned(of_paths(count), api_version, time)
    return out
