"""Kopf cannot tell the embedded server from a real one: operators as processes, with webhooks, peers, daemons, timers and indexes."""

import pytest

from .kopf.session import script, session
from .plays import Plays
from .script import Script

pytestmark = pytest.mark.slow

SCRIPTS = pytest.mark.parametrize("script", script.of("kopf", session), ids=str)


@SCRIPTS
def test_kopf_finds_both_servers_alike(script: Script, plays: Plays) -> None:
    """An operator that was rehearsed goes on to work on a cluster."""
    plays.compare(script)
