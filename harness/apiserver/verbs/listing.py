"""The options of lists, watches and deletions of collections, read and checked in the order of the real server."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from harness.apiserver.errors import BadRequest, Invalid
from harness.apiserver.fields import FieldError, forbidden, not_supported
from harness.apiserver.resources import Resource
from harness.apiserver.selectors import (
    EVERY_FIELD,
    EVERY_LABEL,
    FieldSelector,
    LabelSelector,
    check_fields,
    parse_fields,
    parse_labels,
)
from harness.apiserver.verbs.parameters import flag, number

NOT_OLDER: Final = "NotOlderThan"
EXACT: Final = "Exact"


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What is asked for. ``version``, ``match`` and ``token`` are "" and ``initial`` is None where nothing is said.

    ``initial`` tells whether a watch begins with what is there, ``timeout`` is in seconds.
    """

    labels: LabelSelector = EVERY_LABEL
    fields: FieldSelector = EVERY_FIELD
    bookmarks: bool = False
    version: str = ""
    match: str = ""
    timeout: int = 0
    limit: int = 0
    token: str = ""
    initial: bool | None = None

    @property
    def selective(self) -> bool:
        """Whether there are selectors."""
        return bool(self.labels.requirements or self.fields.terms)


_ALL: Final = ListOptions()
_ALL_WATCHED: Final = ListOptions(initial=True, match=NOT_OLDER)


def list_options(resource: Resource, query: Mapping[str, str], *, watch: bool = False, name: str = "") -> ListOptions:
    """Read the options in a query; those of a watch get their defaults. ``name`` is that of the path, if it has one.

    :raises BadRequest: a number or a selector that cannot be read, or a field that the kind cannot be selected by.
    :raises Invalid: options that exclude each other.
    """
    if not query and not name:
        return _ALL_WATCHED if watch else _ALL
    options = _read(tuple(query.items()), watch)
    if options.fields.terms:
        check_fields(options.fields, resource)
    return _named(options, name) if name else options


@lru_cache(maxsize=1024)  # controllers ask the same again and again
def _read(parameters: tuple[tuple[str, str], ...], watch: bool) -> ListOptions:  # noqa: FBT001  a cache key
    query = dict(parameters)
    options = ListOptions(
        timeout=number(query, "timeoutSeconds") or 0,
        limit=number(query, "limit") or 0,
        bookmarks=flag(query, "allowWatchBookmarks"),
        version=query.get("resourceVersion", ""),
        match=query.get("resourceVersionMatch", ""),
        token=query.get("continue", ""),
        initial=flag(query, "sendInitialEvents") if "sendInitialEvents" in query else None,
        labels=parse_labels(query.get("labelSelector", "")),
        fields=parse_fields(query.get("fieldSelector", "")),
    )
    if watch and options.initial is None and not options.match and options.version in {"", "0"}:
        options = replace(options, initial=True, match=NOT_OLDER)
    wrong = _watch_errors(options) if watch else _list_errors(options)
    if wrong:
        raise Invalid(group="meta.k8s.io", kind="ListOptions", name="", errors=wrong)
    return options


def _named(options: ListOptions, name: str) -> ListOptions:
    if not options.fields.terms:
        return replace(options, fields=FieldSelector((("metadata.name", name, True),)))
    if options.fields.exact("metadata.name") != name:
        raise BadRequest("fieldSelector metadata.name doesn't match requested name")
    return options


def _list_errors(options: ListOptions) -> list[FieldError]:
    match, wrong = options.match, []
    if match and not options.version:
        wrong.append(
            forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
        )
    if match and options.token:
        wrong.append(_FORBIDDEN_IN_PAGES)
    if match not in {"", EXACT, NOT_OLDER}:
        wrong.append(not_supported("resourceVersionMatch", match, (EXACT, NOT_OLDER, "")))
    if match == EXACT and options.version == "0":
        detail = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        wrong.append(forbidden("resourceVersionMatch", detail))
    if options.initial is not None:
        wrong.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return wrong


def _watch_errors(options: ListOptions) -> list[FieldError]:
    match, wrong = options.match, []
    if options.initial is not None and match != NOT_OLDER:
        detail = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER}"
        wrong.append(forbidden("resourceVersionMatch", detail))
    if match:
        if options.initial is None:
            detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            wrong.append(forbidden("resourceVersionMatch", detail))
        if match != NOT_OLDER:
            wrong.append(not_supported("resourceVersionMatch", match, (NOT_OLDER,)))
        if options.token:
            wrong.append(_FORBIDDEN_IN_PAGES)
    return wrong


_FORBIDDEN_IN_PAGES: Final = forbidden(
    "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"
)
