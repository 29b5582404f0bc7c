"""The columns that the embedded server shows are those of the real one."""

from importlib.resources import files

import pytest

from harness.apiserver.openapi.generate import asking
from harness.apiserver.printers.generate import columns, written
from harness.clusters.cluster import Address


@pytest.mark.slow
def test_the_committed_columns_are_those_of_the_release(real: Address) -> None:
    """``python -m harness.apiserver.printers.generate`` makes them anew."""
    ask = asking(real.server, token=real.token or "", ca_file=real.ca_file or "")

    assert written(columns(ask)) == files("harness.apiserver.printers").joinpath("columns.json").read_bytes()
