"""The spec of a pod, alone or in a template: what is filled in, and what is refused."""

from harness.apiserver.kinds.core.podspec.affinity import with_label_keys
from harness.apiserver.kinds.core.podspec.amounts import with_whole_defaults
from harness.apiserver.kinds.core.podspec.annotations import (
    agreement_errors,
    annotation_errors,
    apparmor_warnings,
    changed_annotations,
    with_apparmor,
)
from harness.apiserver.kinds.core.podspec.defaults import default_pod_spec, default_template
from harness.apiserver.kinds.core.podspec.errors import pod_spec_errors, template_errors
from harness.apiserver.kinds.core.podspec.warnings import pod_warnings

__all__ = [
    "agreement_errors",
    "annotation_errors",
    "apparmor_warnings",
    "changed_annotations",
    "default_pod_spec",
    "default_template",
    "pod_spec_errors",
    "pod_warnings",
    "template_errors",
    "with_apparmor",
    "with_label_keys",
    "with_whole_defaults",
]
