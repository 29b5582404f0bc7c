"""An object of a built-in kind, as its decoder leaves it."""

from harness.apiserver.codec.decoding import reader
from harness.apiserver.codec.reading import DecodeError, Reading
from harness.apiserver.messages import Object

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


def complete(value: Object, model: str, current: Object | None = None) -> Object:
    """Return ``value`` with everything that Go writes although it is empty, such as ``status: {}``; metadata as it is.

    What it shares with ``current``, a complete object, is taken as it is.
    """
    kept = {name: value[name] for name in _TYPE_META if name in value}
    if current is not None:
        kept |= {name: item for name, item in value.items() if item is current.get(name, kept)}
    run = Reading(complete=True)
    found: Object = reader(model).read({name: item for name, item in value.items() if name not in kept}, run)
    return {**found, **kept}
