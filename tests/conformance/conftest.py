"""The servers: ours behind both of its fronts, and the real one."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.apiserver import ServerSettings
from harness.clusters.cluster import Address
from harness.clusters.envtest.binaries import Binaries, find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.errors import BinariesError

from .hooks import Hooks
from .memory import Memory, memory_server
from .servers import COMPACTION, TOKEN, alone, define, defined, forgetful, with_controllers
from .serving import START_REVISION, http_server


@pytest.fixture(scope="session")
def real() -> Iterator[Address]:
    """Run etcd and kube-apiserver. No controllers: what they write would stand between the lines."""
    with control_plane(dataclasses.replace(_binaries(), controller_manager=None)) as plane:
        yield defined(plane)


@pytest.fixture(scope="session", name="forgetful")
def _forgetful() -> Iterator[Address]:
    """Run another one that compacts away old versions within seconds."""
    with control_plane(dataclasses.replace(_binaries(), controller_manager=None), compaction=COMPACTION) as plane:
        yield defined(plane)


@pytest.fixture(scope="session")
def forgetful_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Run the embedded server likewise."""
    with http_server(forgetful(), tmp_path_factory.mktemp("forgetful"), token=TOKEN) as address:
        define(address)
        yield address


@pytest.fixture(scope="session")
def forgetful_memory(hooks: Hooks) -> Iterator[Memory]:
    """Run it in memory, too."""
    with _in_memory(forgetful(), hooks) as server:
        yield server


@pytest.fixture(scope="session")
def governed() -> Iterator[Address]:
    """Run a control plane with its controllers."""
    binaries = _binaries()
    if binaries.missing:
        pytest.skip(binaries.missing)
    with control_plane(binaries) as plane:
        address = defined(plane)
        plane.wait_for_controllers()
        yield address


def _binaries() -> Binaries:
    try:
        return find()
    except BinariesError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def hooks() -> Iterator[Hooks]:
    """Run webhooks for both."""
    found = Hooks()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Run the embedded server on a port, in real time, with TLS and a token as the real one has."""
    with http_server(alone(), tmp_path_factory.mktemp("embedded"), token=TOKEN) as address:
        define(address)
        yield address


@pytest.fixture(scope="session")
def governed_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Run another one that does what controllers do."""
    with http_server(with_controllers(), tmp_path_factory.mktemp("governed"), token=TOKEN) as address:
        define(address)
        yield address


@pytest.fixture(scope="session")
def memory(hooks: Hooks) -> Iterator[Memory]:
    """Run the embedded server in memory, in virtual time."""
    with _in_memory(alone(), hooks) as server:
        yield server


@pytest.fixture(scope="session")
def governed_memory(hooks: Hooks) -> Iterator[Memory]:
    """Run another one that does what controllers do."""
    with _in_memory(with_controllers(), hooks) as server:
        yield server


@contextmanager
def _in_memory(settings: ServerSettings, hooks: Hooks) -> Iterator[Memory]:
    with memory_server(settings, hooks, token=TOKEN) as server:
        server.server._cluster.store.revision = START_REVISION
        define(server)
        yield server
