"""A running control plane: etcd, kube-apiserver and kube-controller-manager, gone with the block.

::

    with control_plane(find()) as plane:
        plane.apply(Path("crds"))
        ...  # plane.address, plane.kubeconfig

Ready when the API is; the controllers follow a few seconds later (`ControlPlane.wait_for_controllers`). All files lie in a private
folder; the only port is kube-apiserver's, on loopback. Whatever ends this process ends the three, SIGKILL included. Start it in the main thread.
"""

from __future__ import annotations

import contextlib
import json
import socket
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from harness.apiserver.http import kubeconfig
from harness.clusters.client import CRDS, NAMESPACES
from harness.clusters.cluster import Address, ClusterError
from harness.clusters.envtest import binaries as programs
from harness.clusters.envtest import flags
from harness.clusters.envtest.credentials import Credentials
from harness.clusters.envtest.daemons import Daemon
from harness.clusters.envtest.errors import ControlPlaneError
from harness.clusters.envtest.readiness import PATIENCE_S, Probe
from harness.clusters.envtest.workspace import workspace
from harness.clusters.manifests import read
from harness.clusters.private import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta
    from pathlib import Path

    from harness.clusters.envtest.binaries import Binaries

_PORTS: Final = 5
"""How many ports are tried: a free one may be somebody else's by the time kube-apiserver listens."""


class ControlPlane:
    """What `control_plane` yields.

    :ivar address: where the API server is, with the administrator's token.
    :ivar kubeconfig: the same as a file; it is removed at the end.
    :ivar daemons: the programs, in the order in which they were started.
    """

    def __init__(self, folder: Path, address: Address, *, daemons: list[Daemon], missing: str) -> None:
        self.folder, self.address, self.daemons, self.missing = folder, address, daemons, missing
        self.kubeconfig = folder / "kubeconfig"
        self._probe = Probe(address, alive=self.check)

    def check(self) -> None:
        """Look whether everything still runs.

        :raises ControlPlaneError: a program has ended; the message says how, and what it said last.
        """
        for daemon in self.daemons:
            daemon.check()

    def apply(self, manifests: Path) -> list[str]:
        """Create the CRDs and namespaces of a file or folder, and wait until each kind is served.

        :returns: ``plural/name`` of each, in order.
        :raises ClusterError: another kind is among them, or one is refused; the message names file, object and the server's reason.
        """
        applied, definitions = [], []
        for file, manifest in read(manifests):
            kind, name = manifest["kind"], (manifest.get("metadata") or {}).get("name", "(no name)")
            plural = {"CustomResourceDefinition": CRDS, "Namespace": NAMESPACES}.get(kind)
            if plural is None:
                raise ClusterError(
                    f"{file}: {kind} {name}: CRDs and namespaces are applied here; kubectl applies the rest"
                )
            status, body = self._probe.ask("POST", plural.path(), manifest)
            if status != 201:
                self.check()
                reason = json.loads(body)["message"] if body[:1] == b"{" else f"HTTP {status}"
                raise ClusterError(f"{file}: {kind} {name} was refused: {reason}")
            definitions += [manifest] if plural is CRDS else []
            applied.append(f"{plural.plural}/{name}")
        for definition in definitions:
            self.served(definition)
        return applied

    def served(self, definition: dict[str, Any]) -> None:
        """Wait until the kind of a CRD that was created is served.

        :raises ControlPlaneError: it is not in time.
        """
        self._probe.served(definition)

    def wait_for_controllers(self) -> None:
        """Wait until namespaces are deleted and garbage is collected.

        :raises ControlPlaneError: there is no kube-controller-manager, or it has not caught up in time.
        """
        if self.missing:
            raise ControlPlaneError(self.missing)
        self._probe.controllers()


@contextlib.contextmanager
def control_plane(
    binaries: Binaries,
    *,
    users: Mapping[str, tuple[str, ...]] | None = None,
    compaction: timedelta = flags.COMPACTION,
    patience_s: float = PATIENCE_S,
) -> Iterator[ControlPlane]:
    """Run a control plane while the block runs.

    :param users: users besides the administrator, and the groups of each; a user's token is its name.
    :param compaction: how often old versions are made to be forgotten.
    :param patience_s: how long the API may take to be ready; a program that ends is noticed at once.
    :raises ControlPlaneError: it did not start; the message ends with what the program at fault said last.
    """
    with workspace() as folder, contextlib.ExitStack() as running:
        credentials = Credentials.make(folder, users=users)
        # The API server tries again until etcd is there, so that they start side by side.
        etcd = _start(running, programs.ETCD, flags.etcd(binaries), folder)
        command = partial(flags.api_server, binaries, credentials, compaction=compaction)
        server, address = _api_server(running, command, credentials, folder=folder, etcd=etcd, patience_s=patience_s)
        write_private(
            folder / "kubeconfig",
            kubeconfig(
                address.server, token=address.token, ca_pem=credentials.authority.read_bytes(), name="envtest"
            ).encode(),
        )
        daemons = [etcd, server]
        if binaries.controller_manager is not None:
            manager = flags.controller_manager(
                binaries.controller_manager, credentials, kubeconfig=folder / "kubeconfig"
            )
            daemons.append(_start(running, programs.CONTROLLER_MANAGER, manager, folder))
        yield ControlPlane(folder, address, daemons=daemons, missing=binaries.missing)


def _api_server(
    running: contextlib.ExitStack,
    command: Callable[..., list[str]],
    credentials: Credentials,
    *,
    folder: Path,
    etcd: Daemon,
    patience_s: float,
) -> tuple[Daemon, Address]:
    for attempt in range(1, _PORTS + 1):
        port = _free_port()
        server = _start(running, programs.API_SERVER, command(port=port), folder)
        address = Address(f"https://127.0.0.1:{port}", token=credentials.token, ca_file=str(credentials.authority))

        def alive(server: Daemon = server) -> None:
            etcd.check()
            server.check()

        try:
            Probe(address, alive=alive, patience_s=patience_s).api()
        except ControlPlaneError as error:
            if attempt == _PORTS or "address already in use" not in str(error):
                raise
        else:
            return server, address
    raise AssertionError("the last attempt returns or raises")


def _start(running: contextlib.ExitStack, name: str, command: list[str], folder: Path) -> Daemon:
    daemon = Daemon(name, command, log=folder / f"{name}.log")
    running.callback(daemon.end)
    return daemon


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
