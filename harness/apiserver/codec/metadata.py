"""Metadata of custom objects, and of objects embedded in them: read as the Go struct ``ObjectMeta``, alone.

The real server turns it into JSON once more before it reads it, hence the order of the alphabet in which faults are found.
"""

from typing import Final

from harness.apiserver.codec.decoding import reader
from harness.apiserver.codec.reading import DecodeError, Reading, dotted
from harness.apiserver.messages import Json, Object

_MODEL = "meta/v1.ObjectMeta"
_MISSING: Final = object()


def read_metadata(value: Json, unknown: list[str], path: str = "metadata", *, trusted: Object | None = None) -> Object:
    """Return metadata as Go holds it; the paths of fields that it does not have are added to ``unknown``.

    Fields that are those of ``trusted`` (metadata that was read before) themselves are not looked at again.

    :raises DecodeError: a field of another type than it has.
    """
    if value is None:
        return {}
    if trusted is not None and value.__class__ is dict:
        if value is trusted:
            return trusted
        changed = {name: item for name, item in value.items() if item is not trusted.get(name, _MISSING)}
        kept = read_metadata(changed, unknown, path) if changed else changed
        return {name: kept.get(name, item) for name, item in value.items() if name not in changed or name in kept}
    run = Reading()
    found: Object = reader(_MODEL).read(value, run)
    if run.problem or run.unknown:
        run = Reading()
        found = reader(_MODEL).read(_sorted(value), run)
        if run.problem:
            raise DecodeError(run.problem)
        unknown += [dotted([path, one]) for one in run.unknown]
    return without_empty(found)


def without_empty(metadata: Object) -> Object:
    """Return metadata without empty lists and maps, but for one: empty ``managedFields`` ask to forget who owns what."""
    return {
        name: item
        for name, item in metadata.items()
        if item or name == "managedFields" or item.__class__ not in {dict, list}
    }


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
