"""What form a client wants its reply in: the Accept header, read as the real server reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.apiserver.codec.media import ACCEPTED, JSON, PROTOBUF
from harness.apiserver.codec.protobuf import encodable

PLAIN: Final = frozenset({"", JSON, "*/*", f"{JSON}, */*", f"{JSON},*/*"})
"""Headers that ask for JSON and nothing else, so that nobody has to read them."""

STREAMED: Final = (f"{JSON};stream=watch", f"{PROTOBUF};stream=watch")
_META: Final = "meta.k8s.io"
_TABLES: Final = frozenset({"Table"})
_PARTIAL: Final = frozenset({"PartialObjectMetadata", "PartialObjectMetadataList"})


@dataclass(frozen=True, slots=True)
class Form:
    """A media type, and what else is asked of it. ``kind`` is that of another form of the object, "" for the plain one."""

    media: str
    group: str = ""
    version: str = ""
    kind: str = ""
    pretty: bool = False
    stream: str = ""

    @property
    def converts(self) -> bool:
        """Whether another kind is asked for."""
        return bool(self.group or self.version or self.kind)


@lru_cache(maxsize=256)
def forms(accept: str, offered: tuple[str, ...] = ACCEPTED) -> tuple[Form, ...]:
    """Return the forms of those ``offered`` that a header asks for, the preferred one first."""
    if not accept:
        return (Form(offered[0]),)
    weighed = []
    for clause in accept.split(","):
        media, *parameters = (part.strip() for part in clause.split(";"))
        asked = dict(part.split("=", 1) for part in parameters if "=" in part)
        try:
            weight = float(asked.get("q", "1"))
        except ValueError:
            weight = 1.0
        for one in _matching(media, offered):
            form = Form(
                one,
                group=asked.get("g", ""),
                version=asked.get("v", ""),
                kind=asked.get("as", ""),
                pretty=asked.get("pretty") == "1",
                stream=asked.get("stream", ""),
            )
            weighed.append((-weight, form))
    return tuple(form for _, form in sorted(weighed, key=lambda pair: pair[0]))


def _matching(media: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    if media == "*/*":
        return offered
    if media.endswith("/*"):
        return tuple(one for one in offered if one.startswith(media[:-1]))
    return (media,) if media in offered else ()


def wanted(accept: str, allowed: Callable[[Form], bool], offered: tuple[str, ...] = ACCEPTED) -> Form | None:
    """Return the first form that is allowed, or None."""
    return next((form for form in forms(accept, offered) if allowed(form)), None)


def of_objects(api_version: str, kind: str, *, tables: bool = True) -> Callable[[Form], bool]:
    """Return which forms there are of objects of a kind: Tables are no protobuf, and custom objects neither.

    ``tables`` tells whether there are Tables of them.
    """
    messages = encodable(api_version, kind)

    def allowed(form: Form) -> bool:
        if not _served(form) or (form.kind in _TABLES and not tables):
            return False
        return form.media != PROTOBUF or messages or form.kind in _PARTIAL

    return allowed


def plain_json(form: Form) -> bool:
    """Tell whether a form is JSON that every kind of object can be had in."""
    return form.media == JSON and _served(form)


def _served(form: Form) -> bool:
    if form.stream not in {"", "watch"}:
        return False
    if not form.converts:
        return True
    if form.group != _META or form.version not in {"v1", "v1beta1"}:
        return False
    return form.kind in _PARTIAL or (form.kind in _TABLES and form.media != PROTOBUF)


def of_anything(form: Form) -> bool:
    """Tell which forms there are of what is no object: errors and discovery."""
    return not form.converts and form.stream in {"", "watch"}


def named(accept: str, media_types: tuple[str, ...]) -> bool:
    """Tell whether a header names one of the types, or all: the router in front of built-in kinds knows no others."""
    return any(clause.partition(";")[0].strip() in {*media_types, "*/*"} for clause in accept.split(","))


_PEOPLE: Final = ("curl", "Wget", "Mozilla/5.0")
_YES: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})


def pretty(query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Tell whether JSON is to be indented: the query says so, or a person is likely to read it."""
    if asked := query.get("pretty"):
        return asked in _YES
    return headers.get("user-agent", "").startswith(_PEOPLE)
