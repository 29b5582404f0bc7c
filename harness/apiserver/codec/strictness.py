"""What ``fieldValidation`` tells of: fields that the type does not have, and those that were named twice.

The texts and their order are the decoder's. For built-in kinds it is the order of the text; for custom ones what was named
twice comes first, then what metadata does not have, then what the schema does not have.
"""

from collections.abc import Iterable, Mapping, Sequence

from harness.apiserver.fields import quote


def builtin_faults(unknown: Sequence[str], again: Mapping[str, int], every: Mapping[str, int]) -> list[str]:
    """Return the faults of an object of a built-in kind; ``again`` and ``every`` are the places of fields in the text."""
    if not again:
        return [f"unknown field {quote(path)}" for path in unknown]
    strange = set(unknown)
    found = {every.get(path, 0): f"unknown field {quote(path)}" for path in unknown}
    for path, place in again.items():
        if not any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in strange):
            found[place] = f"duplicate field {quote(path)}"
    return [found[place] for place in sorted(found)]


def custom_faults(unknown: Iterable[str], again: Mapping[str, int]) -> list[str]:
    """Return the faults of a custom object."""
    told = [f"duplicate field {quote(path)}" for path in sorted(again, key=again.__getitem__)]
    return [*told, *(f"unknown field {quote(path)}" for path in unknown)]


def strict_error(repeated: Sequence[str], faults: Sequence[str]) -> str:
    """Return the error that all faults make together."""
    told = list(faults)
    if repeated:
        told.insert(0, "yaml: unmarshal errors:" + "".join(f"\n  {one}" for one in repeated))
    return f"strict decoding error: {', '.join(told)}"
