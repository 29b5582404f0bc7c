"""The write that lost tenant isolation in CI run 21317201476.

The controller re-read an object before it wrote, so that the resourceVersion was always fresh, and wrote the phase it had
decided on earlier over whatever it found: ``Processing`` over a ``Failed`` that somebody had written in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.replay.defects.defect import Defect
from operators.api.resource import key_of
from operators.runtime.errors import Gone, NotFound
from operators.runtime.parts import Parts, using
from operators.runtime.transitions import Transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from operators.api.kinds import Kind
    from operators.api.resource import Resource
    from operators.runtime.guard import Moved


class Unguarded(Transitions):
    """Re-reads, then writes without looking at what it found."""

    async def write(
        self,
        seen: Resource,
        *,
        kind: Kind,
        build: Callable[[Resource], Mapping[str, Any]],
        still: Callable[[Resource], bool],
    ) -> Resource | Moved:
        """Overwrite the status."""
        del still
        key = key_of(seen)
        try:
            fresh = await self.guard._kube.get(kind, key.namespace, key.name)  # noqa: SLF001 - a defect bypasses the guard
            return await self.guard._kube.patch_status(  # noqa: SLF001
                kind, key.namespace, key.name, {"status": dict(build(fresh))}
            )
        except NotFound as error:
            raise Gone(f"{kind.kind} {key} does not exist any more") from error


UNGUARDED_WRITE = Defect(
    name="unguarded-write",
    sentence="A status write re-reads the object and then writes its phase over whatever it finds.",
    in_force=lambda: using(Parts(transitions=Unguarded)),
)
