"""What the server is asked: remediation requests of about 1 KB, and the verbs that operators use most."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

CRDS = Path(__file__).parent.parent / "crds"

NAMESPACE = "default"
REQUESTS = f"/apis/kubernaut.ai/v1alpha1/namespaces/{NAMESPACE}/remediationrequests"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

SIZE_BYTES = 1024
"""Of one request as it is stored, to within a few bytes."""

_PADDING = "p" * 100


def fingerprint(text: str) -> str:
    """Return what `signalFingerprint` takes."""
    return hashlib.sha256(text.encode()).hexdigest()


def remediation(name: str, *, of: str = "the same alert") -> dict[str, Any]:
    """Return a request; with what the server adds, it is stored in about `SIZE_BYTES`."""
    return {
        "apiVersion": "kubernaut.ai/v1alpha1",
        "kind": "RemediationRequest",
        "metadata": {"name": name, "annotations": {"example.org/padding": _PADDING}},
        "spec": {
            "signalFingerprint": fingerprint(of),
            "signalName": "PodCrashLooping",
            "severity": "critical",
            "signalType": "prometheus-alert",
            "signalSource": "prometheus",
            "targetType": "kubernetes",
            "targetResource": {"kind": "Deployment", "name": "payments", "namespace": NAMESPACE},
            "firingTime": "2026-01-24T15:16:00Z",
            "receivedTime": "2026-01-24T15:16:20Z",
        },
    }


def guarded(number: int, version: str) -> dict[str, Any]:
    """Return the same for an object at one version alone, as a controller writes that has decided on what it read."""
    return {"metadata": {"resourceVersion": version}, **progress(number)}


def progress(number: int) -> dict[str, Any]:
    """Return a merge patch of the status, a different one for each number."""
    return {"status": {"overallPhase": "Processing", "transitionCount": number + 1, "message": f"step {number}"}}
