"""Custom kinds whose versions differ: a webhook of their author turns one version into another."""

from harness.apiserver.conversions.review import ConversionError
from harness.apiserver.conversions.webhook import WebhookConverter

__all__ = ["ConversionError", "WebhookConverter"]
