"""Services over real sockets."""

import aiohttp
import pytest

from harness.realtime import asgi
from services.datastorage import __main__ as datastorage

CONFIGURATIONS = {"the stage": asgi.config, "the service itself": datastorage.http_config}


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
async def test_a_server_keeps_idle_connections_longer_than_its_clients_do(config) -> None:
    """Who closes first must be the client: a POST that meets a closing server is lost, and may not be sent again by itself.

    It showed on a busy machine as one write more of one object: the condition AuditDelayed.
    """
    async with aiohttp.TCPConnector() as connector:
        kept = connector._keepalive_timeout

    assert kept < config(None).timeout_keep_alive
