"""The servers: ours behind both of its fronts, and the real one."""

import dataclasses
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.apiserver import ServerSettings
from harness.apiserver.messages import User
from harness.clusters.cluster import Address
from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
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
    try:
        binaries = find()
    except BinariesError as error:
        pytest.skip(str(error))
    with control_plane(dataclasses.replace(binaries, controller_manager=None)) as plane:
        side = Side(plane.address, "default")
        created = side.setup(DEFINITIONS, definition()).json
        side.close()
        plane.served(created)
        yield plane.address


@pytest.fixture(scope="session")
def hooks() -> Iterator[Hooks]:
    """Run webhooks for both."""
    found = Hooks()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Run the embedded server on a port, in real time, with TLS and a token as the real one has."""
    with http_server(_settings(), tmp_path_factory.mktemp("embedded"), token=TOKEN) as address:
        _define(address)
        yield address


@pytest.fixture(scope="session")
def memory(hooks: Hooks) -> Iterator[Memory]:
    """Run the embedded server in memory, in virtual time."""
    with memory_server(_settings(), hooks, token=TOKEN) as server:
        server.server._cluster.store.revision = START_REVISION
        _define(server)
        yield server


def _settings() -> ServerSettings:
    return ServerSettings(
        tokens={TOKEN: User("harness", uid="harness", groups=("system:masters",))},
        service_account_key=_key(),
        aggregate_roles=False,  # the real one runs without controllers
    )


def _define(place: Place) -> None:
    side = Side(place, "default")
    side.setup(DEFINITIONS, definition())
    side.close()


def _key() -> str:
    """Return a key of the real one's kind, so that both name the same algorithm."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
