"""Groups of the Kubernetes community: a definition in one of them names its approval (KEP-1111)."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.messages import Object

ANNOTATION: Final = "api-approved.kubernetes.io"
_SEE: Final = "see https://github.com/kubernetes/enhancements/pull/1111"


def is_protected(group: str) -> bool:
    """Tell whether a group belongs to the community."""
    return any(group == owner or group.endswith(f".{owner}") for owner in ("k8s.io", "kubernetes.io"))


def approval(definition: Object) -> tuple[str, str]:
    """Return how far a definition is approved (``missing``, ``bypassed``, ``approved``, ``invalid``), and why."""
    text = (definition["metadata"].get("annotations") or {}).get(ANNOTATION) or ""
    if not text:
        return "missing", f'protected groups must have approval annotation "{ANNOTATION}", {_SEE}'
    if text.startswith("unapproved"):
        return "bypassed", f'not approved: "{text}"'
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme and parts.netloc:
        return "approved", f"approved in {text}"
    detail = (
        f'protected groups must have approval annotation "{ANNOTATION}" with either a URL or a reason starting with'
    )
    return "invalid", f'{detail} "unapproved", {_SEE}'


def approval_errors(definition: Object, old: Object | None) -> Iterator[FieldError]:
    """Yield why a definition of a protected group may not be there; what is not changed is tolerated."""
    if not is_protected(str(definition["spec"].get("group") or "")):
        return
    state, reason = approval(definition)
    if old is not None and approval(old)[0] == state:
        return
    here = f"metadata.annotations[{ANNOTATION}]"
    if state == "missing":
        yield required(here, reason)
    elif state == "invalid":
        yield invalid(here, definition["metadata"]["annotations"][ANNOTATION], reason)
