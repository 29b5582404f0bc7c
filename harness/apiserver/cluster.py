"""What the verbs share: the store, the table of resources, the clock and the sources of names."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from harness.apiserver.agenda import Agenda
from harness.apiserver.outcalls import Attempt, Call, Outcome, Wanted
from harness.apiserver.resources import Registry
from harness.apiserver.settings import ServerSettings
from harness.apiserver.store import Store

if TYPE_CHECKING:
    from harness.apiserver.access import Access
    from harness.apiserver.admission.chain import AdmissionControl


_SECOND: Final = timedelta(seconds=1)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)

Errand = Callable[[Sequence[Call], Callable[[Sequence[Outcome]], None]], None]
"""Makes calls at the same time, and hands their outcomes on in the same order."""


@dataclass(slots=True, eq=False)
class Cluster:
    """The state of one server.

    ``stream`` is what random draws come from; ``access`` knows who may what, ``admission`` what is configured beside;
    ``attempt`` is the request under way, where it may have to be repeated; ``on_errand`` makes the calls of what the server does by
    itself, of which ``errands`` are under way.
    """

    store: Store
    registry: Registry
    settings: ServerSettings
    clock: Callable[[], datetime]
    draw_uid: Callable[[], str]
    stream: random.Random
    agenda: Agenda = field(default_factory=Agenda)
    access: "Access" = field(init=False)
    attempt: Attempt | None = None
    admission: "AdmissionControl" = field(init=False)
    on_errand: Errand | None = None
    errands: int = 0
    _second: tuple[datetime, datetime, str] = (_NEVER, _NEVER, "")

    @property
    def suffixes(self) -> random.Random:
        """The source of what is drawn at random: names, ports, addresses."""
        return self.stream if self.attempt is None else self.attempt.stream

    def new_uid(self) -> str:
        """Return a uid that nobody has."""
        return self.draw_uid() if self.attempt is None else self.attempt.uid(self.draw_uid)

    def review_uid(self, key: object) -> str:
        """Return the uid under which a webhook is asked ``key``, the same each time that it is asked."""
        if self.attempt is None:
            return self.draw_uid()
        if key not in self.attempt.reviews:
            self.attempt.reviews[key] = self.draw_uid()
        return self.attempt.reviews[key]

    def run_errand(self, work: Callable[[], None]) -> None:
        """Do something that may have to ask a webhook, on the server's own behalf; it is started again with the answers.

        It may be done when this returns, or later. A server without a front never gets an answer.
        """
        attempt = Attempt(seed=self.stream.getrandbits(64), moment=self.clock())

        def resume(outcomes: Sequence[Outcome], questions: Sequence[object]) -> None:
            self.errands -= 1
            attempt.answers.update(zip(questions, outcomes, strict=True))
            go()

        def go() -> None:
            attempt.begin()
            outer, self.attempt = self.attempt, attempt
            try:
                work()
            except Wanted as wanted:
                self.errands += 1
                if self.on_errand is not None:
                    asked = [key for key, _ in wanted.questions]
                    self.on_errand([call for _, call in wanted.questions], lambda outcomes: resume(outcomes, asked))
            finally:
                self.attempt = outer

        go()

    def now(self) -> str:
        """Return the time as metadata carries it: whole seconds, UTC."""
        moment = self.clock() if self.attempt is None else self.attempt.moment
        second, next_one, text = self._second
        if not second <= moment < next_one:  # formatting is the dearest part of a small write
            second, text = moment.replace(microsecond=0), timestamp(moment)
            self._second = (second, second + _SECOND, text)
        return text


def timestamp(moment: datetime) -> str:
    """Return ``moment`` in RFC 3339 with whole seconds and ``Z``, as ``metav1.Time`` prints it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
