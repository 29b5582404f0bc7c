"""The subjects: what can be measured, by name."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import benchmarks.subjects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.figure import Figure


class UnavailableError(Exception):
    """A subject cannot be measured here; the message says what is missing. The others can."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to measure.

    :ivar order: where it stands in the table.
    :ivar measure: yields figures as they are found; may raise `UnavailableError`.
    """

    name: str
    order: int
    sentence: str
    measure: Callable[[], Iterator[Figure]]


_SUBJECTS: dict[str, Subject] = {}


def subject(name: str, *, order: int) -> Callable[[Callable[[], Iterator[Figure]]], Callable[[], Iterator[Figure]]]:
    """Register a generator of figures; the first sentence of its docstring says what it measures."""

    def register(measure: Callable[[], Iterator[Figure]]) -> Callable[[], Iterator[Figure]]:
        sentence = " ".join((measure.__doc__ or "").partition("\n\n")[0].split())
        _SUBJECTS[name] = Subject(name, order, sentence, measure)
        return measure

    return register


def subjects() -> list[Subject]:
    """Return all subjects in the order of the table."""
    for module in pkgutil.iter_modules(benchmarks.subjects.__path__):
        importlib.import_module(f"benchmarks.subjects.{module.name}")
    return sorted(_SUBJECTS.values(), key=lambda one: one.order)
