"""Which classes an operator is assembled from, and how to put another in place.

The two parts that historic defects were in can be replaced for the operators built inside a ``with`` block::

    class Unguarded(Transitions):
        async def write(self, seen, *, kind, build, still): ...

    with using(Parts(transitions=Unguarded)):
        operator = remediation_orchestrator.build(registry, settings)

The choice is made when ``build`` runs and stays with that operator. It is a context variable, not a module attribute, so two
operators in one process can differ and nothing has to be put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from operators.runtime.outbox import Outbox
from operators.runtime.transitions import Transitions

__all__ = ["Parts", "current_parts", "using"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The classes; a substitute derives from the original and takes the same arguments."""

    outbox: type[Outbox] = Outbox
    transitions: type[Transitions] = Transitions


_current: ContextVar[Parts] = ContextVar("operators.runtime.parts", default=Parts())  # noqa: B039 - it is frozen


def current_parts() -> Parts:
    """The parts for an operator that is built now."""
    return _current.get()


@contextmanager
def using(parts: Parts) -> Iterator[None]:
    """Assemble the operators that are built inside the block from these parts."""
    token = _current.set(parts)
    try:
        yield
    finally:
        _current.reset(token)
