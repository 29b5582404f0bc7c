"""Client certificates: the TCP front knows who shows one."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from harness.apiserver import ServerSettings, User
from harness.apiserver.http import Certificates, HttpFront

from .fronts import ManualClock, new_server

WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@pytest.fixture
def front() -> Any:
    """A front with TLS, before a server that controls access."""
    clock = ManualClock()
    certificates = Certificates()
    settings = ServerSettings(tokens={"sesame": User("root", groups=("system:masters",))})
    with HttpFront(new_server(clock, settings), clock=clock, certificates=certificates) as front:
        yield front, certificates


def asked(front: HttpFront, *, pem: Path | None = None, token: str = "") -> Any:
    context = ssl.create_default_context(cadata=front.ca_pem.decode())
    if pem is not None:
        context.load_cert_chain(pem)
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(front.url + WHO, b"{}", headers)
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)["status"]["userInfo"]


def test_a_certificate_says_who_somebody_is(front: Any, tmp_path: Path) -> None:
    """CN is the user, O the group; the rest is where the certificate can be told by."""
    server, certificates = front
    pem = tmp_path / "ann.pem"
    pem.write_bytes(certificates.client_pem("ann", group="devs"))

    user = asked(server, pem=pem)

    assert ("ann", ["devs", "system:authenticated"]) == (user["username"], user["groups"])
    assert user["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("X509SHA256=")


def test_a_token_does_without_a_certificate(front: Any) -> None:
    """Most clients have none."""
    assert "root" == asked(front[0], token="sesame")["username"]


def test_a_certificate_of_somebody_else_is_refused(front: Any, tmp_path: Path) -> None:
    """In the handshake, before any request."""
    pem = tmp_path / "eve.pem"
    pem.write_bytes(Certificates().client_pem("root", group="system:masters"))

    with pytest.raises((urllib.error.URLError, OSError)):
        asked(front[0], pem=pem)
