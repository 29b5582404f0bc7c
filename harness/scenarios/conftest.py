"""Kubernaut's fixtures for Kubernaut's scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.remediation.requests import Remediations
from harness.remediation.signals import Signals

if TYPE_CHECKING:
    from harness.remediation.trail import AuditTrail
    from harness.stage import Stage


@pytest.fixture
def remediation(stage: Stage) -> Remediations:
    """Give the scenario a maker of remediation requests."""
    return Remediations(stage.cluster)


@pytest.fixture
def signals(stage: Stage) -> Signals:
    """Give the scenario a maker of signals for SignalProcessing alone."""
    return Signals(stage.cluster)


@pytest.fixture
def audit(stage: Stage) -> AuditTrail:
    """Read and verify the audit trail: ``await audit.transitions(signal)``."""
    trail: AuditTrail = stage.services["datastorage"]
    return trail
