"""The official client cannot tell the embedded server from a real one."""

import pytest

from .kubernetes.session import script, session
from .plays import Plays
from .script import Script

pytestmark = pytest.mark.slow

SCRIPTS = pytest.mark.parametrize("script", script.of("kubernetes", session), ids=str)


@SCRIPTS
def test_the_official_client_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """Code that was written against one server goes on to work on the other."""
    plays.compare(script)
