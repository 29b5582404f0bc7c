"""When a real control plane is ready, step by step. `Probe` asks; what is asked ends with an answer, never with a guess.

1. ``/readyz`` says ok: the built-in kinds are served.
2. A CRD's condition ``Established`` is true **and** a whole list of its kind is answered: between the two, kube-apiserver says
   429, "storage is (re)initializing"; a list with a limit passes the cache by, which is what is late.
3. The controllers have caught up: the service account that they make in ``default`` is there.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from harness.clusters.client import CRDS, Plural
from harness.clusters.envtest.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.cluster import Address

PATIENCE_S: Final = 180.0
"""A machine with nothing else to do takes 3 s; one minute was seen on loaded CI machines (fabric8io/kubernetes-client#7836)."""

_LOOK_S: Final = 0.05
"""Between two looks: short beside the seconds that a start takes, long beside what a look costs."""

_ANSWER_S: Final = 30.0


class Probe:
    """A small blocking client that asks whether a server is ready.

    :param alive: called between looks; raises when it is in vain to go on.
    """

    def __init__(
        self, address: Address, *, alive: Callable[[], None] = lambda: None, patience_s: float = PATIENCE_S
    ) -> None:
        self._address, self._alive, self._patience_s = address, alive, patience_s
        self._context = ssl.create_default_context(cafile=address.ca_file)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send one request; returns status and body, ``(0, b"")`` when nobody answers."""
        url = urlsplit(self._address.server)
        assert url.hostname is not None
        connection = http.client.HTTPSConnection(url.hostname, url.port, timeout=_ANSWER_S, context=self._context)
        headers = {"Authorization": f"Bearer {self._address.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):  # not there yet, or closed in the middle of an answer
            return 0, b""
        finally:
            connection.close()

    def api(self) -> None:
        """Wait until the API server is ready.

        :raises ControlPlaneError: it is not in time; the message names the checks that fail.
        """
        self._until(lambda: self.ask("GET", "/readyz")[0] == 200, "kube-apiserver to be ready", self._unready)

    def served(self, crd: dict[str, Any]) -> None:
        """Wait until the kind of a CRD that was created is served, in each of its served versions.

        :raises ControlPlaneError: it is not in time.
        """
        name, spec = crd["metadata"]["name"], crd["spec"]
        plurals = [
            Plural(spec["group"], one["name"], spec["names"]["plural"]) for one in spec["versions"] if one["served"]
        ]

        def serves() -> bool:
            status, body = self.ask("GET", CRDS.path(name=name))
            return (
                status == 200
                and _established(json.loads(body))
                and all(self.ask("GET", one.path())[0] == 200 for one in plurals)
            )

        self._until(serves, f"{name} to be served", lambda: "")

    def controllers(self) -> None:
        """Wait until the controllers have caught up.

        :raises ControlPlaneError: they have not in time.
        """
        path = "/api/v1/namespaces/default/serviceaccounts/default"
        self._until(lambda: self.ask("GET", path)[0] == 200, "the controllers to catch up", lambda: "")

    def _until(self, holds: Callable[[], bool], what: str, detail: Callable[[], str]) -> None:
        end = time.monotonic() + self._patience_s
        while not holds():
            self._alive()
            if time.monotonic() > end:
                raise ControlPlaneError(f"waited {self._patience_s:.0f} s in vain for {what}{detail()}")
            time.sleep(_LOOK_S)

    def _unready(self) -> str:
        status, body = self.ask("GET", "/readyz?verbose=true")
        failing = [line for line in body.decode("utf-8", "replace").splitlines() if line.startswith("[-]")]
        return f": {'; '.join(failing)}" if failing else f": it answers {status}" if status else ": it does not answer"


def _established(crd: dict[str, Any]) -> bool:
    conditions = crd.get("status", {}).get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)
