"""What the client brings along beside its APIs: manifests, leader election."""

import threading
from typing import Any

import yaml

from kubernetes import utils
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

from ..session import Kubernetes, script

MANIFESTS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {a: '1'}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: 'ex.dev/web:1'}]}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: two}, stringData: {k: v}}
  - {apiVersion: ex.dev/v1, kind: Widget, metadata: {name: three}, spec: {colour: red}}
"""


@script
def manifests(api: Kubernetes) -> None:
    documents = list(yaml.safe_load_all(MANIFESTS))
    builtin = [*documents[:2], documents[2]["items"][0]]
    file = api.folder / "all.yaml"
    file.write_text(yaml.safe_dump_all(builtin), "utf-8")
    created = api.gives("create", lambda: utils.create_from_yaml(api.api, str(file), namespace=api.namespace))
    assert ["one", "web", "two"] == [one[0].metadata.name for one in created]
    again = api.refuses(
        "create again",
        lambda: utils.create_from_yaml(api.api, str(file), namespace=api.namespace),
        utils.FailToCreateError,
    )
    assert [409, 409, 409] == [one.status for one in again.api_exceptions]
    file.write_text(MANIFESTS, "utf-8")
    applied = api.gives(
        "apply", lambda: utils.create_from_yaml(api.api, str(file), namespace=api.namespace, apply=True)
    )
    assert ["one", "web", "two", "three"] == [one.metadata.name for made in applied for one in made]


@script
def elected(api: Kubernetes) -> None:
    """Of two candidates the second leads when the first has let its lease run out."""
    lease = f"{api.namespace}-lease"
    led: list[str] = []
    begun = {name: threading.Event() for name in ("first", "second")}
    resigned = threading.Event()

    def lead(name: str) -> Any:
        def leading() -> None:
            led.append(name)
            begun[name].set()
            if name == "first":
                resigned.wait(30)
            raise Resigned

        return leading

    def stand(name: str) -> threading.Thread:
        config = electionconfig.Config(
            LeaseLock(lease, api.namespace, name),
            lease_duration=3,
            renew_deadline=2,
            retry_period=1,
            onstarted_leading=lead(name),
            onstopped_leading=lambda: led.append(f"{name} stopped"),
        )
        config.lock.api_instance = api.coordination
        thread = threading.Thread(target=leaderelection.LeaderElection(config).run)
        thread.start()
        return thread

    first = stand("first")
    assert begun["first"].wait(30)
    second = stand("second")
    resigned.set()
    first.join(60)
    second.join(60)

    api.note("led", led)
    api.note("lease", api.coordination.read_namespaced_lease(lease, api.namespace))
    assert ["first", "first stopped", "second", "second stopped"] == led


class Resigned(Exception):  # noqa: N818  not an error
    """A leader has had enough."""
