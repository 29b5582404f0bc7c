"""Conflicts of server-side apply: fields that others own, and a configuration would change."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.apiserver.errors import ApiError
from harness.apiserver.fields import quote
from harness.apiserver.managed.managers import Owner
from harness.apiserver.messages import Object
from harness.apiserver.typed.fieldsets import FieldSet, Path, members, text


class Conflict(NamedTuple):
    """One field, and who owns it."""

    owner: Owner
    path: Path


def conflicts_of(owner: Owner, lost: FieldSet) -> Iterator[Conflict]:
    """Yield the conflicts with one owner."""
    return (Conflict(owner, path) for path in members(lost))


class ApplyConflict(ApiError):  # noqa: N818  as the errors of the API are named
    """409: with a cause for each field."""

    code, reason = 409, "Conflict"

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__(_message(conflicts), {"causes": [_cause(one) for one in conflicts]})


def _cause(conflict: Conflict) -> Object:
    return {
        "reason": "FieldManagerConflict",
        "message": f"conflict with {_printed(conflict.owner)}",
        "field": text(conflict.path),
    }


def _message(conflicts: Sequence[Conflict]) -> str:
    if len(conflicts) == 1:
        only = conflicts[0]
        return f"Apply failed with 1 conflict: conflict with {_printed(only.owner)}: {text(only.path)}"
    lines = []
    for owner in sorted({one.owner for one in conflicts}, key=_rank):
        lines.append(f"conflicts with {_printed(owner)}:")
        lines += [f"- {text(one.path)}" for one in conflicts if one.owner == owner]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)


def _rank(owner: Owner) -> tuple[str, ...]:
    """Return what owners are sorted by: the JSON that stands for them in the real server, whose fields are in this order."""
    return (quote(owner.manager), owner.operation, quote(owner.api_version), owner.subresource)


def _printed(owner: Owner) -> str:
    found = quote(owner.manager)
    if owner.subresource:
        found += f" with subresource {quote(owner.subresource)}"
    return found if owner.applies else f"{found} using {owner.api_version}"
