"""The contract suite's fixtures: one test, every front."""

from collections.abc import Iterator

import pytest

from harness.apiserver import ServerSettings

from .fronts import FRONTS, Api, ManualClock
from .memory import memory_front
from .samples import CRDS, definition

EVERY_FRONT = FRONTS | {"memory": memory_front}


@pytest.fixture
def settings() -> ServerSettings:
    """The server's settings; a test module may override them."""
    return ServerSettings()


@pytest.fixture(params=sorted(EVERY_FRONT))
def bare(request: pytest.FixtureRequest, settings: ServerSettings) -> Iterator[Api]:
    """An empty cluster, on each front in turn."""
    with EVERY_FRONT[request.param](ManualClock(), settings) as api:
        yield api


@pytest.fixture
def api(bare: Api) -> Api:
    """A cluster that serves the sample kind."""
    assert 201 == bare.post(CRDS, definition()).status
    return bare
