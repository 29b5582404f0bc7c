"""What an expectation is about: one object, and the names by which a scenario speaks of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.clusters.client import Plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An object under observation.

    :ivar uid: tells it from an earlier object of the same name; empty to take any.
    :ivar label: how stories name it, for instance ``remediation/free (tenant b)``.
    :ivar phase_path: where its phase is.
    :ivar aliases: further words of a scenario and the paths they stand for. Any other word is a field of ``status``.
    """

    plural: Plural
    name: str
    namespace: str = ""
    uid: str = ""
    label: str = ""
    phase_path: str = "status.phase"
    aliases: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.label or f"{self.plural.plural}/{self.name}" + (f" in {self.namespace}" if self.namespace else "")

    def path(self, word: str) -> str:
        """Return the path that a keyword of an expectation stands for."""
        if word == "phase":
            return self.phase_path
        head, *rest = word.split("_")
        return self.aliases.get(word, "status." + head + "".join(part.title() for part in rest))

    def matches(self, body: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
        """Whether an object has every wanted value; a wanted ``None`` is a field that is absent."""
        return all(look_up(body, self.path(word)) == value for word, value in wanted.items())


def look_up(body: Any, path: str) -> Any:
    """Follow a dotted path; ``None`` where it leads nowhere."""
    for part in path.split("."):
        body = body.get(part) if isinstance(body, Mapping) else None
    return body
