"""Plays of scripts: each script once on each server of a session, whoever asks for it."""

from concurrent.futures import Future

import pytest

from tests.conformance.difference import differences

from .recording import Recording
from .script import Script


class Plays:
    """Plays scripts where they belong, and keeps the recordings.

    :param request: of the test: the servers are fixtures that start when they are first needed.
    :param kept: by server and script.
    """

    def __init__(self, request: pytest.FixtureRequest, kept: dict[tuple[str, str], Future[Recording]]) -> None:
        self._request, self._kept = request, kept

    def on_embedded(self, script: Script) -> Recording:
        """Play it on the embedded server; an assertion in it may fail."""
        return self._on("collecting" if script.controllers else "embedded", script)

    def on_real(self, script: Script) -> Recording:
        """Play it on a real server; skips where there is none."""
        return self._on("collecting_real" if script.controllers else "real", script)

    def compare(self, script: Script) -> None:
        """Play it on both; fails with the places at which the recordings differ."""
        if script.differs:
            self._request.applymarker(pytest.mark.xfail(reason=script.differs, strict=True))
        real = self.on_real(script)
        different = list(differences(real.steps, self.on_embedded(script).steps))

        assert not different, "\n".join(["the two differ", *different])

    def _on(self, where: str, script: Script) -> Recording:
        server = self._request.getfixturevalue(where)
        key = (where, script.namespace)
        if key not in self._kept:
            self._kept[key] = found = Future()
            folder = self._request.getfixturevalue("tmp_path_factory").mktemp(script.namespace)
            try:
                found.set_result(script.play(server, folder))
            except BaseException as error:
                found.set_exception(error)
                raise
        return self._kept[key].result()
