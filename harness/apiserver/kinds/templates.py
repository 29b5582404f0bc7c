"""Pod templates inside of workloads: defaulted, checked, warned of, as a part of what holds them.

What is inside of a template is a pod's business (``core.podspec``).
"""

from collections.abc import Iterator

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported
from harness.apiserver.kinds.core import podspec
from harness.apiserver.label_selectors import as_selector
from harness.apiserver.messages import Object


def default_template(holder: Object) -> Object:
    """Return ``holder`` with its pod template defaulted."""
    return {**holder, "template": podspec.default_template(holder.get("template") or {})}


def match_errors(selector: Object | None, template: Object, path: str) -> Iterator[FieldError]:
    """Yield an error when a selector does not select what the template at ``path`` makes."""
    found, labels = as_selector(selector), (template.get("metadata") or {}).get("labels")
    if found is not None and not found.matches(labels or {}):
        yield invalid(f"{path}.metadata.labels", labels, "`selector` does not match template `labels`")


def restart_errors(template: Object, path: str, kind: str) -> Iterator[FieldError]:
    """Yield what keeps a pod from running for ever, as a ``kind`` wants its pods to do."""
    spec = template.get("spec") or {}
    policy = spec.get("restartPolicy") or ""
    if policy != "Always":
        yield not_supported(f"{path}.spec.restartPolicy", policy, ("Always",))
    if spec.get("activeDeadlineSeconds") is not None:
        yield forbidden(f"{path}.spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {kind} is not Supported")


def template_warnings(template: Object, before: Object | None, path: str) -> list[str]:
    """Return what the server says about a new or changed pod template beside the reply."""
    del before
    return podspec.pod_warnings(template.get("metadata") or {}, template.get("spec") or {}, path)
