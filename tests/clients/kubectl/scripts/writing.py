"""Creating, patching, labelling, replacing, editing."""

from ..run import Kubectl, script
from .reading import POD, WIDGETS

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: 'ex.dev/web:1', env: [{name: A, value: '1'}]}]}
"""

EDITOR = """#!/bin/sh
sed -i 's/colour: red/colour: green/' "$1"
"""


@script
def created(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl("create -f -", WIDGETS)
    kubectl(
        "create -f - -o name", WIDGETS.replace("name: one", "generateName: made-").replace("name: two", "name: three")
    )
    kubectl("create -f -", WIDGETS.replace("red", "purple"))
    kubectl(
        "create -f -", "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {name: wrong}\nspec: {shade: dark, size: 10}\n"
    )
    kubectl(
        "create --validate=warn -f -",
        "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {name: warned}\nspec: {shade: dark}\n",
    )
    kubectl(
        "create --validate=false -f -",
        "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {name: let}\nspec: {shade: dark}\n",
    )
    kubectl(
        "create -f -",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: wrong}\nspec: {containers: [{name: a, images: b}]}\n",
    )
    kubectl("create -f -", "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {}\nspec: {}\n")
    kubectl("create -f -", "kind: Widget\n")
    kubectl("create --dry-run=server -f - -o yaml", WIDGETS.replace("one", "dry").replace("two", "dried"))
    kubectl("get widgets,configmaps -o name")


@script
def unknown(kubectl: Kubectl) -> None:
    for version, kind in (
        ("ex.dev/v1", "Nothing"),
        ("ex.dev/v9", "Widget"),
        ("none.dev/v1", "Widget"),
        ("v1", "Nothing"),
    ):
        manifest = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: wrong}}\n"
        kubectl("create -f -", manifest)
        kubectl("apply -f -", manifest)
        kubectl("apply --server-side -f -", manifest)


@script
def patched(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS + "---" + DEPLOYMENT)
    kubectl("""patch widget one --type=merge -p '{"spec":{"replicas":4}}'""")
    kubectl("""patch widget one --type=merge -p '{"spec":{"replicas":4}}'""")
    kubectl("""patch widget one -p '{"spec":{"replicas":5}}'""")
    kubectl("""patch widget one --type=json -p '[{"op":"replace","path":"/spec/colour","value":"blue"}]' -o yaml""")
    kubectl("""patch widget one --type=json -p '[{"op":"remove","path":"/spec/nothing"}]'""")
    kubectl("""patch widget one --type=json -p '[{"op":"test","path":"/spec/colour","value":"red"}]'""")
    kubectl("""patch widget one --type=merge -p '{"spec":{"colour":"purple"}}'""")
    kubectl("""patch widget one --type=merge --subresource=status -p '{"status":{"phase":"Done"}}' -o yaml""")
    kubectl("""patch widget one --type=merge -p '{"status":{"phase":"Lost"}}'""")
    kubectl("""patch widget none --type=merge -p '{}'""")
    kubectl("""patch widget one --type=merge -p '{'""")
    kubectl(
        """patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"ex.dev/side"}]}}}}'"""
    )
    kubectl(
        """patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}'"""
    )
    kubectl("""patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'""")
    kubectl("get deployment web -o yaml --show-managed-fields")
    kubectl("""patch deployment web --type=merge -p '{"spec":{"replicas":0}}' --dry-run=server""")
    kubectl("get widget one --subresource=status -o yaml")


@script
def marked(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl("label widget one --list")
    kubectl("label widget one colour=red size=3")
    kubectl("label widget one colour=blue")
    kubectl("label widget one colour=blue --overwrite")
    kubectl("label widget one colour- nothing-")
    kubectl("label widget one 'a b=c'")
    kubectl("label widgets --all seen=yes")
    kubectl("label widget one app=z --overwrite --resource-version=1")
    kubectl("annotate widget one note='a b c'")
    kubectl("annotate widget one note=other")
    kubectl("annotate widgets -l app=b note=some --dry-run=server -o yaml")
    kubectl("annotate widget one note-")
    kubectl(f"label namespace {kubectl.namespace} tried=yes")
    kubectl("get widgets -o yaml")


@script
def replaced(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl("replace -f -", WIDGETS.replace("red", "green"))
    kubectl("get widget one -o yaml")
    kubectl("replace -f -", WIDGETS.replace("one", "none"))
    kubectl("replace -f -", WIDGETS.replace("{name: one", "{name: one, resourceVersion: '1'"))
    kubectl("replace --force -f -", WIDGETS.replace("red", "blue"))
    kubectl("get widgets")
    kubectl("apply -f -", POD)
    kubectl("replace -f -", POD.replace("name: main", "name: other"))
    kubectl("replace --force --grace-period=0 -f -", POD.replace("name: main", "name: other"))
    kubectl("get pod one -o jsonpath={.spec.containers[*].name}")
    kubectl(
        "replace --subresource=status -f -",
        "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {name: one}\nspec: {}\nstatus: {phase: Done}\n",
    )
    kubectl("get widget one -o yaml")


@script
def edited(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl.write("editor", EDITOR)
    kubectl("edit widget one", EDITOR="sh editor")
    kubectl("get widget one -o yaml")
    kubectl("edit widget one", EDITOR="sh editor")
    kubectl.write("worse", EDITOR.replace("colour: red/colour: green", "colour: green/colour: purple"))
    kubectl("edit widget two --subresource=status", EDITOR="sh editor")
    kubectl("edit widget none", EDITOR="true")
    kubectl("edit widget one --output-patch", EDITOR='sh -c \'sed -i "s/replicas: 1/replicas: 2/" "$0"\'')


@script
def scaled(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS + "---" + DEPLOYMENT)
    kubectl("scale deployment web --replicas=3")
    kubectl("scale deployment web --replicas=4 --current-replicas=1")
    kubectl("scale widget one --replicas=3")
    kubectl("scale widget two --replicas=1 --current-replicas=3")
    kubectl("scale widget one --replicas=-1")
    kubectl("scale widget none --replicas=1")
    kubectl("scale configmap none --replicas=1")
    kubectl("get widgets,deployments")
    kubectl("get deployment web --subresource=scale -o yaml")
    kubectl("get widget one --subresource=scale")
    kubectl("autoscale deployment web --min=1 --max=3 --cpu-percent=50")
    kubectl("get hpa")
    kubectl("get hpa web -o yaml")
    kubectl("describe hpa web")


@script
def shaped(kubectl: Kubectl) -> None:
    kubectl("create -f -", DEPLOYMENT)
    kubectl("set image deployment/web main=ex.dev/web:2")
    kubectl("set image deployment/web other=ex.dev/web:2")
    kubectl("set env deployment/web B=2 A-")
    kubectl("set env deployment/web --list")
    kubectl("set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=100m")
    kubectl("set serviceaccount deployment web robot")
    kubectl("set selector service none a=b")
    kubectl("get deployment web -o yaml")
    kubectl("rollout restart deployment/web --dry-run=server")
    kubectl("rollout pause deployment/web")
    kubectl("rollout pause deployment/web")
    kubectl("rollout resume deployment/web")
    kubectl("rollout history deployment/web")
    kubectl("rollout status deployment/web --timeout=1s")
    kubectl("rollout undo deployment/web")
    kubectl("expose deployment web --port=80 --target-port=8080")
    kubectl("expose deployment web --port=80")
    kubectl("get service web -o yaml")
    kubectl("run lonely --image=ex.dev/one --env=A=b --labels=app=lonely --port=80")
    kubectl("run lonely --image=ex.dev/one")
    kubectl("get pod lonely -o yaml")
    kubectl("get deployment,service,pod")


@script
def nodes(kubectl: Kubectl) -> None:
    kubectl("create -f -", "apiVersion: v1\nkind: Node\nmetadata: {name: tried-node}\n")
    kubectl("create -f -", POD.replace("spec: {", "spec: {nodeName: tried-node, "))
    kubectl("get nodes")
    kubectl("cordon tried-node")
    kubectl("cordon tried-node")
    kubectl("get node tried-node -o yaml")
    kubectl("taint node tried-node a=b:NoSchedule")
    kubectl("taint node tried-node a=b:NoSchedule")
    kubectl("taint node tried-node a=b:Sometimes")
    kubectl("taint node tried-node a-")
    kubectl("drain tried-node --timeout=2s")
    kubectl("describe node tried-node")
    kubectl("uncordon tried-node")
    kubectl("cordon none")
    kubectl("delete pod one --force --grace-period=0")
    kubectl("delete node tried-node")


@script
def unreachable(kubectl: Kubectl) -> None:
    kubectl("create -f -", POD)
    kubectl("logs one")
    kubectl("exec one -- true")
    kubectl("attach one")
    kubectl("port-forward pod/one 0:80")
    kubectl("cp one:/etc/hosts hosts")
    kubectl("top pods")
    kubectl("top nodes")
    kubectl("logs none")
    kubectl("debug one --image=ex.dev/debug")
