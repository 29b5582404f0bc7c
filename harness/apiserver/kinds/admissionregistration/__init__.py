"""Kinds of admissionregistration.k8s.io: what is asked before a write. Asking is admission's business."""

from typing import Final

from harness.apiserver.kinds.admissionregistration.bindings import BindingStrategy
from harness.apiserver.kinds.admissionregistration.mutations import MutatingBindingStrategy, MutatingPolicyStrategy
from harness.apiserver.kinds.admissionregistration.policies import ValidatingPolicyStrategy
from harness.apiserver.kinds.admissionregistration.webhooks import WebhooksStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "MutatingAdmissionPolicy": MutatingPolicyStrategy(),
    "MutatingAdmissionPolicyBinding": MutatingBindingStrategy(),
    "MutatingWebhookConfiguration": WebhooksStrategy(mutating=True),
    "ValidatingAdmissionPolicy": ValidatingPolicyStrategy(),
    "ValidatingAdmissionPolicyBinding": BindingStrategy(),
    "ValidatingWebhookConfiguration": WebhooksStrategy(mutating=False),
}
