"""The testing kit's page is true: its examples run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing-kit.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"example {number}" for number in range(1, len(BLOCKS) + 1)])
def test_an_example_of_the_page_runs(block, monkeypatch):
    """Each is whole, imports included, so that it can be copied."""
    monkeypatch.chdir(ROOT)

    exec(compile(block, "docs/testing-kit.md", "exec"), {"__name__": "example"})  # noqa: S102 - it is what the page shows


def test_the_page_has_examples():
    """A broken pattern would find none, and all of none run."""
    assert 8 == len(BLOCKS)
