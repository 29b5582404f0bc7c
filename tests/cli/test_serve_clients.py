"""``harness serve`` and its real clients: kubectl and ``kopf run``, both unmodified."""

import contextlib
import json
import subprocess
import sys

import pytest

from tests.cli.servers import PATIENCE_S, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("kubectl")]

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: team}
"""

GRANT = """\
apiVersion: example.org/v1
kind: AccessGrant
metadata: {name: for-ada}
spec: {user: ada, minutes: 60}
"""

REVIEWED = '{"metadata": {"labels": {"reviewed": "yes"}}}'

SIGNAL = """\
apiVersion: kubernaut.ai/v1alpha1
kind: SignalProcessing
metadata: {name: sp-crash-loops}
spec:
  remediationRequestRef: {name: crash-loops, namespace: default}
  signal:
    fingerprint: 9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c
    name: PodCrashLooping
    severity: critical
    type: prometheus-alert
    source: prometheus
    targetType: kubernetes
    targetResource: {kind: Deployment, name: payments, namespace: default}
    receivedTime: "2026-01-24T15:16:20Z"
"""


def test_kubectl_finds_its_way_about(serve) -> None:
    """Everything that a person does with a cluster, in the order in which he would."""
    server = serve("--crds", "examples/access/crds")

    assert "accessgrants" in server.kubectl("api-resources", "--api-group=example.org")
    assert 6 == server.kubectl("apply", "-f", "crds/", "--validate=false").count(" created\n")
    assert 6 == server.kubectl("apply", "-f", "crds/", "--validate=false").count(" unchanged\n")
    assert "remediationrequests" in server.kubectl("api-resources", "--api-group=kubernaut.ai")
    server.kubectl("apply", "--validate=false", "-f", "-", text=NAMESPACE)
    server.kubectl("apply", "-n", "team", "--validate=false", "-f", "-", text=GRANT)
    assert "for-ada" in server.kubectl("get", "accessgrants", "-A")
    assert "Minutes:  60" in server.kubectl("describe", "accessgrant", "for-ada", "-n", "team")
    server.kubectl("patch", "accessgrant", "for-ada", "-n", "team", "--type=merge", "-p", REVIEWED)
    assert "yes" == server.kubectl(
        "get", "accessgrant", "-n", "team", "-o", "jsonpath={.items[*].metadata.labels.reviewed}"
    )
    assert "deleted" in server.kubectl("delete", "accessgrant", "for-ada", "-n", "team")
    assert '"items": []' in server.kubectl("get", "accessgrants", "-A", "-o", "json")


def test_kubectl_watches(serve) -> None:
    """``get -w``: each change is a line of its own, at once."""
    server = serve("--crds", "examples/access/crds")
    server.kubectl("apply", "--validate=false", "-f", "-", text=GRANT)

    with watching(server, "accessgrants", "jsonpath={.metadata.name} {.metadata.labels.reviewed}{'\\n'}") as lines:
        first = lines.readline()
        server.kubectl("patch", "accessgrant", "for-ada", "--type=merge", "-p", REVIEWED)
        second = lines.readline()

    assert ["for-ada \n", "for-ada yes\n"] == [first, second]


@pytest.mark.parametrize("tls", ["--tls", "--no-tls"])
def test_an_operator_of_somebody_else_runs_against_it(serve, tls) -> None:
    """``kopf run FILE`` with handlers that keep their progress in annotations and status."""
    server = serve("--crds", "examples/access/crds", tls)

    with kopf_run(server, "examples/access/operator.py"):
        server.kubectl("apply", "--validate=false", "-f", "-", text=GRANT)

        assert "Active" == first_value(server, "accessgrants", "{.status.phase}")


def test_the_orchestrator_runs_against_it(serve) -> None:
    """``kopf run -m``, as in a pod: it takes the request up, and makes its first child."""
    server = serve("--crds", "crds")

    with kopf_run(server, "-m", "operators.remediation_orchestrator"):
        server.kubectl("apply", "--validate=false", "-f", "examples/remediation.yaml")

        assert "payments-crash-loops" == first_value(server, "signalprocessings", "{.metadata.ownerReferences[0].name}")


def test_signal_processing_runs_against_it(serve) -> None:
    """It reaches its end although nobody takes its audit events: those wait in the outbox, and hold nothing up."""
    server = serve("--crds", "crds")

    with kopf_run(server, "-m", "operators.signal_processing"):
        server.kubectl("apply", "--validate=false", "-f", "-", text=SIGNAL)

        assert "Completed" == first_value(server, "signalprocessings", "{.status.phase}", until="Completed")
    status = json.loads(server.kubectl("get", "signalprocessing", "sp-crash-loops", "-o", "json"))["status"]
    assert 9 == len(status["outbox"])


def first_value(server, plural: str, path: str, *, until: str = "") -> str:
    """Watch a kind until one of its objects has a value, or this very value, at a path."""
    with watching(server, plural, f"jsonpath={path}{{'\\n'}}") as lines:
        for line in lines:
            if (value := line.strip()) and until in {"", value}:
                return value
    return ""


@contextlib.contextmanager
def watching(server, plural, output):
    """Run ``kubectl get -w``; provides its lines."""
    command = ["kubectl", "get", plural, "-A", "-w", "-o", output, f"--request-timeout={PATIENCE_S}s"]
    with subprocess.Popen(command, env=server.environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout
        finally:
            process.terminate()


@contextlib.contextmanager
def kopf_run(server, *what):
    """Run an operator as a process of its own."""
    command = [sys.executable, "-m", "kopf", "run", "--standalone", "-A", *what]
    with subprocess.Popen(
        command, env=server.environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()
