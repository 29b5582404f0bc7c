"""A survey tells classes of differences apart, and shows the smallest script of each."""

from .generated.comparing import class_of
from .generated.reducing import reduced
from .generated.steps import Step


def _line(place: str, real: object, embedded: object) -> str:
    return f"[2] POST /api/v1/namespaces/drawn-7/pods:.{place}\n      real      {real!r}\n      embedded  {embedded!r}"


def _refusal(text: str) -> list[dict[str, str]]:
    return [{"field": "spec.nodeName", "message": text, "reason": "FieldValueInvalid"}]


def test_what_was_drawn_makes_no_class_of_its_own() -> None:
    """A thousand scripts would be a thousand classes."""
    classes = {class_of([_line("body.details.causes", _refusal(f'Invalid value: "{name}": no'), [])]) for name in "ab"}

    assert {
        "POST pods .body.details.causes\n    real      spec.nodeName: Invalid value: *: no\n    embedded  []"
    } == classes


def test_causes_that_both_tell_are_no_difference() -> None:
    """Whether others stand beside the one that is missing depends on what else was drawn."""
    both, alone = _refusal("both"), _refusal("alone")

    assert class_of([_line("body.details.causes", both + alone, both)]).endswith("alone\n    embedded  nothing more")


def test_of_another_outcome_the_outcome_is_told() -> None:
    """An object beside a refusal differs in every field."""
    lines = [_line("body.kind", "Status", "Pod"), _line("body.message", "no", "(absent)"), _line("status", 422, 201)]

    assert ["POST pods .body.message", "POST pods .status"] == class_of(lines).splitlines()[::3]


def test_a_script_is_reduced_to_what_it_takes() -> None:
    """Steps, parameters and parts of bodies go as long as the difference stays."""
    steps = [Step("GET", "/a"), Step("POST", "/b", {"x": {"y": 1, "z": [1, 2]}, "w": 1}, query={"dryRun": "All"})]

    def holds(tried: list[Step]) -> bool:
        return any(2 in (step.body or {}).get("x", {}).get("z", []) for step in tried)

    assert [Step("POST", "/b", {"x": {"z": [2]}})] == reduced(steps, holds, tries=100)
