"""Stages at work: appointments that move pods, nodes and whatever else is declared, and wake the controllers of workloads.

Every change is looked at once: it may bring an object into a stage, out of one, or give a controller something to do. What is
to be done is on the agenda as *work*, so that a scenario which waits for quiescence waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.apiserver.agenda import Appointment
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError
from harness.apiserver.messages import Object
from harness.apiserver.patches.merge import merge
from harness.apiserver.resources import Resource
from harness.apiserver.stages.controllers import CONTROLLERS
from harness.apiserver.stages.hands import Hands, controller_uid
from harness.apiserver.stages.pods import ended, fits, ready_node, running
from harness.apiserver.stages.ready import READY_MADE
from harness.apiserver.stages.stage import Stage, Stages
from harness.apiserver.store import Change, Collection, Entry
from harness.apiserver.verbs.objects import key_of

_NOT_READY = "node.kubernetes.io/not-ready"


@dataclass(frozen=True, slots=True)
class _Plan:
    stage: Stage
    appointment: Appointment


class StageCollector:
    """Plays the stages of one cluster. Create it only when they are asked for."""

    def __init__(self, cluster: Cluster, stages: Stages) -> None:
        self._cluster, self._stages, self._hands = cluster, stages, Hands(cluster)
        self._by_kind: dict[tuple[str, str], list[Stage]] = {}
        for stage in (*stages.stages, *(READY_MADE if stages.ready_made else ())):
            self._by_kind.setdefault((stage.group, stage.kind), []).append(stage)
        controllers = CONTROLLERS if stages.controllers else {}
        self._controllers = {
            id(self._hands.resource(*place).collection): (self._hands.resource(*place), reconcile)
            for place, reconcile in controllers.items()
        }
        self._plans: dict[str, _Plan] = {}
        self._woken: dict[str, None] = {}
        self._started = 0

    def create_nodes(self) -> None:
        """Create the declared nodes."""
        for name in self._stages.nodes:
            self._hands.create(self._hands.resource("", "nodes"), {"metadata": {"name": name}})

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change."""
        resource = self._cluster.registry.of_collection(collection)
        if resource is None:
            return
        entry = change.entry
        if change.deleted:
            if (plan := self._plans.pop(entry.uid, None)) is not None:
                plan.appointment.cancel()
        elif stages := self._by_kind.get((resource.group, resource.kind)):
            self._plan(resource, entry, stages)
        if self._controllers:
            self._wake(resource, entry, collection)

    def _plan(self, resource: Resource, entry: Entry, stages: list[Stage]) -> None:
        value, before = resource.load(entry), self._plans.get(entry.uid)
        stage = next((one for one in stages if one.matches(value)), None)
        if before is not None:
            if before.stage is stage:
                return
            before.appointment.cancel()
            del self._plans[entry.uid]
        if stage is None:
            return
        self._appoint(resource, entry, stage, stage.delay.of(value))

    def _appoint(self, resource: Resource, entry: Entry, stage: Stage, delay: timedelta) -> None:
        work = f"stage {stage.name} of {resource.singular} {entry.key.name}"
        appointment = self._cluster.agenda.at(
            self._cluster.clock() + delay, lambda: self._enter(resource, entry, stage), work=work
        )
        self._plans[entry.uid] = _Plan(stage, appointment)

    def _enter(self, resource: Resource, planned: Entry, stage: Stage) -> None:
        del self._plans[planned.uid]
        entry = resource.collection.get(planned.key)
        if entry is None or entry.uid != planned.uid:
            return
        value = resource.load(entry)
        try:
            self._act(resource, value, stage)
        except ApiError:
            self._again(resource, entry, stage)

    def _again(self, resource: Resource, entry: Entry, stage: Stage) -> None:
        """Try again later; that is no work that anybody should wait for, as it may be refused for ever."""
        appointment = self._cluster.agenda.at(
            self._cluster.clock() + self._stages.retry, lambda: self._enter(resource, entry, stage)
        )
        self._plans[entry.uid] = _Plan(stage, appointment)

    def _act(self, resource: Resource, value: Object, stage: Stage) -> None:
        then, hands, now = stage.next, self._hands, self._cluster.now()
        if then.delete:
            hands.delete(resource, value, grace_seconds=0)
        elif then.status is not None:
            hands.write_status(resource, value, merge(value.get("status") or {}, _at(then.status, now)))
        elif then.act == "schedule":
            self._schedule(resource, value, stage)
        elif then.act == "run":
            self._started += 1
            hands.write_status(resource, value, running(value, now=now, number=self._started))
        elif then.act == "make ready":
            self._make_ready(resource, value, now)
        elif then.act is not None:
            hands.write_status(resource, value, ended(value, now=now, well=then.act == "succeed"))

    def _schedule(self, pods: Resource, pod: Object, stage: Stage) -> None:
        """Put a pod onto the fitting node with the fewest pods; without one it waits."""
        nodes = [one for one in self._hands.objects(self._hands.resource("", "nodes")) if fits(pod, one)]
        if not nodes:
            entry = pods.collection.get(key_of(pods, pod["metadata"]))
            if entry is not None:
                self._again(pods, entry, stage)
            return
        loads = {node["metadata"]["name"]: 0 for node in nodes}
        for one in pods.collection.scan(None):
            if (name := one.fields.get("spec.nodeName", "")) in loads:
                loads[name] += 1
        best = min(loads, key=lambda name: (loads[name], name))
        self._hands.place(pods, pod, best)

    def _make_ready(self, nodes: Resource, node: Object, now: str) -> None:
        taints = (node.get("spec") or {}).get("taints") or []
        if kept := [one for one in taints if one.get("key") != _NOT_READY]:
            spec = {**node["spec"], "taints": kept}
        else:
            spec = {name: item for name, item in (node.get("spec") or {}).items() if name != "taints"}
        if len(kept) != len(taints):
            self._hands.update(nodes, {**node, "spec": spec})
            entry = nodes.collection.get(key_of(nodes, node["metadata"]))
            if entry is None:
                return
            node = nodes.load(entry)
        self._hands.write_status(nodes, node, ready_node(node, now))

    def _wake(self, resource: Resource, entry: Entry, collection: Collection) -> None:
        """Wake the controller of what changed, and that of its controller."""
        if id(collection) in self._controllers:
            self._look_at(collection, entry)
        if entry.owners and (found := self._cluster.store.owner(controller_uid(resource.load(entry)))) is not None:
            self._look_at(*found)
        if resource.kind == "Node":
            for one, _ in self._controllers.values():
                if one.kind == "DaemonSet":
                    for daemons in list(one.collection.scan(None)):
                        self._look_at(one.collection, daemons)

    def _look_at(self, collection: Collection, entry: Entry, *, after: timedelta | None = None) -> None:
        if id(collection) not in self._controllers:
            return
        resource, _ = self._controllers[id(collection)]
        now, again = self._cluster.clock(), lambda: self._reconcile(collection, entry)
        if after is not None:  # what is refused may be refused for ever: no work to wait for
            self._cluster.agenda.at(now + after, again)
        elif entry.uid not in self._woken:
            self._woken[entry.uid] = None
            work = f"{resource.singular} {entry.key.name}"
            self._cluster.agenda.at(now + self._stages.reaction, again, work=work)

    def _reconcile(self, collection: Collection, woken: Entry) -> None:
        self._woken.pop(woken.uid, None)
        resource, reconcile = self._controllers[id(collection)]
        entry = collection.get(woken.key)
        if entry is None or entry.uid != woken.uid:
            return
        try:
            reconcile(self._hands, resource.load(entry))
        except ApiError:
            self._look_at(collection, entry, after=self._stages.retry)


def _at(patch: Mapping[str, Any], now: str) -> Any:
    """Return a patch with the time in place of ``$now``."""

    def filled(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [filled(item) for item in value]
        return now if value == "$now" else value

    return filled(patch)
