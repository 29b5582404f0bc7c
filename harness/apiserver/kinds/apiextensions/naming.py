"""Which names a definition gets, and what its status says of that: the work of two controllers of the real server.

A definition is stored with nothing in its status. Then its names are accepted, unless another one in its group has them, and then
it is established: two more versions of the object, which a watch sees.
"""

from collections.abc import Iterable
from typing import Final

from harness.apiserver.fields import quote
from harness.apiserver.kinds.apiextensions.approval import approval, is_protected
from harness.apiserver.messages import Json, Object

_APPROVAL: Final = "KubernetesAPIApprovalPolicyConformant"
_REASONS: Final = {
    "missing": "MissingAnnotation",
    "invalid": "InvalidAnnotation",
    "approved": "ApprovedAnnotation",
    "bypassed": "UnapprovedAnnotation",
}


def condition(status: Object, kind: str) -> Object | None:
    """Return one condition of a status, or None."""
    return next((one for one in status.get("conditions") or [] if one["type"] == kind), None)


def is_established(definition: Object) -> bool:
    """Tell whether a definition is served."""
    found = condition(definition.get("status") or {}, "Established")
    return found is not None and found["status"] == "True"


def with_condition(status: Object, kind: str, value: str, reason: str, message: str, *, now: str) -> Object:
    """Return a status with a condition; its transition is ``now`` where it is new or another value than before."""
    old = condition(status, kind)
    since = old["lastTransitionTime"] if old is not None and old["status"] == value else now
    new = {"lastTransitionTime": since, "message": message, "reason": reason, "status": value, "type": kind}
    conditions = [new if one is old else one for one in status.get("conditions") or []]
    return {**status, "conditions": conditions if old is not None else [*conditions, new]}


def next_status(definition: Object, others: Iterable[Object], *, now: str) -> Object | None:
    """Return the next status of a definition, or None when it is settled; ``others`` are those of its group."""
    status = definition.get("status") or {}
    if definition["spec"]["names"] != {key: one for key, one in (status.get("acceptedNames") or {}).items() if one}:
        named = _named(definition, others, now=now)
        if named != status:
            return named
    accepted, established = condition(status, "NamesAccepted"), condition(status, "Established")
    if accepted and accepted["status"] == "True" and established and established["status"] != "True":
        message = "the initial names have been accepted"
        return with_condition(status, "Established", "True", "InitialNamesAccepted", message, now=now)
    return _approved(definition, status, now=now)


def _approved(definition: Object, status: Object, *, now: str) -> Object | None:
    if not is_protected(definition["spec"]["group"]):
        return None
    state, message = approval(definition)
    value = "True" if state == "approved" else "False"
    found = with_condition(status, _APPROVAL, value, _REASONS[state], message, now=now)
    return None if found == status else found


def _named(definition: Object, others: Iterable[Object], *, now: str) -> Object:
    """Accept the names that are free."""
    wanted, status = definition["spec"]["names"], definition.get("status") or {}
    accepted = status.get("acceptedNames") or {}
    resources: set[str] = set()
    kinds: set[str] = set()
    for other in (definition, *others):
        taken = (other.get("status") or {}).get("acceptedNames") or {}
        resources |= {taken.get("plural", ""), taken.get("singular", ""), *(taken.get("shortNames") or ())}
        kinds |= {taken.get("kind", ""), taken.get("listKind", "")}
    names = {**accepted}
    problem: tuple[str, str] | None = None
    for key, used in (("plural", resources), ("singular", resources), ("shortNames", resources), ("kind", kinds), ("listKind", kinds)):  # fmt: skip
        message = _conflict(wanted.get(key), accepted.get(key), used)
        if message:
            problem = f"{key[0].upper()}{key[1:]}Conflict", message
        else:
            names[key] = wanted.get(key)
    names["categories"] = wanted.get("categories")
    status = {**status, "acceptedNames": {"kind": "", "plural": ""} | {key: one for key, one in names.items() if one}}
    value, (reason, text) = ("False", problem) if problem else ("True", ("NoConflicts", "no conflicts found"))
    status = with_condition(status, "NamesAccepted", value, reason, text, now=now)
    established = condition(status, "Established")
    if established is None or (established["status"] != "True" and not problem):
        reason, text = ("NotAccepted", "not all names are accepted")
        if not problem:
            reason, text = "Installing", "the initial names have been accepted"
        status = with_condition(status, "Established", "False", reason, text, now=now)
    return status


def _conflict(wanted: Json, accepted: Json, used: set[str]) -> str:
    """Return why a name (or one of several) cannot be had, or nothing."""
    if isinstance(wanted, list):
        mine = accepted or []
        texts = [f"{quote(one)} is already in use" for one in wanted if one not in mine and one in used]
        return texts[0] if len(texts) == 1 else f"[{', '.join(dict.fromkeys(texts))}]" if texts else ""
    if wanted in (accepted, None) or wanted not in used:
        return ""
    return f"{quote(wanted)} is already in use"
