"""What an update may change of a pod: images, deadlines, tolerations, and where a gated one may run; little else.

What may change is set back to what it was; then nothing may differ, or the refusal shows how the two specs compare.
"""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import alike, difference, internal, json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, forbidden, invalid, required
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.messages import Object

_SPEC: Final = "core.PodSpec"
_UPDATABLE: Final = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously "
    "negative)"
)
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"


def change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what an update changes without being allowed to."""
    for name in ("containers", "initContainers"):
        if len(spec.get(name) or []) != len(before.get(name) or []):
            yield forbidden(f"spec.{name}", "pod updates may not add or remove containers")
            return
        yield from image_errors(spec, name)
    deadline, old = spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if deadline is not None and not 0 <= deadline <= LARGEST_INT32:
        yield invalid("spec.activeDeadlineSeconds", deadline, between(0, LARGEST_INT32))
        return
    if deadline is not None and old is not None and old < deadline:
        yield invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value")
        return
    if deadline is None and old is not None:
        yield invalid("spec.activeDeadlineSeconds", None, "must not update from a positive integer to nil value")
    yield from _tolerations(spec, before)
    yield from _gates(spec, before)
    if same_json(spec, before) or alike(spec, before, _SPEC):  # the first is what most writes come to, and cheap
        return
    rest = _set_back(spec, before)
    if before.get("schedulingGates"):
        yield from _placement_errors(rest, before)
        rest = _placed_as(rest, before)
    if not alike(rest, before, _SPEC):
        shown = difference(before, rest, _SPEC)
        yield forbidden("spec", f"pod updates may not change fields other than {_UPDATABLE}\n{shown}")


def image_errors(spec: Object, name: str) -> Iterator[FieldError]:
    """Yield containers of a pod without an image, or with spaces around it; of an update the real server says so twice."""
    for index, one in enumerate(spec.get(name) or []):
        image, path = one.get("image") or "", f"spec.{name}[{index}].image"
        if not image:
            yield required(path)
        elif image.strip() != image:
            yield invalid(path, image, "must not have leading or trailing whitespace")


def _tolerations(spec: Object, before: Object) -> Iterator[FieldError]:
    now = [_tolerated(one) for one in spec.get("tolerations") or []]
    if any(_tolerated(one) not in now for one in before.get("tolerations") or []):
        yield forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")


def _tolerated(toleration: Object) -> Object:
    return {key: item for key, item in toleration.items() if key != "tolerationSeconds" and item not in (None, "")}


def _gates(spec: Object, before: Object) -> Iterator[FieldError]:
    old = {gate.get("name", "") for gate in before.get("schedulingGates") or []}
    for index, gate in enumerate(spec.get("schedulingGates") or []):
        if (name := gate.get("name", "")) not in old:
            detail = f"only deletion is allowed, but found new scheduling gate '{name}'"
            yield forbidden(f"spec.schedulingGates[{index}].name", detail)


def _set_back(spec: Object, before: Object) -> Object:
    """Return a spec with everything that may change as it was."""
    out = {**spec}
    for name in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        out[name] = before.get(name)
    for name in ("containers", "initContainers"):
        if spec.get(name):
            pairs = zip(spec[name], before[name], strict=True)
            out[name] = [{**one, "image": old.get("image")} for one, old in pairs]
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        out["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    return out


def _placement_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield how a gated pod is allowed more nodes than before (KEP-3838): it may only be told to run on fewer."""
    selector, old = spec.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if any(selector.get(key) != value for key, value in old.items()):
        detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        yield invalid("spec.nodeSelector", spec.get("nodeSelector"), detail)
    terms, known = (_terms(one) for one in (spec, before))
    if not known or _affinity(spec) == _affinity(before):
        return
    path = f"spec.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
    if len(terms or ()) != len(known):
        shown = Printed(json_text(terms, "[]core.NodeSelectorTerm"))
        yield invalid(path, shown, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")
        return
    for index, (term, was) in enumerate(zip(terms or (), known, strict=True)):
        if not _only_adds(term, was):
            shown = Printed(json_text(term, "core.NodeSelectorTerm"))
            yield invalid(f"{path}[{index}]", shown, "only additions are allowed (no mutations or deletions)")


def _affinity(spec: Object) -> object:
    return internal((spec.get("affinity") or {}).get("nodeAffinity"), "*core.NodeAffinity")


def _terms(spec: Object) -> list[Object] | None:
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED) or {}
    found: list[Object] | None = required.get("nodeSelectorTerms")
    return found


def _only_adds(term: Object, before: Object) -> bool:
    names = ("matchExpressions", "matchFields")
    if not any(before.get(name) for name in names):
        return not any(term.get(name) for name in names)
    return all((term.get(name) or [])[: len(old)] == old for name in names if (old := before.get(name) or []))


def _placed_as(spec: Object, before: Object) -> Object:
    """Return a spec that asks for the nodes that it asked for before."""
    out = {**spec, "nodeSelector": before.get("nodeSelector")}
    affinity, old = spec.get("affinity"), before.get("affinity")
    nodes = (old or {}).get("nodeAffinity")
    if _affinity(spec) == _affinity(before):
        return out
    alone = old is None and not any(
        (affinity or {}).get(name) is not None for name in ("podAffinity", "podAntiAffinity")
    )
    out["affinity"] = None if alone else {**(affinity or {}), "nodeAffinity": nodes}
    return out
