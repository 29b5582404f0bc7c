"""lightkube cannot tell the embedded server from a real one."""

import pytest

from .lightkube.session import script, script_of_asyncio, session, session_of_asyncio
from .plays import Plays
from .script import Script

pytestmark = pytest.mark.slow

SCRIPTS = pytest.mark.parametrize(
    "script",
    [*script.of("lightkube", session), *script_of_asyncio.of("lightkube-asyncio", session_of_asyncio)],
    ids=str,
)


@SCRIPTS
def test_lightkube_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """Code that was written against one server goes on to work on the other."""
    plays.compare(script)
