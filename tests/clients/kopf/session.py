"""A session of Kopf: operators as processes, what they wrote down, and the objects that they look after."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from ..recording import Notes
from ..script import Scripts, Stage
from ..servers import patiently
from .trace import BEACON, PLACE, TRACE, TRIED

script = Scripts("kopf")

_ROOT = Path(__file__).parents[3]
_DEFINITIONS = Path(__file__).with_name("definitions.yaml")
_ENDS_S = 60


class Operator:
    """A running ``kopf run``.

    :ivar lines: what it has written down so far.
    """

    def __init__(self, process: subprocess.Popen[bytes], trace: Path, log: Path) -> None:
        self._process, self._trace, self._log = process, trace, log

    @property
    def lines(self) -> list[dict[str, Any]]:
        text = self._trace.read_text("utf-8") if self._trace.exists() else ""
        return [line for line in map(json.loads, text.splitlines()) if line["what"] != BEACON]

    def watches(self) -> bool:
        """Tell whether it has seen the beacon."""
        return self._trace.exists() and BEACON in self._trace.read_text("utf-8")

    def until(self, what: str, count: int = 1, **told: Any) -> None:
        """Wait until it has written ``what`` down so many times, with what it told then."""
        wanted = {"what": what, **told}
        patiently(lambda: self._count(wanted) >= count, what=lambda: f"no {wanted}: {self.lines}\n{self.log()}")

    def _count(self, wanted: dict[str, Any]) -> int:
        assert self._process.poll() is None, self.log()
        return sum(wanted.items() <= line.items() for line in self.lines)

    def says(self, text: str) -> None:
        """Wait until its log contains a text."""
        patiently(lambda: text in self.log(), what=lambda: f"it has not said {text!r}:\n{self.log()}")

    def log(self) -> str:
        """Return what it said."""
        return self._log.read_text("utf-8", "replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it as Kubernetes does; returns its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(_ENDS_S)


class Kopf(Notes):
    """Operators and objects in one namespace.

    :ivar gizmos: where the objects are.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.recording)
        self.server, self.namespace, self.folder = stage.server, stage.namespace, stage.folder
        self.gizmos = f"/apis/kopf.ex.dev/v1/namespaces/{stage.namespace}/gizmos"
        self._operators = contextlib.ExitStack()

    def close(self) -> None:
        self._operators.close()

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Send a request that has to succeed; returns the JSON of the answer."""
        status, answer = self.server.ask(path, method, body)
        assert status < 300, answer
        return answer

    def create(self, name: str = "one", *, labels: Any = TRIED, **spec: Any) -> Any:
        """Create an object that handlers are for."""
        metadata = {"name": name, "labels": labels}
        return self.ask(
            self.gizmos, "POST", {"apiVersion": "kopf.ex.dev/v1", "kind": "Gizmo", "metadata": metadata, "spec": spec}
        )

    def read(self, name: str = "one") -> Any:
        return self.ask(f"{self.gizmos}/{name}")

    def patch(self, name: str = "one", **fields: Any) -> Any:
        """Patch an object."""
        return self.ask(f"{self.gizmos}/{name}", "PATCH", fields)

    def delete(self, name: str = "one") -> None:
        self.ask(f"{self.gizmos}/{name}", "DELETE")

    def until(self, holds: Callable[[Any], bool], name: str = "one") -> Any:
        """Read an object until it is as wanted, and return it."""
        found: Any = None

        def as_wanted() -> bool:
            nonlocal found
            found = self.read(name)
            return holds(found)

        patiently(as_wanted, what="it has not become as wanted")
        return found

    def gone(self, name: str = "one") -> None:
        """Wait until an object is gone."""
        self.server.until(f"{self.gizmos}/{name}", 404)

    def settled(self, name: str = "one", status: str = "") -> Any:
        """Wait until Kopf has nothing in progress with an object, and return it.

        It has noted what it has seen, and written ``status``, a field: that it does last, by another request.
        """

        def at_rest(found: Any) -> bool:
            noted = found["metadata"].get("annotations") or {}
            handled = json.loads(noted.get("kopf.zalando.org/last-handled-configuration", "{}"))
            written = not status or status in found.get("status", {})
            return handled.get("spec") == found["spec"] and len(noted) == 1 and written

        return self.until(at_rest, name)

    def events(self, wanted: str, name: str = "one") -> list[str]:
        """Wait until Kopf has posted an event with a text, and return all about the object, in the order of the alphabet."""
        path = f"/api/v1/namespaces/{self.namespace}/events?fieldSelector=involvedObject.name%3D{name}"

        def posted() -> list[str]:
            return sorted(f"{one['type']} {one['reason']}: {one['message']}" for one in self.ask(path)["items"])

        patiently(lambda: any(wanted in one for one in posted()), what=lambda: f"no event {wanted!r}: {posted()}")
        return posted()

    @contextlib.contextmanager
    def operator(
        self, module: str, *arguments: str, everywhere: bool = False, **environment: str
    ) -> Iterator[Operator]:
        """Run an operator until the end of the block; it watches when the block begins."""
        number = len(list(self.folder.glob("*.trace")))
        trace, log = self.folder / f"{number}.trace", self.folder / f"{number}.log"
        where = ["-A"] if everywhere else ["-n", self.namespace]
        command = [sys.executable, "-m", "kopf", "run", "--verbose", *where, *(arguments or ["--standalone"])]
        with log.open("wb") as said:
            process = subprocess.Popen(
                [*command, "-m", f"tests.clients.kopf.operators.{module}"],
                cwd=_ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=self.environment(**{TRACE: str(trace), PLACE: self.namespace}, **environment),
            )
        operator = Operator(process, trace, log)
        trace.touch()
        try:
            patiently(lambda: operator.watches() or process.poll() is not None, what=operator.log)
            assert process.poll() is None, operator.log()
            yield operator
        finally:
            operator.stop()

    def command(self, *arguments: str) -> None:
        """Run another command of Kopf's in the namespace."""
        subprocess.run(
            [sys.executable, "-m", "kopf", *arguments, "-n", self.namespace],
            check=True,
            cwd=_ROOT,
            env=self.environment(),
            timeout=_ENDS_S,
            capture_output=True,
        )

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables of a process that reaches the server."""
        kept = {name: os.environ[name] for name in ("PATH",)}
        return kept | {"HOME": str(self.folder), "KUBECONFIG": str(self.server.kubeconfig), "LANG": "C.UTF-8"} | more


@contextlib.contextmanager
def session(stage: Stage) -> Iterator[Kopf]:
    """Define the kinds, and light the beacon."""
    for one in yaml.safe_load_all(_DEFINITIONS.read_text("utf-8")):
        stage.server.ask("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "POST", one)
        stage.server.until(f"/apis/{one['spec']['group']}/v1/{one['spec']['names']['plural']}")
    kopf = Kopf(stage)
    kopf.create(BEACON, labels={})
    yield kopf
