"""A server of AccessGrants on a port, in real time."""

import json
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml

from harness.apiserver import ApiServer, Request, ServerSettings
from harness.apiserver.http import HttpFront
from harness.clusters.cluster import Address
from harness.clusters.real.venue import Venue

CRDS = Path(__file__).parents[3] / "examples" / "access" / "crds"


@contextmanager
def on_a_port(**settings):
    """Serve the embedded API server with AccessGrants on a port; yields its venue and its core."""

    def now():
        return datetime.now(UTC)

    server = ApiServer(clock=now, new_uid=lambda: str(uuid.uuid4()), settings=ServerSettings(**settings))
    (crd,) = yaml.safe_load_all((CRDS / "accessgrants.yaml").read_text())
    server.handle(
        Request(
            method="POST",
            path="/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            query={},
            headers={"content-type": "application/json"},
            body=json.dumps(crd).encode(),
        )
    )
    with HttpFront(server, clock=now) as front:
        yield Venue(name="port", address=Address(front.url)), server


def grant(name="x", minutes=5):
    """Return an AccessGrant."""
    return {
        "apiVersion": "example.org/v1",
        "kind": "AccessGrant",
        "metadata": {"name": name},
        "spec": {"user": "ada", "minutes": minutes},
    }
