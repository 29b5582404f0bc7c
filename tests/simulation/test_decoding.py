"""What clients read in a simulated run is decoded faster, and to the same."""

import json

import aiohttp
import pytest
from aiohttp import ClientResponse
from kopf._cogs.clients import api

from harness.simulation.decoding import quick_decoding

TEXT = '{"metadata": {"name": "größe", "generation": 9223372036854775807}, "spec": {"ratio": 0.1, "none": null}}'


def test_what_is_decoded_is_the_same():
    """An operator under rehearsal must read what it would read in a cluster."""
    with quick_decoding():
        assert json.loads(TEXT) == api.json.loads(TEXT) == ClientResponse.json.__kwdefaults__["loads"](TEXT)


def test_errors_are_those_of_the_standard_library():
    """Kopf catches them by that name when a proxy answers with a page of HTML."""
    with quick_decoding(), pytest.raises(json.JSONDecodeError):
        api.json.loads("<html>")


def test_everything_is_put_back():
    """Other code in this process keeps its own decoder."""
    before = ClientResponse.json.__kwdefaults__["loads"]
    with quick_decoding():
        pass

    assert api.json is json
    assert ClientResponse.json.__kwdefaults__["loads"] is before is aiohttp.typedefs.DEFAULT_JSON_DECODER
