"""An embedded API server on a port, in real time, with a kubeconfig that leads to it."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson
import yaml

from harness import memory
from harness.apiserver import ApiServer, Reply, Request, ServerSettings
from harness.apiserver.access.signer import new_key
from harness.apiserver.http import Certificates, HttpFront, kubeconfig
from harness.apiserver.messages import User
from harness.apiserver.uids import random_uid
from harness.cli.tokens import reason_of
from harness.clusters.client import CRDS, NAMESPACES
from harness.clusters.cluster import ClusterError
from harness.clusters.manifests import read
from harness.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.apiserver.stages import Stages

_APPLIED = {"CustomResourceDefinition": CRDS, "Namespace": NAMESPACES}

_ADMINISTRATOR = User("harness", uid="harness", groups=("system:masters",))
"""Whom the random token stands for."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is to be served, and where.

    :ivar tokens: whom each bearer token stands for; the first one goes into the kubeconfig. Empty: with TLS a random one
        is made, without TLS everybody who reaches the port is let in.
    :ivar authorization: what those may do: "RBAC" or "AlwaysAllow"; without tokens nobody is asked.
    :ivar kubeconfig: where to write the kubeconfig; ``None`` for a temporary file that is removed at the end.
    :ivar crds: files or folders of manifests that are applied first.
    :ivar stages: what moves workloads; ``None``: nothing does.
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = True
    tokens: Mapping[str, User] = field(default_factory=dict)
    authorization: str = "RBAC"
    kubeconfig: Path | None = None
    crds: Sequence[Path] = ()
    stages: Stages | None = None


class Served:
    """A server that serves while the block runs.

    :ivar kubeconfig: the file that leads to it.
    :ivar token: the one in that file, or empty.
    :ivar applied: ``plural/name`` of what was applied.
    :raises ClusterError: a manifest is refused; the message names file, object and the server's reason.
    :raises FrontError: the port cannot be had.
    :raises ConfigError: the kubeconfig cannot be written, or is somebody else's.
    """

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        tokens = dict(serving.tokens)
        if not tokens and serving.tls:
            tokens = {secrets.token_urlsafe(24): _ADMINISTRATOR}
        self.token = next(iter(tokens), "")
        host = serving.host
        names = tuple({*LOOPBACK, host} - {"0.0.0.0", "::"})  # noqa: S104  names, not a bind
        self._certificates = Certificates(names) if serving.tls else None
        settings = ServerSettings(
            default_accounts=True,
            root_ca=self._certificates.ca_pem.decode() if self._certificates else "",
            tokens=tokens,
            authorization=serving.authorization if tokens else "",
            service_account_key=new_key(),
            stages=serving.stages,
        )
        self._server = ApiServer(clock=_now, new_uid=random_uid, settings=settings)
        self.applied: list[str] = []
        self.kubeconfig: Path
        self.ca_file: Path | None = None
        self.url: str
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for manifests in self._serving.crds:
                self.applied += self._apply(manifests)
            self._open(stack)
            memory.settled()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def environ(self) -> dict[str, str]:
        """Return what a program needs to find this server: KUBECONFIG, and the single values for who prefers them."""
        found = {"KUBECONFIG": str(self.kubeconfig), "KUBERNETES_SERVER": self.url, "KUBERNETES_TOKEN": self.token}
        if self.ca_file is not None:
            found["KUBERNETES_CA_FILE"] = str(self.ca_file)
        return found

    def _open(self, stack: contextlib.ExitStack) -> None:
        host = self._serving.host
        if self._serving.kubeconfig is not None:
            _refuse_a_stranger(self._serving.kubeconfig)
        front = stack.enter_context(
            HttpFront(self._server, clock=_now, host=host, port=self._serving.port, certificates=self._certificates)
        )
        scheme, _, rest = front.url.partition("://")
        self.url = f"{scheme}://{_reachable(host)}:{rest.rpartition(':')[2]}"
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="harness-")))
        if front.ca_pem:
            self.ca_file = folder / "ca.pem"
            self.ca_file.write_bytes(front.ca_pem)
        self.kubeconfig = (self._serving.kubeconfig or folder / "kubeconfig").absolute()
        _write_private(self.kubeconfig, kubeconfig(self.url, token=self.token, ca_pem=front.ca_pem))

    def _apply(self, manifests: Path) -> list[str]:
        applied = []
        for file, manifest in read(manifests):
            kind, name = manifest["kind"], (manifest.get("metadata") or {}).get("name", "(no name)")
            plural = _APPLIED.get(kind)
            if plural is None:
                raise ClusterError(
                    f"{file}: {kind} {name}: --crds takes {' and '.join(_APPLIED)} only; kubectl applies the rest"
                )
            answer = self._server.handle(_create(plural.path(), manifest, token=self.token))
            assert isinstance(answer, Reply)
            if answer.status >= 300:
                raise ClusterError(f"{file}: {kind} {name} was refused: {orjson.loads(answer.body)['message']}")
            applied.append(f"{plural.plural}/{name}")
        return applied


def _now() -> datetime:
    return datetime.now(UTC)


def _create(path: str, manifest: dict[str, Any], *, token: str) -> Request:
    headers = {"content-type": "application/json", "user-agent": "harness"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return Request(method="POST", path=path, query={}, headers=headers, body=orjson.dumps(manifest))


def _reachable(host: str) -> str:
    """Return the host as a client of this machine writes it into a URL."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  names, not a bind
    return f"[{host}]" if ":" in host else host


def _refuse_a_stranger(file: Path) -> None:
    """Keep a person's kubeconfig: only one that leads to nothing but an embedded server is written over."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
        ours = [one["name"] for one in found["clusters"]] == ["embedded"]
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        ours = False
    if not ours:
        raise ConfigError(f"--kubeconfig {file}: is there already and is not of this command; name another file")


def _write_private(file: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigError(f"--kubeconfig {file}: cannot be written: {reason_of(error)}") from error
