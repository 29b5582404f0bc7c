"""An assembled operator under a real Kopf, on the embedded API server, in virtual time."""

import asyncio
import subprocess
import sys
from pathlib import Path

import click
import kopf
import pytest
from kopf import cli
from kopf._cogs.structs.credentials import Vault

from harness.clusters.client import NAMESPACES, Plural
from harness.clusters.embedded import EmbeddedCluster
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_process import Loaded
from harness.simulation.world import Simulation
from operators.api import REMEDIATION_REQUEST, WORKFLOW_EXECUTION, Key
from operators.runtime import (
    AuditIdentity,
    AuditIntent,
    Connection,
    Done,
    NotFound,
    NotServed,
    RuntimeSettings,
    SettingsError,
    assemble,
    register_for_kopf_run,
)
from operators.runtime.kopf_run import imported_by_kopf_run

ROOT = Path(__file__).parents[3]
API = "kubernaut.ai/v1alpha1"
REQUESTS = Plural("kubernaut.ai", "v1alpha1", "remediationrequests")
RUNS = Plural("kubernaut.ai", "v1alpha1", "workflowexecutions")
FLOW = {"workflowId": "restart", "version": "1.0.0", "containerImage": "registry/restart:1.0.0"}


class Stage:
    """A cluster with our kinds, and an operator whose reconcile does what a test says."""

    def __init__(self, simulation, cluster, sink, spec):
        self.simulation, self.cluster, self.sink, self.spec = simulation, cluster, sink, spec
        self.keys: list[Key] = []
        self.act = self.rest_at_once
        self.operator = None
        self.vault = Vault()

    async def rest_at_once(self, _runtime, _key):
        return Done()

    def load(self):
        async def reconcile(runtime, key):
            runtime.outbox.audit = self.sink
            self.keys.append(key)
            return await self.act(runtime, key)

        self.operator = assemble(
            name="tester",
            registry=kopf.OperatorRegistry(),
            settings=RuntimeSettings(connection=Connection(server=self.cluster.address.server)),
            own=REMEDIATION_REQUEST,
            children=(WORKFLOW_EXECUTION,),
            reconcile=reconcile,
            audit=AuditIdentity(category="orchestration", actor="tester"),
        )
        return Loaded(
            registry=self.operator.registry,
            settings=self.operator.settings,
            sources=self.operator.sources,
            options={"vault": self.vault},
        )

    async def start(self):
        process = self.simulation.operator("tester", self.load)
        await process.start()
        await self.settled()
        return process

    async def settled(self):
        await self.simulation.quiescence.reached()

    async def submit(self, name="web"):
        body = {"apiVersion": API, "kind": "RemediationRequest", "metadata": {"name": name}, "spec": self.spec}
        return await self.cluster.client.create(REQUESTS, body, namespace="a")

    async def run_for(self, owner):
        reference = {"apiVersion": API, "kind": "RemediationRequest", "name": owner["metadata"]["name"]}
        reference |= {"uid": owner["metadata"]["uid"], "controller": True}
        body = {
            "apiVersion": API,
            "kind": "WorkflowExecution",
            "metadata": {"name": "we-web", "ownerReferences": [reference]},
            "spec": {"remediationRequestRef": {"name": "web"}, "workflowRef": FLOW, "targetResource": "a/Pod/x"},
        }
        return await self.cluster.client.create(RUNS, body, namespace="a")


@pytest.fixture
async def stage(sink, request_spec):
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as cluster:
            for kind in (REMEDIATION_REQUEST, WORKFLOW_EXECUTION):
                await cluster.apply(ROOT / "crds" / f"{kind.group}_{kind.plural}.yaml")
            await cluster.client.create(NAMESPACES, {"metadata": {"name": "a"}})
            yield Stage(simulation, cluster, sink, request_spec)


async def test_objects_that_are_there_already_wake_at_the_start(stage):
    """Kopf's initial list is how a restarted operator learns what it has to do."""
    await stage.submit()
    process = await stage.start()

    assert [Key("a", "web")] == stage.keys
    await process.stop()


async def test_events_of_a_child_wake_its_owner_its_deletion_too(stage):
    """What Owns does in controller-runtime: the key is the owner's, whatever happened to the child."""
    process = await stage.start()
    owner = await stage.submit()
    await stage.settled()
    await stage.run_for(owner)
    await stage.settled()
    await stage.cluster.client.patch(
        RUNS,
        "we-web",
        {"status": {"phase": "Running"}},
        namespace="a",
        subresource="status",
    )
    await stage.settled()
    await stage.cluster.client.delete(RUNS, "we-web", namespace="a")
    await stage.settled()

    assert [Key("a", "web")] * 4 == stage.keys
    await process.stop()


async def test_kopf_writes_nothing_into_our_objects(stage):
    """No finalizer that wedges a namespace when the operator is uninstalled, no annotation, no status of Kopf's own."""
    process = await stage.start()
    created = await stage.submit()
    await stage.settled()
    await process.stop()

    assert created == await stage.cluster.client.get(REQUESTS, "web", namespace="a")


async def test_an_operator_at_rest_asks_nothing_for_an_hour(stage):
    """Done means done: no timer, no poll, no keep-alive of ours."""
    process = await stage.start()
    await stage.submit()
    await stage.settled()
    await asyncio.sleep(3600)

    assert [Key("a", "web")] == stage.keys
    assert [(source.busy(), source.next_deadline()) for source in stage.operator.sources] == [(None, None)]
    await process.stop()


async def test_a_deleted_request_is_audited_from_its_deletion_event(stage):
    """It went between the transition and the delivery; its outbox went with it, but for the event that says so."""

    async def move_and_lose(runtime, key):
        try:
            seen = await runtime.kube.get(REMEDIATION_REQUEST, key.namespace, key.name)
        except NotFound:
            return Done()
        event = AuditIntent(type="started", action="started", outcome="pending", correlation_id=str(key))
        at = stage.simulation.now()
        await runtime.transition(
            seen,
            kind=REMEDIATION_REQUEST,
            leaving="",
            entering="Pending",
            now=at,
            events=[event],
        )
        await runtime.kube.delete(REMEDIATION_REQUEST, key.namespace, key.name)
        return Done()

    stage.act = move_and_lose
    process = await stage.start()
    await stage.submit()
    await stage.settled()

    assert stage.sink.types == ["started"]
    await process.stop()


async def test_writes_name_the_operator(stage):
    """The timeline on every cluster comes from managedFields."""

    async def move(runtime, key):
        seen = await runtime.kube.get(REMEDIATION_REQUEST, key.namespace, key.name)
        if not seen.get("status"):
            at = stage.simulation.now()
            await runtime.transition(seen, kind=REMEDIATION_REQUEST, leaving="", entering="Pending", now=at)
        return Done()

    stage.act = move
    process = await stage.start()
    await stage.submit()
    await stage.settled()
    stored = await stage.cluster.client.get(REQUESTS, "web", namespace="a")

    assert sorted(entry["manager"] for entry in stored["metadata"]["managedFields"]) == ["scenario", "tester"]
    await process.stop()


async def test_a_graceful_stop_lets_a_reconcile_end(stage):
    """Stopping between a transition and its audit would leave the delivery to the next start."""
    ended = []

    async def take_a_while(_runtime, key):
        await asyncio.sleep(2)
        ended.append(key)
        return Done()

    stage.act = take_a_while
    process = stage.simulation.operator("tester", stage.load)
    await process.start()
    await stage.submit()
    await asyncio.sleep(1)
    await process.stop()

    assert [Key("a", "web")] == ended


async def test_a_queue_that_breaks_stops_the_operator(stage, monkeypatch, caplog):
    """An operator that watches and never reconciles looks healthy and is dead; better that it ends and is restarted."""

    def broken(_key):
        raise RuntimeError("a bug in the queue")

    process = await stage.start()
    monkeypatch.setattr(stage.operator.sources[0], "_start", broken)
    await stage.submit()
    await asyncio.wait_for(process._task, timeout=60)
    with pytest.raises(SimulationError, match="tester ended by itself"):
        await process.stop()

    assert "the reconcile queue died, stopping the operator" in caplog.text
    await stage.vault.close()  # ended from within, Kopf leaves its own session open: the process is about to go


async def test_an_operator_whose_kinds_are_missing_says_so_at_its_start(sink, request_spec):
    """Better one line and an end than an operator that follows nothing; whoever runs it starts it again."""
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as cluster:
            await cluster.apply(ROOT / "crds" / "kubernaut.ai_remediationrequests.yaml")
            stage = Stage(simulation, cluster, sink, request_spec)
            with pytest.raises(NotServed, match=r"tester follows workflowexecutions \(kubernaut.ai/v1alpha1\), which"):
                await stage.start()


async def test_it_follows_its_kinds_and_looks_at_no_definitions(stage):
    """Rights on definitions are rights on the whole cluster; who asks for none needs none."""
    process = await stage.start()
    asked = {one.moment.resource for one in stage.simulation.tape.messages if one.moment.verb in {"list", "watch"}}

    assert {"remediationrequests", "workflowexecutions"} == asked
    await process.stop()


def test_without_an_api_server_nothing_is_built(monkeypatch, tmp_path):
    """One line at once, not a stack trace after a minute of Kopf's own retries."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(SettingsError, match="no API server is known"):
        assemble(
            name="tester",
            registry=kopf.OperatorRegistry(),
            settings=RuntimeSettings(),
            own=REMEDIATION_REQUEST,
            reconcile=pytest.fail,
        )


def test_importing_an_operator_registers_nothing():
    """A harness that imports our packages must find Kopf's default registry as it was."""
    assert not imported_by_kopf_run()
    register_for_kopf_run(pytest.fail, RuntimeSettings)


def test_kopf_run_registers_on_the_default_registry():
    """``kopf run -m`` knows nothing but the module's name."""
    built = []
    with click.Context(cli.run):
        register_for_kopf_run(lambda registry, settings: built.append((registry, settings)), RuntimeSettings)

    assert [(kopf.get_default_registry(), RuntimeSettings())] == built


def test_kopf_run_ends_with_one_line_when_something_is_wrong():
    """A misspelt setting is no reason for a stack trace."""

    def refuse(_registry, _settings):
        raise SettingsError("setting x is not known")

    with click.Context(cli.run), pytest.raises(click.ClickException, match="setting x is not known"):
        register_for_kopf_run(refuse, RuntimeSettings)


@pytest.mark.slow
def test_the_runtime_imports_without_side_effects():
    """No handler, no logging configuration, no thread: whoever imports decides what happens."""
    code = (
        "import logging, threading, kopf\n"
        "def state(): return logging.root.level, len(logging.root.handlers), threading.active_count(), "
        "len(kopf.get_default_registry()._activities.get_all_handlers())\n"
        "before = state()\n"
        "import operators.runtime\n"
        "assert before == state(), (before, state())"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0
