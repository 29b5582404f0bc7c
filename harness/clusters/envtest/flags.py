"""How each program of the control plane is called. All of them run in the private folder, as their working folder.

Close to what envtest for Go does. Where we differ: etcd listens on sockets in the private folder, since it has no other guard;
users come by static tokens, as in the embedded server; the programs find each other without a network beyond loopback.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from harness.clusters.envtest.binaries import Binaries
    from harness.clusters.envtest.credentials import Credentials

COMPACTION: Final = timedelta(minutes=5)
"""How often kube-apiserver has etcd forget old versions, unless it is told otherwise."""

_LOOPBACK: Final = "127.0.0.1"

_SERVICES: Final = "10.96.0.0/24"
"""Addresses of Services; nothing listens there."""


_ETCD: Final = "unix://etcd:1"
"""A socket in the working folder, which all three share. The number is none, but etcd insists on ``host:port``; so a long path does
no harm, which an absolute one would: 107 bytes is all that a socket's address holds."""

_ETCD_PEERS: Final = "unix://peer:1"
"""It has none, and must listen for them all the same."""


def etcd(binaries: Binaries) -> list[str]:
    """Return the command of etcd: one member, nothing durable."""
    return _command(
        binaries.etcd,
        {
            "name": "harness",
            "data-dir": "etcd-data",
            "listen-client-urls": _ETCD,
            "advertise-client-urls": _ETCD,
            "listen-peer-urls": _ETCD_PEERS,
            "initial-advertise-peer-urls": _ETCD_PEERS,
            "initial-cluster": f"harness={_ETCD_PEERS}",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        },
    )


def api_server(
    binaries: Binaries, credentials: Credentials, *, port: int, compaction: timedelta = COMPACTION
) -> list[str]:
    """Return the command of kube-apiserver: TLS on a loopback port, static tokens, RBAC."""
    return _command(
        binaries.api_server,
        {
            "etcd-servers": _ETCD,
            "etcd-compaction-interval": f"{compaction.total_seconds():g}s",
            "bind-address": _LOOPBACK,
            "secure-port": port,
            "advertise-address": _LOOPBACK,  # without one it refuses to start on a host without a default route
            "endpoint-reconciler-type": "none",  # would complain that the address is a loopback one
            "cert-dir": "certificates",
            "tls-cert-file": credentials.certificate,
            "tls-private-key-file": credentials.certificate_key,
            "token-auth-file": credentials.tokens,
            "authorization-mode": "RBAC",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": credentials.service_account_key,
            "service-account-signing-key-file": credentials.service_account_key,
            "service-cluster-ip-range": _SERVICES,
            # A pod would need its service account first, which the controllers make a moment after the namespace.
            "disable-admission-plugins": "ServiceAccount",
            "allow-privileged": "true",
            "profiling": "false",
        },
    )


def controller_manager(program: Path, credentials: Credentials, *, kubeconfig: Path) -> list[str]:
    """Return the command of kube-controller-manager; it listens nowhere."""
    return _command(
        program,
        {
            "kubeconfig": kubeconfig,
            "secure-port": 0,
            "leader-elect": "false",  # it is alone, and a lease would cost it seconds
            "root-ca-file": credentials.authority,
            "service-account-private-key-file": credentials.service_account_key,
            "service-cluster-ip-range": _SERVICES,
        },
    )


def _command(program: Path, options: Mapping[str, object]) -> list[str]:
    return [str(program), *(f"--{name}={value}" for name, value in options.items())]
