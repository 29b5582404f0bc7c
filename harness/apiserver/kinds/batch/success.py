"""Success policies: which of an indexed job's pods must have succeeded for the job to be over (KEP-3998)."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, invalid, required, too_long, too_many
from harness.apiserver.kinds.batch.indexes import IndexesError, count, read_indexes
from harness.apiserver.kinds.checks import non_negative
from harness.apiserver.messages import Object

_MOST_RULES: Final = 20
_LONGEST_INDEXES: Final = 64 * 1024


def success_policy_errors(spec: Object, policy: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the success policy of a job's spec.

    A job that does not say how many completions it wants is told so elsewhere; the real server does not survive the look
    at its policy, and no client sees an answer.
    """
    if spec.get("completionMode") != "Indexed":
        shown = Printed(json_text(policy, "batch.SuccessPolicy"))
        yield invalid(path, shown, "requires indexed completion mode")
        return
    rules = policy.get("rules") or []
    if not rules:
        yield required(f"{path}.rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > _MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        yield from _rule_errors(rule, spec.get("completions") or 0, f"{path}.rules[{index}]")


def _rule_errors(rule: Object, completions: int, path: str) -> Iterator[FieldError]:
    wanted, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    if wanted is None and indexes is None:
        yield required(path, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if indexes is not None:
        here = f"{path}.succeededIndexes"
        if len(indexes.encode()) > _LONGEST_INDEXES:
            yield too_long(here, _LONGEST_INDEXES)
        try:
            total = count(read_indexes(indexes, completions))
        except IndexesError as problem:
            yield invalid(here, indexes, f"error parsing succeededIndexes: {problem}")
    if wanted is None:
        return
    yield from non_negative(rule, "succeededCount", path)
    here = f"{path}.succeededCount"
    if wanted > completions:
        detail = f"must be less than or equal to {completions} (the number of specified completions)"
        yield invalid(here, wanted, detail)
    if indexes is not None and wanted > total:
        named = "the number of indexes in the specified succeededIndexes field"
        yield invalid(here, wanted, f"must be less than or equal to {total} ({named})")
