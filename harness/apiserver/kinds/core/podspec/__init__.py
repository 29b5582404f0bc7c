"""The spec of a pod, alone or in a template: what is filled in, and what is refused."""

from harness.apiserver.kinds.core.podspec.defaults import default_pod_spec, default_template
from harness.apiserver.kinds.core.podspec.errors import pod_spec_errors, template_errors
from harness.apiserver.kinds.core.podspec.warnings import pod_warnings

__all__ = ["default_pod_spec", "default_template", "pod_spec_errors", "pod_warnings", "template_errors"]
