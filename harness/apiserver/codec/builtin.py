"""An object of a built-in kind, as its decoder leaves it."""

from harness.apiserver.codec.decoding import reader
from harness.apiserver.codec.reading import DecodeError, Mode, Reading
from harness.apiserver.compare import same_json
from harness.apiserver.messages import Object

_NOTHING = object()
_TYPE_META = ("apiVersion", "kind", "metadata")


def decode(value: Object, model: str) -> tuple[Object, list[str]]:
    """Return ``value`` as the Go struct ``model`` holds it, and the fields that it does not have, in the order of the text.

    :raises DecodeError: a value of a wrong type, in the words of Go's decoder.
    """
    run = Reading()
    found: Object = reader(model).read(value, run)
    if run.problem:
        raise DecodeError(run.problem)
    return found, run.unknown


def complete(value: Object, model: str, current: Object | None = None, mode: Mode = Mode.STORED) -> Object:
    """Return ``value`` with everything that Go writes although it is empty, such as ``status: {}``; metadata as it is.

    What it shares with ``current``, a complete object, is taken as it is.
    """
    kept = {name: value[name] for name in _TYPE_META if name in value}
    if current is not None:
        kept |= {name: item for name, item in value.items() if item is current.get(name, kept)}
    run = Reading(mode)
    found: Object = reader(model).read({name: item for name, item in value.items() if name not in kept}, run)
    return {**found, **kept}


def beyond_empty(value: Object, model: str) -> Object:
    """Return what ``value``, as Go writes it, has beyond the empty object of its kind; kind and metadata as they are."""
    kept = {name: value[name] for name in _TYPE_META if name in value}
    return {**_beyond(value, reader(model).zero), **kept}


def _beyond(value: Object, empty: Object) -> Object:
    out: Object = {}
    for name, item in value.items():
        blank = empty.get(name, _NOTHING)
        if blank is _NOTHING or not same_json(item, blank):
            out[name] = _beyond(item, blank) if isinstance(item, dict) and isinstance(blank, dict) and blank else item
    return out
