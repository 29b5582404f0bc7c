"""``harness cluster up|down|status envtest``: one that outlives the command, and only ours is touched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clusters.envtest.hand import Place, down

ROOT = Path(__file__).parents[3]


@pytest.fixture
def harness(tmp_path):
    """Run the command with a cache of its own; what it started is ended."""
    cache = tmp_path / "cache"
    environ = {**os.environ, "HARNESS_CACHE": str(cache)}

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "harness.cli", *words]
        return subprocess.run(command, cwd=ROOT, env=environ | more, capture_output=True, text=True, check=False)

    run.place = Place(cache / "clusters" / "envtest")
    yield run
    down(run.place)


@pytest.mark.slow
def test_up_twice_is_one_and_down_ends_it(harness, binaries):
    """Whoever types it again wants the kubeconfig, not a second cluster."""
    assets = {"KUBEBUILDER_ASSETS": str(binaries.etcd.parent)}
    first, second = (json.loads(harness("cluster", "up", "envtest", "--json", **assets).stdout) for _ in range(2))
    status = harness("cluster", "status", "envtest")
    ended = harness("cluster", "down", "envtest")
    after = harness("cluster", "status", "envtest")

    assert first == second
    assert (0, True) == (status.returncode, first["url"] in status.stdout)
    assert "envtest: down\n" == ended.stdout
    assert (1, False) == (after.returncode, Path(first["kubeconfig"]).exists())


@pytest.mark.slow
def test_without_programs_one_line_says_what_to_do(harness, tmp_path):
    """And nothing is left running."""
    refused = harness("cluster", "up", "envtest", KUBEBUILDER_ASSETS=str(tmp_path))

    assert 1 == refused.returncode
    assert "holds no executable etcd and kube-apiserver" in refused.stderr.splitlines()[-1]
    assert harness.place.status() is None


@pytest.mark.slow
def test_a_cluster_that_we_do_not_know_is_refused(harness):
    """Wrong usage: nothing was run."""
    refused = harness("cluster", "up", "k3s")

    assert 2 == refused.returncode
    assert "there are: envtest, kind" in refused.stderr


def test_what_a_killed_keeper_left_behind_is_not_taken_for_a_cluster(tmp_path):
    """Its process id may belong to somebody else by now, who must not be ended."""
    place = Place(tmp_path / "place")
    with place.held():
        place._state.write_text(json.dumps({"pid": os.getpid()}))

    assert place.status() is None
    assert down(place) is None
    assert not place._state.exists()
