"""What is wrong with volumes that are files made of objects: secrets, config maps, fields of the pod, tokens."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, required
from harness.apiserver.kinds.core.keys import file_mode
from harness.apiserver.kinds.core.podspec.security import descending_path
from harness.apiserver.kinds.core.podspec.variables import field_errors, resource_field_errors
from harness.apiserver.messages import Object

_SHORTEST_TOKEN: Final = 10 * 60
_LONGEST_TOKEN: Final = 1 << 32


def _secret(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("secretName"):
        yield required(f"{path}.secretName")
    yield from _files(source, path)


def _config_map(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("name"):
        yield required(f"{path}.name")
    yield from _files(source, path)


def _files(source: Object, path: str) -> Iterator[FieldError]:
    yield from file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for index, item in enumerate(source.get("items") or []):
        here = f"{path}.items[{index}]"
        if not item.get("key"):
            yield required(f"{here}.key")
        yield from _target(item, here)


def _target(item: Object, path: str) -> Iterator[FieldError]:
    target = item.get("path", "")
    if not target:
        yield required(f"{path}.path")
    yield from _local_path(target, f"{path}.path")
    yield from file_mode(item.get("mode"), f"{path}.mode")


def _local_path(target: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the path of a file in a volume; names that begin with two dots are the kubelet's."""
    yield from descending_path(target, path)
    if target.startswith("..") and not target.startswith("../"):
        yield invalid(path, target, "must not start with '..'")


def _downward(source: Object, path: str) -> Iterator[FieldError]:
    yield from file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for item in source.get("items") or []:
        yield from _field_file(item, path)


def _field_file(item: Object, path: str) -> Iterator[FieldError]:
    yield from _target(item, path)
    if item.get("fieldRef") is not None:
        yield from field_errors(item["fieldRef"], f"{path}.fieldRef", volume=True)
        if item.get("resourceFieldRef") is not None:
            yield invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif item.get("resourceFieldRef") is not None:
        yield from resource_field_errors(item["resourceFieldRef"], f"{path}.resourceFieldRef", volume=True)
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")


def _projected(source: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a volume that is made of several; no two may have a file at the same place."""
    yield from file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    taken: set[str] = set()
    for index, one in enumerate(source.get("sources") or []):
        here = f"{path}.sources[{index}]"
        given = [name for name in _PROJECTIONS if one.get(name) is not None]
        for name in given:
            yield from _PROJECTIONS[name](one[name], f"{here}.{name}", path)
            for item in one[name].get("items") or ():
                place = item.get("path")
                if place and place in taken:
                    shown = place if name == "downwardAPI" else one[name].get("name") or ""
                    yield invalid(path, shown, "conflicting duplicate paths")
                taken |= {place} if place else set()
        if len(given) > 1:
            yield forbidden(here, "may not specify more than 1 volume type per source")


def _projected_object(source: Object, path: str, volume: str) -> Iterator[FieldError]:
    del volume
    if not source.get("name"):
        yield required(f"{path}.name")
    yield from _files({"items": source.get("items")}, path)


def _projected_fields(source: Object, path: str, volume: str) -> Iterator[FieldError]:
    del volume
    for item in source.get("items") or []:
        yield from _field_file(item, path)


def _token(source: Object, path: str, volume: str) -> Iterator[FieldError]:
    seconds = source.get("expirationSeconds") or 0
    if seconds < _SHORTEST_TOKEN:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > _LONGEST_TOKEN:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not source.get("path"):
        yield required(f"{volume}.path")
    else:
        yield from _local_path(source["path"], f"{volume}.path")


_PROJECTIONS: Final[Mapping[str, Callable[[Object, str, str], Iterator[FieldError]]]] = {
    "secret": _projected_object,
    "configMap": _projected_object,
    "downwardAPI": _projected_fields,
    "serviceAccountToken": _token,
}

FILES: Final[Mapping[str, Callable[[Object, str], Iterator[FieldError]]]] = {
    "configMap": _config_map,
    "downwardAPI": _downward,
    "projected": _projected,
    "secret": _secret,
}
"""What is wrong with each."""
