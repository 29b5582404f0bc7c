"""Metadata of custom objects, and of objects embedded in them: read as the Go struct ``ObjectMeta``, alone.

The real server turns it into JSON once more before it reads it, hence the order of the alphabet in which faults are found.
"""

from harness.apiserver.codec.decoding import reader
from harness.apiserver.codec.reading import DecodeError, Reading, dotted
from harness.apiserver.messages import Json, Object

_MODEL = "meta/v1.ObjectMeta"


def read_metadata(value: Json, unknown: list[str], path: str = "metadata") -> Object:
    """Return metadata as Go holds it; the paths of fields that it does not have are added to ``unknown``.

    :raises DecodeError: a field of another type than it has.
    """
    if value is None:
        return {}
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
