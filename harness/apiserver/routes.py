"""Paths of the API: ``/api/v1/…`` and ``/apis/GROUP/VERSION/…``, with or without a namespace."""

from functools import lru_cache
from typing import NamedTuple


class Route(NamedTuple):
    """Where a path leads. ``namespace`` is None outside of namespaces, ``name`` and ``subresource`` may be empty.

    ``watch`` tells that the path itself asks for a watch, ``deeper`` that it goes on behind the subresource.
    """

    group: str
    version: str
    plural: str = ""
    namespace: str | None = None
    name: str = ""
    subresource: str = ""
    watch: bool = False
    deeper: bool = False


@lru_cache(maxsize=4096)
def parse_route(path: str) -> Route | None:
    """Return where ``path`` leads, or None when it is no path of a group and version."""
    if path.startswith("//"):
        return None
    match path.strip("/").split("/"):
        case ["api", version, *rest]:
            group = ""
        case ["apis", group, version, *rest]:
            pass
        case _:
            return None
    if "" in rest:
        return None
    watched = len(rest) > 1 and rest[0] == "watch"
    if watched:
        rest = rest[1:]
    namespace = None
    # /namespaces/NAME and its subresources are the namespace itself; a longer path is something inside of it.
    if len(rest) > 2 and rest[0] == "namespaces" and not (len(rest) == 3 and rest[2] in {"status", "finalize"}):
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource = [*rest, "", "", ""][:3]
    deeper = len(rest) > 3 and subresource != "proxy"  # what stands behind that is the other side's
    return Route(group, version, plural, namespace, name, subresource, watch=watched, deeper=deeper)
