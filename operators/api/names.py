"""Derived names: what belongs to what can be computed, so nothing needs to be remembered.

Kubernetes limits a name to 253 characters and a label value to 63. A request's name may be as long as that itself, so what
does not fit is cut and made unique again by a piece of its SHA-256; everything that fits keeps its readable form.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

__all__ = [
    "COMPONENT_LABEL",
    "REMEDIATION_REQUEST_LABEL",
    "ai_analysis_name",
    "child_labels",
    "correlation_id",
    "label_value",
    "lease_name",
    "signal_processing_name",
    "target_key",
    "workflow_execution_name",
]

REMEDIATION_REQUEST_LABEL = "kubernaut.ai/remediation-request"
COMPONENT_LABEL = "kubernaut.ai/component"

_NAME_LIMIT = 253
_LABEL_LIMIT = 63
_DIGEST_LENGTH = 10  # 40 bits tell apart any names that meet in one namespace


def signal_processing_name(rr_name: str) -> str:
    """``sp-<rr>``."""
    return _fit(f"sp-{rr_name}", _NAME_LIMIT)


def ai_analysis_name(rr_name: str) -> str:
    """``ai-<rr>``."""
    return _fit(f"ai-{rr_name}", _NAME_LIMIT)


def workflow_execution_name(rr_name: str) -> str:
    """``we-<rr>``."""
    return _fit(f"we-{rr_name}", _NAME_LIMIT)


def lease_name(fingerprint: str) -> str:
    """``claim-<fingerprint>``: the Lease, in the request's namespace, whose holder may proceed for this fingerprint."""
    return f"claim-{fingerprint}"


def label_value(name: str) -> str:
    """``name`` as a label value: itself up to 63 characters, else cut, with a digest at the end."""
    return _fit(name, _LABEL_LIMIT)


def child_labels(rr_name: str, component: str) -> dict[str, str]:
    """Labels of a child of a RemediationRequest; ``component`` is such as ``signal-processing``."""
    return {REMEDIATION_REQUEST_LABEL: label_value(rr_name), COMPONENT_LABEL: component}


def correlation_id(namespace: str, rr_name: str) -> str:
    """``namespace/name``: the key of a request's audit trail.

    The plain name would let equal names in two namespaces share one hash chain. Up to 317 characters.
    """
    return f"{namespace}/{rr_name}"


def target_key(target: Mapping[str, Any]) -> str:
    """``<namespace>/<Kind>/<name>``, or ``<Kind>/<name>`` of a cluster-scoped target; the Kind's case is kept.

    One function for the writer (WorkflowExecution's ``spec.targetResource``) and for every reader that looks a target up.

    :param target: ``spec.targetResource`` of a RemediationRequest: ``kind``, ``name``, optionally ``namespace``.
    """
    namespace = target.get("namespace") or ""
    parts = (namespace, target["kind"], target["name"]) if namespace else (target["kind"], target["name"])
    return "/".join(parts)


def _fit(name: str, limit: int) -> str:
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    # A cut may leave "-" or "." at the end; both would be legal before "-" in a label but not in a DNS name's part.
    return f"{name[: limit - _DIGEST_LENGTH - 1].rstrip('-._')}-{digest}"
