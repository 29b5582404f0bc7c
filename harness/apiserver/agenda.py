"""The agenda: what the server has to do later. It owns no timer; a front asks when, and calls `run`."""

import heapq
from collections.abc import Callable
from datetime import datetime


class Appointment:
    """Something to do at a time, unless it is cancelled first. ``work`` names it, if it changes what is stored."""

    __slots__ = ("action", "due", "work")

    def __init__(self, due: datetime, action: Callable[[], None], work: str = "") -> None:
        self.due, self.work = due, work
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Forget it; harmless when it is done already."""
        self.action = None


class Agenda:
    """Appointments by time; those of one instant in the order in which they were made."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Appointment]] = []
        self._made = 0
        self.on_earlier: Callable[[], None] | None = None

    def at(self, due: datetime, action: Callable[[], None], *, work: str = "") -> Appointment:
        """Make an appointment. ``on_earlier`` is called when it is the next one now."""
        appointment = Appointment(due, action, work)
        before = self.next_due
        self._made += 1
        heapq.heappush(self._heap, (due, self._made, appointment))
        if self.on_earlier is not None and (before is None or due < before):
            self.on_earlier()
        return appointment

    @property
    def next_due(self) -> datetime | None:
        """The time of the next appointment, or None."""
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def busy(self) -> str | None:
        """Name the next appointment that changes what is stored; bookmarks and time-outs of watches do not."""
        planned = [entry for entry in self._heap if entry[2].work and entry[2].action is not None]
        return min(planned)[2].work if planned else None

    def run(self, now: datetime) -> None:
        """Do everything that is due by ``now``, in order, what comes up meanwhile included."""
        while (due := self.next_due) is not None and due <= now:
            appointment = heapq.heappop(self._heap)[2]
            if appointment.action is not None:
                action, appointment.action = appointment.action, None
                action()
