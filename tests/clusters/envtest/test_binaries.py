"""Which programs a control plane is made of, and what is said when one is missing."""

import re
import shutil
from pathlib import Path

import pytest

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.errors import BinariesError
from harness.clusters.envtest.pinned import ETCD, KUBERNETES, built, cache

TOOLS = Path(__file__).parents[3] / "tools"


def test_the_pinned_versions_are_those_of_the_module_files():
    """The names of the cache folder and what lies in it must not drift apart."""
    kubernetes = (TOOLS / "kubernetes" / "go.mod").read_text()
    etcd = (TOOLS / "etcd" / "go.mod").read_text()

    assert [KUBERNETES] == re.findall(r"k8s\.io/kubernetes v(\S+)", kubernetes)
    assert {f"v0.{KUBERNETES.partition('.')[2]}"} == set(re.findall(r"=> k8s\.io/\S+ (\S+)", kubernetes))
    assert [ETCD] == re.findall(r"go\.etcd\.io/etcd/server/v3 v(\S+)", etcd)


def test_the_environments_programs_come_first_and_tell_what_they_lack(assets, tmp_path):
    """setup-envtest's assets hold no controllers: whoever waits for garbage collection must be told why in vain."""
    found = find({"KUBEBUILDER_ASSETS": str(assets), "HARNESS_CACHE": str(tmp_path)})

    assert assets / "kube-apiserver" == found.api_server
    assert found.controller_manager is None
    assert "KUBEBUILDER_ASSETS has no kube-controller-manager" in found.missing


def test_the_environments_word_is_refused_rather_than_passed_over(assets, tmp_path):
    """Falling back in silence would test against another server than the one that was named."""
    (assets / "etcd").unlink()

    with pytest.raises(BinariesError, match=r"holds no executable etcd; unset it"):
        find({"KUBEBUILDER_ASSETS": str(assets), "HARNESS_CACHE": str(tmp_path)})


def test_what_was_built_here_comes_before_what_setup_envtest_downloaded(assets, tmp_path):
    """It is complete, and of the pinned version."""
    environ = {"HARNESS_CACHE": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "data")}
    downloads = tmp_path / "data" / "kubebuilder-envtest" / "k8s"
    for version in ("1.9.11", "1.36.0", "1.31.2"):
        shutil.copytree(assets, downloads / f"{version}-linux-amd64")
    before = find(environ)
    shutil.copytree(assets, built(environ))
    shutil.copy2(assets / "etcd", built(environ) / "kube-controller-manager")
    after = find(environ)

    assert ("setup-envtest", "1.36.0-linux-amd64") == (before.source, before.etcd.parent.name)
    assert ("make envtest", "") == (after.source, after.missing)


def test_without_any_the_message_says_what_to_do(tmp_path):
    """Most people meet this line first."""
    with pytest.raises(BinariesError, match=r"run `make envtest`.*or set KUBEBUILDER_ASSETS; looked in"):
        find({"HARNESS_CACHE": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)})


def test_the_cache_follows_the_users_settings():
    """XDG says that a relative path is to be ignored."""
    home = Path("~/.cache/controller-rehearsal").expanduser()

    assert Path("/one") == cache({"HARNESS_CACHE": "/one", "XDG_CACHE_HOME": "/two"})
    assert Path("/two/controller-rehearsal") == cache({"XDG_CACHE_HOME": "/two"})
    assert home == cache({"XDG_CACHE_HOME": "two"})
