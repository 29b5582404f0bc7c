"""A real control plane, from its start to the end of its last process. Skipped where there are no programs (``make envtest``)."""

import json
import os
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clusters.cluster import ClusterError
from harness.clusters.envtest.binaries import Binaries
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.errors import ControlPlaneError
from harness.clusters.envtest.readiness import Probe

ROOT = Path(__file__).parents[3]

PARENT = """
import json, time
from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
with control_plane(find()) as plane:
    print(json.dumps([daemon.pid for daemon in plane.daemons]), flush=True)
    time.sleep(600)
"""

pytestmark = pytest.mark.slow


def test_it_serves_our_crds_as_soon_as_they_are_applied(plane):
    """Between Established and served lies a moment of 429 that no scenario should meet."""
    applied = plane.apply(ROOT / "crds")
    probe = Probe(plane.address)

    assert "customresourcedefinitions/remediationrequests.kubernaut.ai" in applied
    assert 200 == probe.ask("GET", "/apis/kubernaut.ai/v1alpha1/remediationrequests")[0]


def test_it_says_the_version_that_is_imitated(plane):
    """The embedded server claims to be this release."""
    _, body = Probe(plane.address).ask("GET", "/version")

    assert "v1.36.3" == json.loads(body)["gitVersion"]


def test_controllers_delete_namespaces(plane, binaries):
    """What envtest for Go lacks, and its users miss."""
    if binaries.missing:
        pytest.skip(binaries.missing)
    plane.wait_for_controllers()
    probe = Probe(plane.address)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "short-lived"}}
    created, _ = probe.ask("POST", "/api/v1/namespaces", namespace)
    deleted, _ = probe.ask("DELETE", "/api/v1/namespaces/short-lived")
    probe._until(lambda: probe.ask("GET", "/api/v1/namespaces/short-lived")[0] == 404, "it to go", lambda: "")

    assert (201, 200) == (created, deleted)


def test_a_user_without_rights_is_refused(plane):
    """RBAC is on: an operator whose role lacks a verb must fail here as it would in a cluster."""
    guest = Probe(type(plane.address)(plane.address.server, token="guest", ca_file=plane.address.ca_file))

    assert 403 == guest.ask("GET", "/api/v1/secrets")[0]
    assert 401 == Probe(type(plane.address)(plane.address.server, "no", plane.address.ca_file)).ask("GET", "/api/v1")[0]


def test_a_refused_manifest_names_file_object_and_reason(plane, tmp_path):
    """The reason is the server's own."""
    file = tmp_path / "bad.yaml"
    file.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: Upper}\n")

    with pytest.raises(ClusterError, match=r"bad.yaml: Namespace Upper was refused: Namespace \"Upper\" is invalid"):
        plane.apply(file)


def test_keys_and_sockets_lie_in_a_folder_that_only_we_may_enter(plane):
    """The store has no other guard."""
    assert 0o700 == stat.S_IMODE(plane.folder.stat().st_mode)
    assert 0o600 == stat.S_IMODE(plane.kubeconfig.stat().st_mode)


def test_nothing_is_left_after_the_block(binaries):
    """Neither a process nor a file."""
    with control_plane(binaries) as plane:
        handles = [os.pidfd_open(daemon.pid) for daemon in plane.daemons]
        folder = plane.folder

    assert gone(handles)
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
def test_nothing_survives_the_sigkill_of_its_parent(binaries):
    """A run that is killed must not leave servers behind."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        handles = [os.pidfd_open(pid) for pid in json.loads(parent.stdout.readline())]
        parent.kill()

    assert gone(handles)


def test_a_program_that_does_not_start_is_named_with_its_last_words(binaries, program, tmp_path):
    """Not a time-out after three minutes."""
    broken = program(tmp_path / "etcd", "echo disk on fire; exit 4")
    wrong = Binaries(broken, binaries.api_server, None, "a test")

    with pytest.raises(ControlPlaneError, match=r"etcd ended with exit code 4: disk on fire"), control_plane(wrong):
        pass


def gone(handles: list[int]) -> bool:
    """Wait until all of the processes have ended."""
    for handle in handles:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if not poll.poll(30_000):
            return False
        os.close(handle)
    return True
