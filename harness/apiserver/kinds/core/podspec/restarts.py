"""What is wrong with how a container is restarted: by its own policy and rules (KEP-5307), or when its resources change (KEP-1287)."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required, too_many
from harness.apiserver.messages import Object

_RESTART: Final = ("Always", "Never", "OnFailure")
_ACTIONS: Final = ("Restart", "RestartAllContainers")
_OPERATORS: Final = ("In", "NotIn")
_MOST_RULES: Final = 20
_MOST_CODES: Final = 255
_RESIZED: Final = ("cpu", "memory")
_RESIZE: Final = ("NotRequired", "RestartContainer")


def restart_errors(container: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a container's own restart policy, and with its rules."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    if policy is None and rules:
        yield required(f"{path}.restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy is not None and policy not in _RESTART:
        yield not_supported(f"{path}.restartPolicy", policy, _RESTART)
    if len(rules) > _MOST_RULES:
        yield too_many(f"{path}.restartPolicyRules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        here, codes = f"{path}.restartPolicyRules[{index}]", rule.get("exitCodes")
        if (action := rule.get("action") or "") not in _ACTIONS:
            yield not_supported(f"{here}.action", action, _ACTIONS)
        if codes is None:
            yield required(f"{here}.exitCodes", "must be specified")
            continue
        if (operator := codes.get("operator") or "") not in _OPERATORS:
            yield not_supported(f"{here}.exitCodes.operator", operator, _OPERATORS)
        if (count := len(codes.get("values") or [])) > _MOST_CODES:
            yield too_many(f"{here}.exitCodes.values", count, _MOST_CODES)


def resize_errors(policies: list[Object], path: str, *, never: bool) -> Iterator[FieldError]:
    """Yield what is wrong with ``resizePolicy``; ``never`` tells that the pod's containers are not restarted."""
    seen: set[str] = set()
    for index, one in enumerate(policies):
        name, policy = one.get("resourceName") or "", one.get("restartPolicy") or ""
        if name in seen:
            yield duplicate(f"{path}[{index}]", name)
        seen.add(name)
        for value, known in ((name, _RESIZED), (policy, _RESIZE)):
            if not value:
                yield required(path)
            elif value not in known:
                yield not_supported(path, value, known)
        if never and policy != "NotRequired":
            yield invalid(path, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")
