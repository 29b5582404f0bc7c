"""Labels of nodes that have been renamed: whoever still selects by them is warned."""

from typing import Final

from harness.apiserver.messages import Object

DEPRECATED_LABELS: Final = {
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
}
"""By key, what to say of it."""


def selector_warnings(selector: Object | None, path: str) -> list[str]:
    """Return what there is to say about a label selector of nodes."""
    found = selector or {}
    expressions = enumerate(found.get("matchExpressions") or ())
    said = [
        (one.get("key") or "", f"{path}.matchExpressions[{index}].key: {one.get('key')} is")
        for index, one in expressions
    ]
    said += [(key, f"{path}.matchLabels.{key}:") for key in found.get("matchLabels") or {}]
    return [f"{begun} {DEPRECATED_LABELS[key]}" for key, begun in said if key in DEPRECATED_LABELS]
