"""What is told of a failed scenario beside its failure.

An expectation tells the story of its object. Any other error, a plain ``assert`` or a ``KeyError``, knows of none; so it is
followed by the last of what happened to all objects of the scenario. Whatever fails, what operators logged stands below it:
warnings and worse, as pytest captured them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.history.story import chronicle
from harness.history.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.stage import Stage

_LINES: Final = 40
"""Of each; what came before is counted."""

_CAPTURED: Final = "Captured log"


def happened(stage: Stage | None) -> list[str]:
    """Return the last of what happened, a line each, under a heading; nothing when there is no cluster yet."""
    cluster = getattr(stage, "cluster", None)
    if stage is None or cluster is None:
        return []
    return _headed("what happened", chronicle(list(_subjects(stage)), cluster.history))


def logged(report: Any) -> list[str]:
    """Return the last of what was logged in the scenario, a line each, under a heading."""
    lines = [
        line for name, text in report.sections if name.startswith(_CAPTURED) for line in str(text).splitlines() if line
    ]
    return _headed("logged", lines)


def _headed(heading: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    left = [f"  … {len(lines) - _LINES} more before"] if len(lines) > _LINES else []
    return [heading, *left, *(f"  {line}" for line in lines[-_LINES:])]


def _subjects(stage: Stage) -> Iterator[Subject]:
    history, tenants = stage.cluster.history, stage.cluster.tenants
    for plural in history.kinds:
        for uid, versions in history.objects(plural).items():
            metadata = versions[0].object["metadata"]
            namespace = metadata.get("namespace", "")
            if namespace and namespace not in tenants:
                continue  # somebody else's
            yield Subject(
                plural=plural,
                name=metadata["name"],
                namespace=namespace,
                uid=uid,
                phase_path=stage.config.phases.get(plural.plural, "status.phase"),
            )
