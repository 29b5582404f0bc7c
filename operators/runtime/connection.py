"""Where the API server is and as whom to speak to it: one value for Kopf's login and for our own client.

Given explicitly (a harness, flags), else found as any client finds it: the service account of a pod, then KUBECONFIG. Both
ways end in Kopf's ``ConnectionInfo``, so that the operator's two clients can never disagree.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import kopf
import yaml

from operators.runtime.errors import SettingsError

__all__ = ["Connection", "find_connection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An API server and credentials for it."""

    server: str = field(metadata={"env": "KUBERNETES_SERVER"})
    """URL without a trailing slash, such as ``http://127.0.0.1:6443``."""
    token: str = field(default="", metadata={"env": "KUBERNETES_TOKEN"})
    """Bearer token; empty for none."""
    ca_file: str = field(default="", metadata={"env": "KUBERNETES_CA_FILE"})
    """Path of the certificates that the server's one is checked against; empty: the system's."""
    insecure: bool = False
    """Whether the server's certificate is not checked at all."""

    def info(self) -> kopf.ConnectionInfo:
        """The same for Kopf's login handler."""
        return kopf.ConnectionInfo(
            server=self.server.rstrip("/"),
            token=self.token or None,
            ca_path=self.ca_file or None,
            insecure=self.insecure or None,
        )


def find_connection(given: Connection | None, environ: Mapping[str, str] = os.environ) -> kopf.ConnectionInfo:
    """The given connection, else a pod's service account, else the current context of KUBECONFIG.

    :raises SettingsError: none of them is there, or the file that KUBECONFIG names cannot be used.
    """
    if given is not None:
        return given.info()
    settings = kopf.OperatorSettings()  # both only read networking.trust_env of it
    named = environ.get("KUBECONFIG") or "~/.kube/config"
    try:
        found = kopf.login_with_service_account(settings=settings) or kopf.login_with_kubeconfig(settings=settings)
    except (OSError, LookupError, TypeError, ValueError, yaml.YAMLError, kopf.LoginError) as error:
        # Kopf reads the file without checking it, so a hole in it can be any of these.
        raise SettingsError(f"KUBECONFIG ({named}) cannot be used: {error!r}; set it to a kubeconfig file") from error
    if found is None:
        raise SettingsError(
            "no API server is known: this is no pod, and KUBECONFIG "
            f"({named}) names none; "
            "set KUBECONFIG, or give connection.server",
        )
    return found
