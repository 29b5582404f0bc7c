"""kubernetes_asyncio cannot tell the embedded server from a real one."""

import pytest

from .asynchronous.session import script, session_of
from .plays import Plays
from .script import Script

pytestmark = [
    pytest.mark.slow,
    # Its dynamic client leaves the session of a watch to the garbage collector, and so does a watch that is given up.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SCRIPTS = pytest.mark.parametrize("script", script.of("asyncio", session_of("kubernetes_asyncio")), ids=str)


@SCRIPTS
def test_kubernetes_asyncio_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """Code that was written against one server goes on to work on the other."""
    plays.compare(script)
