"""One suite, two servers. A real one is needed to compare with; without its programs a test is skipped after the embedded half."""

from collections.abc import Iterator

import pytest

from harness.clusters.envtest.binaries import Binaries, find
from harness.clusters.envtest.errors import BinariesError

from .kubelet import kubelet
from .plays import Plays
from .servers import Server, embedded_server, real_server

for client in ("asynchronous", "kopf", "kr8s", "kubectl", "kubernetes", "lightkube"):
    pytest.register_assert_rewrite(f"tests.clients.{client}")  # scripts assert, and are to say what they found


@pytest.fixture(scope="session")
def programs() -> Binaries:
    """Find the programs of a real control plane."""
    try:
        return find()
    except BinariesError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def real(programs: Binaries, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a real API server without controllers: what they write would stand between the lines."""
    with real_server(programs, tmp_path_factory.mktemp("real")) as server:
        yield server


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the embedded server, likewise."""
    with embedded_server(tmp_path_factory.mktemp("embedded")) as server:
        yield server


@pytest.fixture(scope="session")
def collecting_real(programs: Binaries, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a real API server with its controllers: it collects garbage, empties namespaces, and moves workloads."""
    if programs.controller_manager is None:
        pytest.skip(programs.missing)
    with real_server(programs, tmp_path_factory.mktemp("real"), controllers=True) as server, kubelet(server):
        yield server


@pytest.fixture(scope="session")
def collecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the embedded server with what it does in the controllers' place."""
    with embedded_server(tmp_path_factory.mktemp("embedded"), controllers=True, stages=True) as server:
        yield server


@pytest.fixture
def plays(request: pytest.FixtureRequest) -> Plays:
    """Play scripts."""
    return Plays(request)
