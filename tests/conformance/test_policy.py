"""The roles that the embedded server starts with are those of the real one."""

from importlib.resources import files

import pytest

from harness.apiserver.access.generate import policy, written
from harness.apiserver.openapi.generate import asking
from harness.clusters.cluster import Address


@pytest.mark.slow
def test_the_committed_policy_is_that_of_the_release(real: Address) -> None:
    """``python -m harness.apiserver.access.generate`` makes it anew."""
    ask = asking(real.server, token=real.token or "", ca_file=real.ca_file or "")

    assert written(policy(ask)) == files("harness.apiserver.access").joinpath("policy.json").read_bytes()
