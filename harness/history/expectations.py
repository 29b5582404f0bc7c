"""What a scenario may say about an object, over its whole history and not over samples.

A phase that lives five milliseconds is in the history; a poll every fifty does not see it. Negative claims close at a
quiescence point: nothing is under way any more that could still prove them wrong.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from harness.history.story import since_start, timeline, writer_of, writers
from harness.history.subject import look_up

if TYPE_CHECKING:
    from datetime import datetime

    from harness.history.history import History
    from harness.history.subject import Subject
    from harness.history.versions import Version

PATIENCE = timedelta(hours=3)
"""How long something expected may take in virtual time. Longer than the longest time-out of the operators."""


class FailedExpectation(AssertionError):  # noqa: N818 - reads as what it is: an expectation that failed
    """An expectation did not hold.

    :ivar expected: what was expected, in one line.
    :ivar found: what was found instead, in one line.
    :ivar story: the timeline of the object, a line each.
    """

    def __init__(self, subject: Subject, *, expected: str, found: str, story: list[str]) -> None:
        self.subject, self.expected, self.found, self.story = subject, expected, found, story
        lines = [f"expected  {expected}", f"but {found}", f"timeline of {subject}"]
        super().__init__("\n".join(lines + [f"  {line}" for line in story]))


class Watched:
    """One object and the claims about it. Made by `History.of`."""

    def __init__(self, history: History, subject: Subject) -> None:
        self._history, self.subject = history, subject

    @property
    def versions(self) -> list[Version]:
        """What is recorded so far, oldest first."""
        return self._history.versions(self.subject)

    @property
    def current(self) -> dict[str, Any]:
        """The newest recorded version of the object."""
        return self.versions[-1].object

    async def phases(self) -> list[str]:
        """Settle; then return the phases it walked through, repetitions merged."""
        await self._settle()
        return [phase for phase, _ in self._walk()]

    async def reaches(self, phase: str | None = None, *, within: timedelta | None = None, **fields: Any) -> Version:
        """Wait until a version has this phase and these fields; it may have been there before.

        :param within: how long, on the cluster's clock; by default as long as the cluster's patience lasts. Something else
            being busy longer than that prolongs nothing.
        :returns: the first such version.
        :raises FailedExpectation: no such version by then.
        """
        wanted = _wanted(phase, fields)
        if (found := self._first(wanted)) is not None:
            return found
        within = self._history.patience if within is None else within
        limit = self._history.now() + within
        seen = asyncio.get_running_loop().create_future()

        def look() -> None:
            if not seen.done() and (version := self._first(wanted)) is not None:
                seen.set_result(version)

        listeners = self._history.listeners.setdefault(self.subject.plural, [])
        listeners.append(look)
        try:
            await asyncio.wait({seen}, timeout=within.total_seconds())
        finally:
            listeners.remove(look)
        found = self._first(wanted)
        if found is not None and found.at <= limit:
            return found
        self._history.whole(self.subject)
        raise self.failed(f"{self.subject} reaches {_state(wanted)}", f"it never did: {self._where()}")

    async def never(self, phase: str | None = None, **fields: Any) -> None:
        """Settle; then no version has this phase and these fields."""
        wanted = _wanted(phase, fields)
        await self._settle()
        if (found := self._first(wanted)) is not None:
            raise self.failed(f"{self.subject} never {_being(wanted)}", self._write(found), until=found.at)

    async def exactly(self, times: int, phase: str | None = None, **fields: Any) -> None:
        """Settle; then the object *entered* this state so many times."""
        wanted = _wanted(phase, fields)
        await self._settle()
        entered = 0
        inside = False
        for version in self.versions:
            matches = self.subject.matches(version.object, wanted)
            entered += matches and not inside
            inside = matches and not version.gone
        if entered != times:
            raise self.failed(
                f"{self.subject} enters {_state(wanted)} exactly {_times(times)}", f"it did so {_times(entered)}"
            )

    async def in_order(self, *phases: str) -> None:
        """Settle; then these phases were walked in this order; others may lie between."""
        walked = await self.phases()
        rest = iter(walked)
        if not all(phase in rest for phase in phases):
            expected = f"{self.subject} walks {' … '.join(phases)}"
            raise self.failed(expected, f"it walked {' → '.join(walked) or 'nowhere'}")

    async def stays(self, phase: str | None = None, *, during: timedelta, **fields: Any) -> None:
        """Let time pass; the object is there, and every version from now on has this phase and these fields.

        What happens at the very end of ``during`` is not part of it: a cooldown of an hour stays for an hour.
        """
        wanted = _wanted(phase, fields)
        expected = f"{self.subject} stays {_being(wanted)} for {during}"
        await self._history.caught_up()
        before = self.versions[-1:]
        if not before or before[0].gone:
            raise self.failed(expected, self._where())
        lasts = self._history.lasts(during)
        start, end = len(self.versions), self._history.now() + lasts
        await asyncio.sleep(lasts.total_seconds())
        await self._history.caught_up()
        self._history.whole(self.subject)
        for version in before + [one for one in self.versions[start:] if one.at < end]:
            if version.gone or not self.subject.matches(version.object, wanted):
                raise self.failed(expected, self._write(version), until=version.at)

    async def _settle(self) -> None:
        await self._history.settled()
        self._history.whole(self.subject)

    # -- finding and telling

    def _first(self, wanted: dict[str, Any]) -> Version | None:
        return next((one for one in self.versions if self.subject.matches(one.object, wanted)), None)

    def _walk(self) -> list[tuple[str, Version]]:
        walked: list[tuple[str, Version]] = []
        last = None
        for version in self.versions:
            phase = look_up(version.object, self.subject.phase_path)
            if phase and phase != last:
                walked.append((str(phase), version))
            last = None if version.gone else phase or last
        return walked

    def _where(self) -> str:
        walked = self._walk()
        if not self.versions:
            return "it does not exist"
        if self.versions[-1].gone:
            return f"it was deleted{f' in {walked[-1][0]}' if walked else ''}"
        return f"it stands in {walked[-1][0]}" if walked else "it has no phase yet"

    def _write(self, version: Version) -> str:
        if version.gone:
            return f"at {since_start(version.at, self._history.start)}  {self._writer(version)} deleted it"
        before = ""
        for one in self.versions[: self.versions.index(version)]:
            before = "" if one.gone else look_up(one.object, self.subject.phase_path) or before
        phase = look_up(version.object, self.subject.phase_path) or "no phase"
        reasons = [str(value) for path in self.subject.aliases.values() if (value := look_up(version.object, path))]
        why = f" ({', '.join(reasons)})" if reasons else ""
        return f"at {since_start(version.at, self._history.start)}  {self._writer(version)} wrote  {before or 'nothing'} → {phase}{why}"

    def _writer(self, version: Version) -> str:
        place = self.versions.index(version)
        return writer_of(version, writers(self._history), self.versions[place - 1] if place else None)

    def failed(self, expected: str, found: str, *, until: datetime | None = None) -> FailedExpectation:
        """Make the error of a claim that did not hold, with the story of the object; for claims made elsewhere, too."""
        return FailedExpectation(
            self.subject, expected=expected, found=found, story=timeline(self.subject, self._history, until=until)
        )


def _wanted(phase: str | None, fields: dict[str, Any]) -> dict[str, Any]:
    return fields if phase is None else {"phase": phase, **fields}


def _state(wanted: dict[str, Any]) -> str:
    """Name a state: ``phase Blocked with reason ConsecutiveFailures``."""
    fields = " and ".join(
        f"no {word}" if value is None else f"{word} {value}" for word, value in wanted.items() if word != "phase"
    )
    if "phase" not in wanted:
        return fields
    return f"phase {wanted['phase']} with {fields}" if fields else f"phase {wanted['phase']}"


def _being(wanted: dict[str, Any]) -> str:
    return f"{'in' if 'phase' in wanted else 'with'} {_state(wanted)}"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
