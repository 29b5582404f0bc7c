"""Plays a part: the reconcile that all stand-ins share.

It is a controller like the others: level-triggered, guarded writes, no memory. While a script goes on the queue counts it
as work of ours (``Requeue(work=True)``); a script that hangs is at rest, nothing of ours will ever happen, and only the
queue's resync looks again, in case somebody edited the script.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import kopf

from operators.api.edges import is_terminal
from operators.api.resource import Key, Resource, phase_of, status_of
from operators.api.scripts import Action
from operators.api.times import micro, parse
from operators.runtime.errors import NotFound
from operators.runtime.operator import Operator, assemble
from operators.runtime.results import Done, Requeue, Result
from operators.runtime.runtime import Runtime
from operators.runtime.settings import RuntimeSettings
from operators.runtime.transitions import Superseded
from operators.standins.part import Ending, Part, Scene
from operators.standins.scripting import Cue, cue_for


def play(part: Part, registry: kopf.OperatorRegistry, settings: RuntimeSettings) -> Operator:
    """Register the stand-in for ``part`` on ``registry``; for one start.

    :raises SettingsError: no API server is known.
    """

    async def reconcile(runtime: Runtime[RuntimeSettings], key: Key) -> Result:
        return await Player(part, runtime).reconcile(key)

    return assemble(name=part.name, registry=registry, settings=settings, own=part.kind, reconcile=reconcile)


@dataclass(frozen=True, slots=True)
class Player:
    """Walks the objects of one kind along their scripts."""

    part: Part
    runtime: Runtime[RuntimeSettings]

    async def reconcile(self, key: Key) -> Result:
        """Take one object as far as its script goes now.

        :raises Gone: it, or its owner, was deleted meanwhile.
        :raises KubeError: the API server refused or did not answer; to be tried again.
        """
        try:
            child = await self.runtime.kube.get(self.part.kind, key.namespace, key.name)
        except NotFound:
            return Done()
        if self._ended(child):
            return Done()
        cue = await cue_for(self.runtime.kube, self.part, child)
        while not self._ended(child):
            now = datetime.now(UTC)
            step = self._next(child, cue, now)
            if not isinstance(step, Ending):
                return step
            child = await self._walk(child, step, now)
        return Done()

    def _next(self, child: Resource, cue: Cue, now: datetime) -> Ending | Requeue | None:
        """The next edge; or when to look again; or None, for a script that hangs."""
        part, phase = self.part, phase_of(child, self.part.kind)
        if not phase:
            return Ending(phase=part.working[0], status={part.started_field: micro(now)})
        if phase != part.working[-1]:
            return Ending(phase=part.working[part.working.index(phase) + 1], status={})
        return self._end(child, cue, now)

    def _end(self, child: Resource, cue: Cue, now: datetime) -> Ending | Requeue | None:
        scene = Scene(child=child, script=cue.script, now=now)
        if cue.script.action is Action.HANG:
            return None
        # A person may have written the phase by hand, without the time: then it counts from the object's creation.
        began = status_of(child).get(self.part.started_field) or child["metadata"]["creationTimestamp"]
        due = parse(began) + cue.script.after
        if now < due:
            return Requeue(due, work=True)
        return self.part.fail(scene, cue.problem) if cue.fails else self.part.succeed(scene)

    async def _walk(self, child: Resource, step: Ending, now: datetime) -> Resource:
        kind = self.part.kind
        written = await self.runtime.transition(
            child,
            kind=kind,
            leaving=phase_of(child, kind),
            entering=step.phase,
            now=now,
            **step.status,
        )
        return written.obj if isinstance(written, Superseded) else written

    def _ended(self, child: Resource) -> bool:
        return is_terminal(self.part.kind, phase_of(child, self.part.kind))
