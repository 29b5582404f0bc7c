"""Settings of SignalProcessing, beside those that every operator has."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from operators.runtime.settings import RuntimeSettings

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(RuntimeSettings):
    """What an installation of SignalProcessing may choose."""

    enrichment_timeout: timedelta = timedelta(seconds=10)
    """Patience for all reads of one enrichment together; a slower attempt is given up and repeated."""
    policies: Path | None = None
    """Directory of the Rego policies; None: those that ship with the operator. Read once, at the start."""
