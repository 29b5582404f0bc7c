"""How the servers are set up that are compared: the same token, the same kind of things, no controllers unless they are asked for."""

import dataclasses
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.apiserver import ServerSettings
from harness.apiserver.messages import User
from harness.clusters.cluster import Address
from harness.clusters.envtest.control_plane import ControlPlane

from .connections import Place
from .samples import DEFINITIONS, definition
from .side import Side

TOKEN = "administrator"
COMPACTION = timedelta(seconds=2)


def defined(plane: ControlPlane) -> Address:
    """Define the kind of things on a real server, and wait until it is served."""
    side = Side(plane.address, "default")
    created = side.setup(DEFINITIONS, definition()).json
    side.close()
    plane.served(created)
    return plane.address


def define(place: Place) -> None:
    """Define the kind of things on an embedded server."""
    side = Side(place, "default")
    side.setup(DEFINITIONS, definition())
    side.close()


def alone() -> ServerSettings:
    """Return the settings of a server beside which no controllers run."""
    return ServerSettings(
        tokens={TOKEN: User("harness", uid="harness", groups=("system:masters",))},
        service_account_key=_key(),
        aggregate_roles=False,
        count_quotas=False,
        check_policies=False,
    )


def with_controllers() -> ServerSettings:
    """Return the settings of one with all that controllers do for it, and quickly: the real ones need a second or two."""
    return dataclasses.replace(
        alone(),
        aggregate_roles=True,
        count_quotas=True,
        check_policies=True,
        default_accounts=True,
        root_ca="a certificate",
        gc_delay=timedelta(milliseconds=200),
    )


def forgetful() -> ServerSettings:
    """Return the settings of one that forgets old versions within seconds."""
    return dataclasses.replace(alone(), compaction_interval=COMPACTION)


def _key() -> str:
    """Return a key of the real one's kind, so that both name the same algorithm."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
