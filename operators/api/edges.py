"""The phase graph of each kind, found by the kind: one table for the guard, for oracles and for property tests."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from operators.api.kinds import AI_ANALYSIS, REMEDIATION_REQUEST, SIGNAL_PROCESSING, WORKFLOW_EXECUTION, Kind
from operators.api.phases import (
    LEGAL_ANALYSIS_EDGES,
    LEGAL_EXECUTION_EDGES,
    LEGAL_REMEDIATION_EDGES,
    LEGAL_SIGNAL_EDGES,
)

__all__ = ["EDGES", "is_legal", "is_terminal"]

EDGES: Mapping[Kind, Mapping[Any, frozenset[Any]]] = {
    REMEDIATION_REQUEST: LEGAL_REMEDIATION_EDGES,
    SIGNAL_PROCESSING: LEGAL_SIGNAL_EDGES,
    AI_ANALYSIS: LEGAL_ANALYSIS_EDGES,
    WORKFLOW_EXECUTION: LEGAL_EXECUTION_EDGES,
}
"""From a phase to the phases that may follow it. Keys are members of a StrEnum, so plain text finds them too."""


def is_legal(kind: Kind, leaving: str | StrEnum, entering: str | StrEnum) -> bool:
    """Whether the kind's graph has this edge."""
    return entering in EDGES[kind].get(leaving, ())


def is_terminal(kind: Kind, phase: str | StrEnum) -> bool:
    """Whether a phase of this kind has no way out."""
    return EDGES[kind].get(phase) == frozenset()
