"""Kubernaut's fixtures for Kubernaut's scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.remediation.requests import Remediations
from harness.remediation.signals import Signals
from harness.remediation.trail import AuditTrail

if TYPE_CHECKING:
    from harness.stage import Stage


@pytest.fixture
def remediation(stage: Stage) -> Remediations:
    """Make remediation requests: ``await remediation(tenant, fingerprint=FP).fails()``."""
    return Remediations(stage.cluster)


@pytest.fixture
def signals(stage: Stage) -> Signals:
    """Make signals for SignalProcessing alone: ``await signals(tenant)``."""
    return Signals(stage.cluster)


@pytest.fixture
def audit(stage: Stage) -> AuditTrail:
    """Read and verify the audit trail: ``await audit.transitions(signal)``."""
    return stage.services["datastorage"]
