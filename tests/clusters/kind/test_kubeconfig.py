"""Reading a context: what is in the file is used, and nothing is run."""

import base64
import stat
from pathlib import Path

import pytest
import yaml

from harness.clusters.kind.errors import KindError
from harness.clusters.kind.kubeconfig import Access

USER = {
    "client-certificate-data": base64.b64encode(b"certificate").decode(),
    "client-key-data": base64.b64encode(b"key").decode(),
}


def kubeconfig(folder: Path, *, user: dict[str, object], context: str = "kind-a", **cluster: str) -> Path:
    file = folder / "kubeconfig"
    content = {
        "contexts": [{"name": context, "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1/", **cluster}}],
        "users": [{"name": "u", "user": user}],
    }
    file.write_text(yaml.safe_dump(content))
    return file


def test_certificates_become_files_that_nobody_else_may_read(tmp_path):
    """Aiohttp and OpenSSL take files; the key in one lets in whoever has it."""
    authority = base64.b64encode(b"authority").decode()
    file = kubeconfig(tmp_path, user=USER, **{"certificate-authority-data": authority})
    (tmp_path / "private").mkdir()
    address = Access.read(file, "kind-a").address(tmp_path / "private")

    assert "https://127.0.0.1:1" == address.server
    assert b"authority" == Path(address.ca_file).read_bytes()
    assert b"certificate\nkey" == Path(address.client_file).read_bytes()
    assert {0o600} == {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "private").iterdir()}


def test_paths_are_seen_from_the_kubeconfigs_folder(tmp_path):
    """As kubectl sees them."""
    (tmp_path / "ca.crt").write_bytes(b"authority")
    file = kubeconfig(tmp_path, user={"token": "t"}, **{"certificate-authority": "ca.crt"})

    assert b"authority" == Access.read(file, "kind-a").authority


def test_a_context_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    """A typing error must not lead to another cluster."""
    with pytest.raises(KindError, match=r"has no context 'kind-b'; it has: kind-a"):
        Access.read(kubeconfig(tmp_path, user=USER), "kind-b")


def test_plugins_are_not_run(tmp_path):
    """They are programs of somebody else's, and may ask questions in a browser."""
    with pytest.raises(KindError, match=r"neither a client certificate nor a token \(plugins are not run\)"):
        Access.read(kubeconfig(tmp_path, user={"exec": {"command": "login"}}), "kind-a")


@pytest.mark.parametrize("content", ["{", "[]", "", "contexts: [{name: kind-a, context: {cluster: c}}]"])
def test_a_broken_file_is_one_line(tmp_path, content):
    """Not a traceback."""
    (tmp_path / "kubeconfig").write_text(content)

    with pytest.raises(KindError):
        Access.read(tmp_path / "kubeconfig", "kind-a")
