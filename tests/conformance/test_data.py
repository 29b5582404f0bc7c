"""The data files about the built-in API are those of the real server."""

import pytest

from harness.apiserver.openapi.data import NAMES, read
from harness.apiserver.openapi.generate import asking, data_files
from harness.clusters.cluster import Address

from .difference import differences


@pytest.mark.slow
def test_the_committed_files_are_what_the_generator_makes(real: Address) -> None:
    """Whoever changes the release, or a file by hand, is told to run the generator."""
    made = data_files(asking(real.server, token=real.token, ca_file=real.ca_file))
    committed = {name: read(name) for name in NAMES}

    found = list(differences(made, committed))[:10]

    assert [] == found
