"""Files of a volume that hide each other: two at one path, or one at a path on which the other needs a folder."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from harness.apiserver.fields import quote
from harness.apiserver.messages import Object

_NAMED: Final = (
    ("configMap", "ConfigMap", "name"),
    ("secret", "Secret", "secretName"),
    ("downwardAPI", "DownwardAPI", ""),
)
_PROJECTED: Final = (
    ("configMap", "ConfigMap", "name"),
    ("secret", "Secret", "name"),
    ("downwardAPI", "DownwardAPI", ""),
)


class _File(NamedTuple):
    path: str
    source: str

    def __str__(self) -> str:
        return f"{quote(self.path)} ({self.source})" if self.source else quote(self.path)


def overlap_warnings(volumes: Sequence[Object]) -> Iterator[str]:
    """Yield warnings of overlaps, and of projected volumes that have a source without anything."""
    for volume in volumes:
        start = f"volume {quote(volume.get('name', ''))}"
        for field, word, key in _NAMED:
            source = volume.get(field)
            if source is not None and source.get("items"):
                named = f"{word} {quote(source.get(key) or '')}" if key else word
                files = [_File(one.get("path") or "", "") for one in source["items"]]
                yield from (f"{start} ({named}): overlapping paths: {text}" for text in _overlaps(files))
        if volume.get("projected") is not None:
            sources = volume["projected"].get("sources") or ()
            yield from (f"{start} (Projected) has no sources provided" for one in sources if not _has_source(one))
            files = [file for one in sources for file in _projected(one)]
            yield from (f"{start} (Projected): overlapping paths: {text}" for text in _overlaps(files))


def _has_source(projection: Object) -> bool:
    return any(item is not None for item in projection.values())


def _projected(projection: Object) -> list[_File]:
    for field, word, key in _PROJECTED:
        source = projection.get(field)
        if source is not None and source.get("items"):
            named = f"{word} {quote(source.get(key) or '')}" if key else word
            return [_File(one.get("path") or "", named) for one in source["items"]]
    token = projection.get("serviceAccountToken")
    return [] if token is None else [_File(token.get("path") or "", "ServiceAccountToken")]


def _overlaps(files: Sequence[_File]) -> Iterator[str]:
    seen: list[_File] = []
    for one in files:
        file = one._replace(path=one.path.rstrip("/"))
        for other in seen:
            here, there = f"{file.path}/", f"{other.path}/"
            if file.path and other.path and (here.startswith(there) or there.startswith(here)):
                yield f"{file} with {other}"
        seen.append(file)
