"""How long a rehearsal in real time takes what a scenario, or a setting of an operator, says.

    [tool.harness.time-scale]
    scenario = 0.04                  # what scenarios and their scripts name: five minutes take twelve seconds

    [tool.harness.time-scale.settings]
    failure_cooldown = 0.002         # one hour takes seven seconds

Settings are named one by one, since not every duration may shrink: a patience that is too short for a loaded machine turns a
slow run into a failed one. Nothing gets shorter than five seconds by being scaled, because times in Kubernetes have whole
seconds; what is shorter already stays as it is. Only a step whose length nobody named takes no longer than it has to. In
virtual time everything lasts as long as it says.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = timedelta(seconds=5)
"""Nothing is scaled to less."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScale:
    """What durations are multiplied by.

    :ivar scenario: those that a scenario names.
    :ivar settings: those of operators, by the name of the setting.
    """

    scenario: float = 1.0
    settings: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, factor in {"scenario": self.scenario, **self.settings}.items():
            if not isinstance(factor, (int, float)) or not 0 < factor <= 1:
                raise ValueError(f"{name} is {factor!r}: a factor lies above 0 and is 1 at most")

    def span(self, duration: timedelta) -> timedelta:
        """Return how long something takes that a scenario names."""
        return _scaled(duration, self.scenario)

    def moment(self, duration: timedelta) -> timedelta:
        """Return how long something takes whose length nobody named, because it does not matter: it may shrink to nothing."""
        return duration * self.scenario

    def of(self, settings: T) -> T:
        """Return an operator's settings with the named ones scaled; those that it does not have are left aside."""
        if not dataclasses.is_dataclass(settings) or isinstance(settings, type):
            return settings
        changes: dict[str, Any] = {
            name: _scaled(value, factor)
            for name, factor in self.settings.items()
            if isinstance(value := getattr(settings, name, None), timedelta)
        }
        return dataclasses.replace(settings, **changes)


AS_IT_SAYS = TimeScale()
"""Everything lasts as long as it says."""


def _scaled(duration: timedelta, factor: float) -> timedelta:
    return duration if duration <= FLOOR else max(duration * factor, FLOOR)
