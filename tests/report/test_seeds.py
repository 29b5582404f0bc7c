"""One scenario under many seeds, and labels in narrow terminals."""

from harness.report.outcomes import Outcome
from harness.report.seeds import Runs, shortened


def run(seed: int, outcome: str) -> Outcome:
    """Return the outcome of a run that tells no more than that."""
    return Outcome(id="it", sentence="It is.", upstream="", outcome=outcome, real_s=1.0, virtual_s=60.0, seed=seed)


def test_the_first_failing_seed_is_the_lowest_in_whatever_order_runs_end() -> None:
    """Workers end when they end; what is printed must not depend on it."""
    runs = Runs([run(5, "failed"), run(0, "passed"), run(2, "failed"), run(1, "skipped")])

    assert "2 of 4 seeds clean, first failing 2" == runs.summary()
    assert "2/4 clean, not 2" == runs.brief()
    assert "\n  also      under seed 5" == runs.further()


def test_many_failing_seeds_are_still_one_line() -> None:
    """A thousand seeds with a defect in force."""
    runs = Runs([run(seed, "failed") for seed in range(1000)])

    assert "\n  also      under seeds 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 987 more" == runs.further()


def test_clean_seeds_say_nothing_further() -> None:
    """The usual case."""
    runs = Runs([run(0, "passed"), run(1, "passed")])

    assert ("2 of 2 seeds clean", "") == (runs.summary(), runs.further())


def test_a_label_that_is_too_wide_loses_its_middle() -> None:
    """The end tells the variants of a scenario apart, the beginning the scenarios."""
    assert "a-crash-af…othing[11]" == shortened("a-crash-after-any-write-loses-nothing[11]", 21)
    assert "short" == shortened("short", 21)
