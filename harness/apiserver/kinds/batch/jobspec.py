"""The spec of a job: of one that stands for itself, and of one that a cron job makes."""

from collections.abc import Iterator

from harness.apiserver.fields import (
    OMITTED,
    FieldError,
    duplicate,
    invalid,
    not_supported,
    quote,
    required,
    too_long,
    too_many,
)
from harness.apiserver.kinds.batch.success import success_policy_errors
from harness.apiserver.kinds.checks import domain_prefixed_path, non_negative, with_defaults
from harness.apiserver.kinds.core.podspec import template_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name

_COUNTS = (
    "parallelism completions activeDeadlineSeconds backoffLimit ttlSecondsAfterFinished backoffLimitPerIndex "
    "maxFailedIndexes"
)
_UNLIMITED = 2**31 - 1
_MOST_INDEXED = 100_000
_MOST_PARALLEL = 10_000  # with more than 100,000 completions and a backoff limit for each index
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_STATUSES = ("False", "True", "Unknown")
_OPERATORS = ("In", "NotIn")
_LONGEST_MANAGER = 63
_MOST_PATTERNS = 20


def default_job_spec(spec: Object) -> Object:
    """Return the spec of a job with what is missing in it."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec = {**spec, "completions": 1, "parallelism": 1}
    limit = 6 if spec.get("backoffLimitPerIndex") is None else _UNLIMITED
    return with_defaults(
        spec,
        parallelism=1,
        backoffLimit=limit,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy="TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed",
        manualSelector=False,
    )


def default_failure_policy(spec: Object) -> Object:
    """Return a spec whose patterns of pod conditions say which status they mean: True, unless told."""
    policy = spec.get("podFailurePolicy")
    if not policy:
        return spec
    rules = [
        {**rule, "onPodConditions": [{"status": "True"} | one for one in rule["onPodConditions"]]}
        if rule.get("onPodConditions")
        else rule
        for rule in policy.get("rules") or []
    ]
    return {**spec, "podFailurePolicy": {**policy, "rules": rules}}


def job_spec_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a job's spec but for its selector."""
    yield from non_negative(spec, _COUNTS, path)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        yield required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    if (manager := spec.get("managedBy")) is not None:
        yield from domain_prefixed_path(manager, f"{path}.managedBy")
        if len(manager) > _LONGEST_MANAGER:
            yield too_long(f"{path}.managedBy", _LONGEST_MANAGER)
    yield from _mode_errors(spec, path)
    if (policy := spec.get("podFailurePolicy")) is not None:
        yield from _failure_policy_errors(spec, policy, f"{path}.podFailurePolicy.rules")
    if (policy := spec.get("successPolicy")) is not None:
        yield from success_policy_errors(spec, policy, f"{path}.successPolicy")
    yield from _replacement_errors(spec, f"{path}.podReplacementPolicy")
    yield from template_errors(spec["template"], f"{path}.template")
    yield from _restart_errors(spec, f"{path}.template.spec.restartPolicy")


def _mode_errors(spec: Object, path: str) -> Iterator[FieldError]:
    mode = spec.get("completionMode")
    per_index, failed = spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes")
    if mode is None or mode == "NonIndexed":
        for name, value in (("backoffLimitPerIndex", per_index), ("maxFailedIndexes", failed)):
            if value is not None:
                yield invalid(f"{path}.{name}", value, "requires indexed completion mode")
        return
    if mode != "Indexed":
        yield not_supported(f"{path}.completionMode", mode, ("NonIndexed", "Indexed"))
        return
    yield from _indexed_errors(spec, path)


def _indexed_errors(spec: Object, path: str) -> Iterator[FieldError]:
    completions, parallelism, failed = (spec.get(name) for name in ("completions", "parallelism", "maxFailedIndexes"))
    if completions is None:
        yield required(f"{path}.completions", "when completion mode is Indexed")
    if parallelism is not None and parallelism > _MOST_INDEXED:
        detail = f"must be less than or equal to {_MOST_INDEXED} when completion mode is Indexed"
        yield invalid(f"{path}.parallelism", parallelism, detail)
    if completions is not None and failed is not None and failed > completions:
        yield invalid(f"{path}.maxFailedIndexes", failed, "must be less than or equal to completions")
    if failed is not None and failed > _MOST_INDEXED:
        yield invalid(f"{path}.maxFailedIndexes", failed, f"must be less than or equal to {_MOST_INDEXED}")
    if completions is not None and completions > _MOST_INDEXED and spec.get("backoffLimitPerIndex") is not None:
        many = f"completions are above {_MOST_INDEXED} and used with backoff limit per index"
        if failed is None:
            detail = f"must be specified when completions is above {_MOST_INDEXED}"
            yield required(f"{path}.maxFailedIndexes", detail)
        for name, value in (("parallelism", parallelism), ("maxFailedIndexes", failed)):
            if value is not None and value > _MOST_PARALLEL:
                yield invalid(f"{path}.{name}", value, f"must be less than or equal to {_MOST_PARALLEL} when {many}")


def _replacement_errors(spec: Object, path: str) -> Iterator[FieldError]:
    policy = spec.get("podReplacementPolicy")
    allowed = ("Failed", "TerminatingOrFailed") if spec.get("podFailurePolicy") is None else ("Failed",)
    if policy is not None and policy not in allowed:
        yield not_supported(path, policy, allowed)


def _restart_errors(spec: Object, path: str) -> Iterator[FieldError]:
    policy = (spec["template"].get("spec") or {}).get("restartPolicy") or ""
    if policy in {"", "Always"}:
        yield required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in {"OnFailure", "Never"}:
        yield not_supported(path, policy, ("OnFailure", "Never"))
    elif policy != "Never" and spec.get("podFailurePolicy") is not None:
        yield invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _failure_policy_errors(spec: Object, policy: Object, path: str) -> Iterator[FieldError]:
    rules = policy.get("rules") or []
    if len(rules) > 20:
        yield too_many(path, len(rules), 20)
    pod = spec["template"].get("spec") or {}
    names = {one.get("name") for one in [*(pod.get("containers") or []), *(pod.get("initContainers") or [])]}
    for index, rule in enumerate(rules):
        here = f"{path}[{index}]"
        yield from _one_of("action", rule.get("action"), _ACTIONS, here)
        if rule.get("action") == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
            yield invalid(f"{here}.action", "FailIndex", "requires the backoffLimitPerIndex to be set")
        codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
        if codes is not None:
            yield from _exit_code_errors(codes, f"{here}.onExitCodes", names)
        if len(conditions) > _MOST_PATTERNS:
            yield too_many(f"{here}.onPodConditions", len(conditions), _MOST_PATTERNS)
        for number, one in enumerate(conditions):
            there = f"{here}.onPodConditions[{number}]"
            kind = one.get("type") or ""
            yield from (invalid(f"{there}.type", kind, wrong) for wrong in qualified_name(kind))
            yield from _one_of("status", one.get("status"), _STATUSES, there)
        if codes is not None and conditions:
            yield invalid(here, OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported")
        if codes is None and not conditions:
            yield invalid(here, OMITTED, "specifying one of OnExitCodes and OnPodConditions is required")


def _exit_code_errors(codes: Object, path: str, names: set[str]) -> Iterator[FieldError]:
    yield from _one_of("operator", codes.get("operator"), _OPERATORS, path)
    if (name := codes.get("containerName")) is not None and name not in names:
        detail = "must be one of the container or initContainer names in the pod template"
        yield invalid(f"{path}.containerName", name, detail)
    values = codes.get("values") or []
    if not values:
        yield invalid(f"{path}.values", codes.get("values"), "at least one value is required")
    elif len(values) > 255:
        yield too_many(f"{path}.values", len(values), 255)
    for index, value in enumerate(values):
        if value == 0 and codes.get("operator") == "In":
            yield invalid(f"{path}.values[{index}]", value, "must not be 0 for the In operator")
        if value in values[:index]:
            yield duplicate(f"{path}.values[{index}]", value)
    if values != sorted(values):
        yield invalid(f"{path}.values", values, "must be ordered")


def _one_of(name: str, value: str | None, allowed: tuple[str, ...], path: str) -> Iterator[FieldError]:
    if not value:
        yield required(f"{path}.{name}", f"valid values: [{' '.join(map(quote, allowed))}]")
    elif value not in allowed:
        yield not_supported(f"{path}.{name}", value, allowed)
