"""kr8s cannot tell the embedded server from a real one."""

import pytest

from .kr8s.session import script, script_of_asyncio, session, session_of_asyncio
from .plays import Plays
from .script import Script

pytestmark = [
    pytest.mark.slow,
    # It leaves the connections of watches to the garbage collector once it has seen what it waited for.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # It was tried up to 1.35 by its authors, and says so to newer servers.
    pytest.mark.filterwarnings("ignore:Kubernetes version .* is not supported:UserWarning"),
]

SCRIPTS = pytest.mark.parametrize(
    "script", [*script.of("kr8s", session), *script_of_asyncio.of("kr8s-asyncio", session_of_asyncio)], ids=str
)


@SCRIPTS
def test_kr8s_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """Code that was written against one server goes on to work on the other."""
    plays.compare(script)
