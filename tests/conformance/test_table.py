"""What is written about the suite is what the suite says."""

from .script import behaviours
from .table import PAGE, page


def test_the_committed_table_is_that_of_the_suite() -> None:
    """``python -m tests.conformance.table`` writes it anew."""
    assert page() == PAGE.read_text(encoding="utf-8")


def test_each_known_difference_has_its_line_among_the_limitations() -> None:
    """A difference that is known to us and not to users would be a trap."""
    limitations = (PAGE.parent / "limitations.md").read_text(encoding="utf-8")

    assert [] == [one.differs for one in behaviours() if one.differs and one.differs not in limitations]
