"""What a historic defect is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect of the past.

    :ivar name: as ``--with-defect`` takes it.
    :ivar sentence: what the code did wrong, and where it was seen.
    :ivar in_force: operators that are built inside this context have the defect.
    """

    name: str
    sentence: str
    in_force: Callable[[], AbstractContextManager[None]]
