"""The steps that a path consists of."""

from dataclasses import dataclass

from harness.apiserver.messages import Json


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number or boolean: what a filter compares with."""

    value: Json


@dataclass(frozen=True, slots=True)
class Field:
    """``.name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word, such as ``range``: means nothing in a column."""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``.*``: every value of a map or list."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """``..``: everything that holds something."""


@dataclass(frozen=True, slots=True)
class Slice:
    """``[start:end:step]``; ``derived`` where only an index was written, which is the slice of one."""

    start: int | None
    end: int | None
    step: int | None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Union:
    """``['a','b']``: what each finds, one after the other."""

    parts: tuple["Steps", ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(left operator right)]``; the operator is ``exists`` where there is but a left side."""

    left: "Steps"
    operator: str
    right: "Steps"


Node = Literal | Field | Word | Wildcard | Recursive | Slice | Union | Filter
Steps = tuple[Node, ...]
