"""kubectl cannot tell the embedded server from a real one: what it prints and how it exits is the same."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.difference import differences

from .kubectl.run import Kubectl
from .kubectl.script import Script, scripts
from .servers import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on the PATH"),
]

SCRIPTS = scripts()


def names(script: Script) -> str:
    return script.namespace


@pytest.mark.parametrize("script", [one for one in SCRIPTS if not one.controllers], ids=names)
def test_kubectl_finds_both_servers_alike(
    script: Script, real: Server, embedded: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whoever learns a command on one server knows it on the other."""
    compare(script, real, embedded, folder=tmp_path, request=request)


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one.controllers], ids=names)
def test_kubectl_finds_what_is_collected_alike(
    script: Script, collecting_real: Server, collecting: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What is deleted takes along what it owns, and namespaces end."""
    compare(script, collecting_real, collecting, folder=tmp_path, request=request)


def compare(script: Script, *servers: Server, folder: Path, request: pytest.FixtureRequest) -> None:
    if script.differs:
        request.applymarker(pytest.mark.xfail(reason=script.differs, strict=True))
    with ThreadPoolExecutor() as side_by_side:
        folders = [folder / str(number) for number in range(len(servers))]
        expected, found = side_by_side.map(play, [script] * len(servers), servers, folders)

    different = list(differences(expected, found))

    assert not different, "\n".join(["the two differ", *different])


def play(script: Script, server: Server, folder: Path) -> list[dict[str, Any]]:
    """Play a script on one server."""
    folder.mkdir()
    server.namespace(script.namespace)
    kubectl = Kubectl(server, script.namespace, folder)
    script.play(kubectl)
    return kubectl.transcript
