"""Plays of scripts: each on both servers, one after the other, and then the recordings side by side.

Both servers of a session see the same scripts in the same order: what one script leaves behind is there on both for the next one.
"""

import pytest

from tests.conformance.difference import differences

from .recording import Recording
from .script import Script


class Plays:
    """Plays scripts where they belong.

    :param request: of the test: the servers are fixtures that start when they are first needed.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def compare(self, script: Script) -> None:
        """Play a script on the embedded server, which may fail, and on a real one; fail with the places where they differ.

        Without the programs of a real one, the test is skipped after the first half.
        """
        if script.differs:
            self._request.applymarker(pytest.mark.xfail(reason=script.differs, strict=True))
        embedded = self._on("collecting" if script.controllers else "embedded", script)
        real = self._on("collecting_real" if script.controllers else "real", script)
        assert embedded.steps
        different = list(differences(real.steps, embedded.steps))

        assert not different, "\n".join(["the two differ", *different])

    def _on(self, where: str, script: Script) -> Recording:
        server = self._request.getfixturevalue(where)
        return script.play(server, self._request.getfixturevalue("tmp_path_factory").mktemp(script.namespace))
