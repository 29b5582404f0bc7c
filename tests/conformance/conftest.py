"""The servers: ours behind both of its fronts, and the real one."""

import dataclasses
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.apiserver import ApiServer, ServerSettings
from harness.apiserver.http import Certificates, HttpFront
from harness.apiserver.messages import User
from harness.clusters.cluster import Address
from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.errors import BinariesError

from .connections import Place
from .hooks import Hooks
from .memory import Memory, memory_server
from .samples import DEFINITIONS, definition
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

    def now() -> datetime:
        return datetime.now(UTC)

    server = ApiServer(clock=now, new_uid=lambda: str(uuid.uuid4()), settings=_settings())
    _begin(server)
    with HttpFront(server, clock=now, certificates=Certificates()) as front:
        authority = tmp_path_factory.mktemp("embedded") / "ca.crt"
        assert front.ca_pem
        authority.write_bytes(front.ca_pem)
        address = Address(front.url, token=TOKEN, ca_file=str(authority))
        _define(address)
        yield address


@pytest.fixture(scope="session")
def memory(hooks: Hooks) -> Iterator[Memory]:
    """Run the embedded server in memory, in virtual time."""
    with memory_server(_settings(), hooks, token=TOKEN) as server:
        _begin(server.server)
        _define(server)
        yield server


def _settings() -> ServerSettings:
    return ServerSettings(
        tokens={TOKEN: User("harness", uid="harness", groups=("system:masters",))},
        service_account_key=_key(),
        aggregate_roles=False,  # the real one runs without controllers
    )


def _begin(server: ApiServer) -> None:
    server._cluster.store.revision = 1000  # small versions look like numbers in the texts that are masked


def _define(place: Place) -> None:
    side = Side(place, "default")
    side.setup(DEFINITIONS, definition())
    side.close()


def _key() -> str:
    """Return a key of the real one's kind, so that both name the same algorithm."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
