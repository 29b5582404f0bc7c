"""The servers: ours behind both of its fronts, and the real one."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.apiserver import ServerSettings
from harness.apiserver.messages import User
from harness.clusters.cluster import Address
from harness.clusters.envtest.binaries import Binaries, find
from harness.clusters.envtest.control_plane import ControlPlane, control_plane
from harness.clusters.envtest.errors import BinariesError

from .connections import Place
from .hooks import Hooks
from .memory import Memory, memory_server
from .samples import DEFINITIONS, definition
from .serving import START_REVISION, http_server
from .side import Side

TOKEN = "administrator"


@pytest.fixture(scope="session")
def real() -> Iterator[Address]:
    """Run etcd and kube-apiserver. No controllers: what they write would stand between the lines."""
    with control_plane(dataclasses.replace(_binaries(), controller_manager=None)) as plane:
        yield _defined(plane)


@pytest.fixture(scope="session")
def governed() -> Iterator[Address]:
    """Run a control plane with its controllers."""
    binaries = _binaries()
    if binaries.missing:
        pytest.skip(binaries.missing)
    with control_plane(binaries) as plane:
        address = _defined(plane)
        plane.wait_for_controllers()
        yield address


def _binaries() -> Binaries:
    try:
        return find()
    except BinariesError as error:
        pytest.skip(str(error))


def _defined(plane: ControlPlane) -> Address:
    side = Side(plane.address, "default")
    created = side.setup(DEFINITIONS, definition()).json
    side.close()
    plane.served(created)
    return plane.address


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
        _define(address)
        yield address


@pytest.fixture(scope="session")
def governed_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Run another one that does what controllers do."""
    with http_server(with_controllers(), tmp_path_factory.mktemp("governed"), token=TOKEN) as address:
        _define(address)
        yield address


@pytest.fixture(scope="session")
def memory(hooks: Hooks) -> Iterator[Memory]:
    """Run the embedded server in memory, in virtual time."""
    with memory_server(alone(), hooks, token=TOKEN) as server:
        server.server._cluster.store.revision = START_REVISION
        _define(server)
        yield server


@pytest.fixture(scope="session")
def governed_memory(hooks: Hooks) -> Iterator[Memory]:
    """Run another one that does what controllers do."""
    with memory_server(with_controllers(), hooks, token=TOKEN) as server:
        server.server._cluster.store.revision = START_REVISION
        _define(server)
        yield server


def alone() -> ServerSettings:
    """Return the settings of a server beside which no controllers run."""
    return ServerSettings(
        tokens={TOKEN: User("harness", uid="harness", groups=("system:masters",))},
        service_account_key=_key(),
        aggregate_roles=False,
        count_quotas=False,
    )


def with_controllers() -> ServerSettings:
    """Return the settings of one with all that controllers do for it, and quickly: the real ones need a second or two."""
    return dataclasses.replace(
        alone(),
        aggregate_roles=True,
        count_quotas=True,
        default_accounts=True,
        root_ca="a certificate",
        gc_delay=timedelta(milliseconds=200),
    )


def _define(place: Place) -> None:
    side = Side(place, "default")
    side.setup(DEFINITIONS, definition())
    side.close()


def _key() -> str:
    """Return a key of the real one's kind, so that both name the same algorithm."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
