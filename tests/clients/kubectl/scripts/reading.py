"""Getting, describing, explaining."""

import re

from ...past import forget
from ..run import Kubectl, script

WIDGETS = """
apiVersion: ex.dev/v1
kind: Widget
metadata: {name: one, labels: {app: a}}
spec: {colour: red, parts: [{name: x, weight: 1}]}
---
apiVersion: ex.dev/v1
kind: Widget
metadata: {name: two, labels: {app: b}}
spec: {colour: blue, replicas: 3}
"""

POD = """
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: a}}
spec: {containers: [{name: main, image: 'ex.dev/web:1', ports: [{containerPort: 80}]}]}
"""


@script
def custom(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl("get widgets")
    kubectl("get widgets -o wide")
    kubectl("get wd one")
    kubectl("get tried")
    kubectl("get widgets.ex.dev -o name")
    kubectl("get widgets.v1.ex.dev/one -o yaml")
    kubectl("get widget one -o json")
    kubectl("get widgets -o json")
    kubectl("get widgets --show-labels")
    kubectl("get widgets -L app --no-headers")
    kubectl("get widgets -l app=a")
    kubectl("get widgets -l 'app in (b,c)' --show-kind")
    kubectl("get widgets --field-selector spec.colour=blue")
    kubectl("get widgets --field-selector spec.size=1")
    kubectl("get widgets --field-selector metadata.name!=one")
    kubectl("get widgets --sort-by=.spec.replicas")
    kubectl("get widgets -o custom-columns=N:.metadata.name,C:.spec.colour")
    kubectl("get widgets -o jsonpath='{range .items[*]}{.metadata.name}={.spec.replicas} {end}'")
    kubectl("get widgets -o go-template='{{range .items}}{{.metadata.name}} {{end}}'")
    kubectl("get widgets --chunk-size=1")
    kubectl(f"get widgets -A --field-selector metadata.namespace={kubectl.namespace}")
    kubectl("describe widget one")
    kubectl("describe wd -l app=b")


@script
def absent(kubectl: Kubectl) -> None:
    kubectl("get widgets")
    kubectl("get widget none")
    kubectl("get widget none --ignore-not-found")
    kubectl("get nothings")
    kubectl("get nothings.ex.dev")
    kubectl("get pods,widgets")
    kubectl("get configmap none other")
    kubectl("describe widget none")
    kubectl("get all")
    kubectl("get pods -l 'a b'")
    kubectl("get pods --field-selector spec.colour=1")


@script
def builtin(kubectl: Kubectl) -> None:
    kubectl("apply -f -", POD)
    kubectl("get pods")
    kubectl("get pods -o wide")
    kubectl("get pod one -o yaml")
    kubectl("get pods -o name")
    kubectl("get po/one -o jsonpath={.status.phase}")
    kubectl("get pods --field-selector status.phase=Pending")
    kubectl("describe pod one")
    kubectl("get pod one --subresource=status -o jsonpath={.status}")
    kubectl("get pods -o custom-columns-file=/dev/null")


@script
def kinds(kubectl: Kubectl) -> None:
    kubectl("api-resources")
    kubectl("api-resources -o wide")
    kubectl("api-resources --api-group=ex.dev")
    kubectl("api-resources --namespaced=false --verbs=list,get -o name --sort-by=name")
    kubectl("api-resources --categories=all --no-headers")
    kubectl("api-versions")


@script
def explained(kubectl: Kubectl) -> None:
    kubectl("explain widget")
    kubectl("explain widgets.spec")
    kubectl("explain widgets.spec.colour")
    kubectl("explain widget --recursive")
    kubectl("explain widgets.spec --output plaintext-openapiv2")
    kubectl("explain widgets.spec.nothing")
    kubectl("explain pods")
    kubectl("explain pods.spec.containers")
    kubectl("explain deployments.spec.strategy --recursive")
    kubectl("explain cronjob --api-version=batch/v1")
    kubectl("explain cronjob --api-version=batch/v9")
    kubectl("explain nothings")
    kubectl("explain configmap.data")


@script
def cluster(kubectl: Kubectl) -> None:
    kubectl("get --raw /healthz")
    kubectl("get --raw /readyz?verbose")
    kubectl("get --raw /apis/ex.dev/v1")
    kubectl("get --raw /apis/nothing.dev")
    kubectl(f"get --raw /api/v1/namespaces/{kubectl.namespace}/configmaps/none")
    kubectl("cluster-info")
    kubectl("version")
    kubectl("get namespace default kube-system -o name")
    kubectl("get crd widgets.ex.dev")
    kubectl("get nodes")
    kubectl("get events")
    kubectl("events")
    kubectl("describe crd widgets.ex.dev")


@script
def watched(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    running = kubectl.start("get widgets --watch --output-watch-events -o name")
    running.line(), running.line()
    kubectl("label widget one seen=yes")
    running.line()
    kubectl("delete widget two")
    running.line()
    running.interrupt()
    table = kubectl.start("get widgets -w --request-timeout=2s")
    table.line(), table.line()
    kubectl("annotate widget one seen=yes")
    table.end()
    only = kubectl.start("get widget one -w --watch-only -o jsonpath={.metadata.labels}")
    only.interrupt()


@script
def forgotten(kubectl: Kubectl) -> None:
    """What watches ends when the server forgets, and cannot go on from there."""
    kubectl("create -f -", WIDGETS)
    running = kubectl.start("get widgets --watch --output-watch-events -o name")
    running.line(), running.line()
    path = f"/apis/ex.dev/v1/namespaces/{kubectl.namespace}/widgets"
    before = kubectl.server.ask(f"{path}/one")[1]["metadata"]["resourceVersion"]
    forget(kubectl.server, "widgets.ex.dev", path)
    running.end()
    late = kubectl.aside(f"get --raw {path}?watch=1&resourceVersion={before}")
    told = late.stdout.replace(f"{before} (", "<before> (")
    kubectl.note("get --raw, from before", late.returncode, re.sub(r"\(\d+\)", "(<now>)", told), late.stderr)
    kubectl("get widgets --watch --request-timeout=2s -o name")
