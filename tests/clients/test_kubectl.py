"""kubectl cannot tell the embedded server from a real one: what it prints and how it exits is the same."""

import pytest

from .kubectl.run import PROGRAM, script, session
from .plays import Plays
from .script import Script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="there is no kubectl on the PATH, and none of `make kubectl`"),
]

SCRIPTS = pytest.mark.parametrize("script", script.of("kubectl", session), ids=str)


@SCRIPTS
def test_kubectl_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """Whoever learns a command on one server knows it on the other."""
    plays.compare(script)
