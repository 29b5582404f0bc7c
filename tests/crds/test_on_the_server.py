"""The six CRDs on the embedded API server: accepted, and doing what they say."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import yaml

from harness.apiserver import ApiServer, Request
from operators.api import KINDS

FOLDER = Path(__file__).parents[2] / "crds"
REQUESTS = "/apis/kubernaut.ai/v1alpha1/namespaces/a/remediationrequests"
SPEC = {
    "signalFingerprint": "f" * 64,
    "signalName": "HighMemory",
    "severity": "Sev1",
    "signalType": "prometheus-alert",
    "targetType": "kubernetes",
    "targetResource": {"kind": "Node", "name": "n1"},
    "firingTime": "2026-01-24T15:00:00Z",
    "receivedTime": "2026-01-24T15:00:01Z",
}


class Api:
    """The server with all six kinds and a namespace."""

    def __init__(self):
        self.server = ApiServer(clock=lambda: datetime.now(UTC), new_uid=lambda: str(uuid.uuid4()))
        self.applied = [
            self.ask(
                "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", yaml.safe_load(file.read_text())
            )[0]
            for file in sorted(FOLDER.iterdir())
        ]
        self.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "a"}})

    def ask(self, method, path, body):
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        reply = self.server.handle(Request(method, path, {}, {"content-type": kind}, orjson.dumps(body)))
        return reply.status, orjson.loads(reply.body)

    def submit(self, **fields):
        body = {"apiVersion": "kubernaut.ai/v1alpha1", "kind": "RemediationRequest", "metadata": {"name": "web"}}
        return self.ask("POST", REQUESTS, {**body, "spec": {**SPEC, **fields}})


@pytest.fixture(scope="module")
def _server():
    return Api()


@pytest.fixture
def api(_server):
    yield _server
    _server.ask("DELETE", f"{REQUESTS}/web", {})


def test_every_definition_is_accepted(api):
    """Structural schemas, rules that compile, columns that resolve: the server refuses what is not."""
    assert [201] * len(KINDS) == api.applied


def test_a_spec_is_not_changed_once_it_is_there(api):
    """Decisions are about what was sent; another signal is another request (ADR-001)."""
    created, _ = api.submit()
    status, refused = api.ask("PATCH", f"{REQUESTS}/web", {"spec": {"severity": "Sev2"}})

    assert (201, 422) == (created, status)
    assert "spec is immutable after creation (ADR-001)" in refused["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"signalFingerprint": "F" * 64},
        {"signalFingerprint": "f" * 63},
        {"severity": ""},
        {"targetType": "mainframe"},
        {"targetResource": {"kind": "Node"}},
        {"firingTime": "yesterday"},
    ],
)
def test_a_spec_that_means_nothing_is_refused(api, fields):
    """What routing rests on must be what it says it is."""
    assert 422 == api.submit(**fields)[0]


def test_the_payload_of_an_outbox_entry_is_kept_whole(api):
    """Pruning would silently drop what is to be audited."""
    api.submit()
    entry = {
        "id": "7a2d2f0e-3c57-5a39-9d3b-0a3a1e0d7f11",
        "type": "orchestrator.lifecycle.started",
        "time": "2026-01-24T15:00:00.123456Z",
        "payload": {"data": {"deep": [1, {"er": "still"}]}},  # no null: a merge patch drops it, as in the real server
    }
    _, stored = api.ask("PATCH", f"{REQUESTS}/web/status", {"status": {"outbox": [entry]}})

    assert [entry] == stored["status"]["outbox"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ({"overallPhase": "Blocked", "blockReason": "ManualBlock"}, 200),
        ({"overallPhase": "Resting"}, 422),
        ({"blockReason": "consecutive_failures_exceeded"}, 422),
        ({"failurePhase": "deduplicated"}, 200),
        ({"failurePhase": "weather"}, 422),
        ({"timeoutConfig": {"global": "1h0m0s", "processing": "-5m"}}, 200),
        ({"timeoutConfig": {"global": "an hour"}}, 422),
        ({"transitionCount": -1}, 422),
        ({"outcome": ""}, 422),
    ],
)
def test_a_status_speaks_the_vocabulary(api, status, code):
    """A misspelt phase or reason is refused where it is written, not discovered where it is read."""
    api.submit()

    assert code == api.ask("PATCH", f"{REQUESTS}/web/status", {"status": status})[0]
