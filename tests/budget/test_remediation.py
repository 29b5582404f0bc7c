"""What one remediation costs an API server: counted, documented, and held."""

from pathlib import Path

import pytest

from .table import counted, documented, rendered

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "performance.md"


@pytest.mark.slow
def test_a_remediation_costs_exactly_what_the_documentation_says(play, ours, complete):
    """A request more per remediation is a cluster's load more; whoever adds one says so in docs/performance.md."""
    messages = play(ours, lambda stage: complete(stage, 1))
    table = rendered(counted(messages, without={"scenario"}))

    assert documented(DOCUMENT.read_text("utf-8")) == table, (
        f"the budget has changed. If that is meant, put this table into {DOCUMENT.name}:\n\n{table}\n"
    )


@pytest.mark.slow
def test_the_next_remediation_costs_no_more_than_the_first(play, ours, complete):
    """The cost of a remediation does not depend on how many there have been."""
    once = counted(play(ours, lambda stage: complete(stage, 1)), without={"scenario"})
    thrice = counted(play(ours, lambda stage: complete(stage, 3)), without={"scenario"})

    assert {a: {c: 3 * n for c, n in row.items()} for a, row in once.items()} == thrice
