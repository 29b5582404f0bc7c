"""The servers that clients are tried on: the embedded one on a port, and real control planes."""

import contextlib
import dataclasses
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.apiserver import ServerSettings
from harness.apiserver.http import kubeconfig
from harness.apiserver.messages import User
from harness.apiserver.stages import Stages
from harness.clusters.cluster import Address
from harness.clusters.envtest.binaries import Binaries
from harness.clusters.envtest.control_plane import control_plane
from tests.conformance.serving import http_server

from .recording import document

TOKEN = "administrator"
CRD = Path(__file__).with_name("crd.yaml")
PERSON = "somebody"
"""A user of both servers besides the administrator, in the group ``people``; the token is the name."""

_ANSWER_S = 30


def patiently(holds: Callable[[], bool], *, what: str | Callable[[], str] = "it has not come to be so") -> None:
    """Ask until it holds; ``what`` says what is wrong if it never does.

    :raises AssertionError: it does not in half a minute.
    """
    deadline = time.monotonic() + _ANSWER_S
    while not holds():
        assert time.monotonic() < deadline, what if isinstance(what, str) else what()
        time.sleep(0.05)  # a poll of a server in another process


@dataclasses.dataclass(frozen=True)
class Server:
    """A server for clients.

    :ivar kubeconfig: a file that leads to it, as an administrator.
    :ivar real: whether it is a kube-apiserver.
    """

    address: Address
    kubeconfig: Path
    real: bool

    def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """Send one request beside what the client does; patches are merged.

        :returns: the status, and the JSON of the answer.
        """
        status, _, answer = self.answer(path, method, body)
        return status, answer

    def answer(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Message, Any]:
        """Send one request; returns the status, the headers, and the JSON of the answer."""
        try:
            with self.opened(path, method, body) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, document(error.read())

    def opened(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Send one request; returns the answer, of which nothing is read yet.

        :raises HTTPError: it is a refusal.
        """
        media = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(
            self.address.server + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"authorization": f"Bearer {self.address.token}", "content-type": media},
        )
        trust = ssl.create_default_context(cafile=self.address.ca_file)
        return urllib.request.urlopen(request, timeout=_ANSWER_S, context=trust)

    def namespace(self, name: str) -> None:
        """Create a namespace."""
        status, body = self.ask(
            "/api/v1/namespaces", "POST", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        )
        assert status == 201, body

    def until(self, path: str, status: int = 200) -> None:
        """Ask until the answer has that status.

        :raises AssertionError: it has not in half a minute.
        """
        patiently(lambda: self.ask(path)[0] == status, what=f"{path} has not come to be {status}")

    def prepared(self) -> "Server":
        """Define the kind that the clients work with."""
        definition = yaml.safe_load(CRD.read_text("utf-8"))
        self.ask("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "POST", definition)
        self.until("/openapi/v3/apis/ex.dev/v1")
        self.until("/apis/ex.dev/v1/widgets")
        return self


@contextlib.contextmanager
def embedded_server(folder: Path, *, controllers: bool = False, stages: bool = False) -> Iterator[Server]:
    """Run the embedded server with TLS and tokens.

    :param controllers: whether namespaces get their accounts and cluster roles are aggregated, as the controller manager does.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings = ServerSettings(
        tokens={
            TOKEN: User("harness", uid="harness", groups=("system:masters",)),
            PERSON: User(PERSON, uid=PERSON, groups=("people",)),
        },
        service_account_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        default_accounts=controllers,
        aggregate_roles=controllers,
        check_policies=controllers,
        stages=Stages() if stages else None,
    )
    with http_server(settings, folder, token=TOKEN) as address:
        yield Server(address, _config(address, folder), real=False).prepared()


@contextlib.contextmanager
def real_server(binaries: Binaries, folder: Path, *, controllers: bool = False) -> Iterator[Server]:
    """Run etcd and kube-apiserver, and kube-controller-manager when its work is to be seen."""
    chosen = binaries if controllers else dataclasses.replace(binaries, controller_manager=None)
    with control_plane(chosen, users={PERSON: ("people",)}) as plane:
        if controllers:
            plane.wait_for_controllers()
        yield Server(plane.address, _config(plane.address, folder), real=True).prepared()


def _config(address: Address, folder: Path) -> Path:
    assert address.token
    assert address.ca_file
    config = folder / "kubeconfig"
    pem = Path(address.ca_file).read_bytes()
    config.write_text(kubeconfig(address.server, token=address.token, ca_pem=pem, name="tried"), "utf-8")
    return config
