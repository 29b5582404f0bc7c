"""Rollouts: followed, looked back on, undone, paused, restarted."""

from ..run import Kubectl, script

NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: rolling}\n"


def ready(kubectl: Kubectl, *, revision: int) -> None:
    """Wait until a revision is rolled out. What is said on the way depends on the moment, and is no part of the suite."""
    annotation = r"{.metadata.annotations.deployment\.kubernetes\.io/revision}"
    kubectl.until(f"get deployment web -o 'jsonpath={annotation}-'", f"{revision}-")
    assert 0 == kubectl.aside("rollout status deployment/web --timeout=50s").returncode


@script(controllers=True)
def deployments(kubectl: Kubectl) -> None:
    kubectl.aside("create -f -", NODE)
    kubectl("create deployment web --image=ex.dev/web:1 --replicas=2")
    ready(kubectl, revision=1)
    assert 'deployment "web" successfully rolled out\n' == kubectl("rollout status deployment/web")
    kubectl("get deployment web")
    kubectl("set image deployment/web web=ex.dev/web:2")
    ready(kubectl, revision=2)
    kubectl("annotate deployment web kubernetes.io/change-cause=newer")
    kubectl.until("rollout history deployment/web", "newer")
    assert "2         newer\n" in kubectl("rollout history deployment/web")
    kubectl("rollout history deployment/web --revision=2")
    kubectl("rollout history deployment/web --revision=7")
    kubectl("rollout undo deployment/web --to-revision=9")
    kubectl("rollout undo deployment/web --dry-run=server")
    kubectl("rollout undo deployment/web")
    ready(kubectl, revision=3)
    assert "ex.dev/web:1" == kubectl("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}")
    kubectl("rollout history deployment/web")
    kubectl("get replicasets -o custom-columns=IMAGE:.spec.template.spec.containers[0].image,WANTED:.spec.replicas")


@script(controllers=True)
def paused(kubectl: Kubectl) -> None:
    kubectl.aside("create -f -", NODE)
    kubectl("create deployment web --image=ex.dev/web:1")
    ready(kubectl, revision=1)
    kubectl("rollout pause deployment/web")
    kubectl("rollout pause deployment/web")
    kubectl("rollout restart deployment/web")
    kubectl("rollout undo deployment/web")
    kubectl("set image deployment/web web=ex.dev/web:2")
    kubectl("rollout resume deployment/web")
    kubectl("rollout resume deployment/web")
    ready(kubectl, revision=2)
    kubectl("rollout restart deployment/web")
    ready(kubectl, revision=3)
    kubectl("get deployment web -o jsonpath={.spec.template.metadata.annotations}")
    kubectl("rollout restart deployment/none")
    kubectl("rollout status deployment/none")
    kubectl("rollout status configmap/kube-root-ca.crt")


@script(controllers=True)
def other_kinds(kubectl: Kubectl) -> None:
    kubectl.aside("create -f -", NODE)
    kubectl("create -f -", SETS)
    assert 0 == kubectl.aside("rollout status statefulset/db --timeout=50s").returncode
    kubectl("rollout history statefulset/db")
    kubectl("rollout restart statefulset/db")
    assert 0 == kubectl.aside("rollout status statefulset/db --timeout=50s").returncode
    assert "\n2         <none>\n" in kubectl("rollout history statefulset/db")
    kubectl("rollout history statefulset/db --revision=1")
    kubectl("rollout undo statefulset/db")
    assert 0 == kubectl.aside("rollout status statefulset/db --timeout=50s").returncode
    kubectl.until("rollout history statefulset/db", "\n3 ")
    kubectl("rollout history statefulset/db")
    kubectl("rollout undo statefulset/db --to-revision=1")
    kubectl("get statefulset db")
    kubectl("autoscale statefulset db --min=1 --max=3 --cpu=50%")
    kubectl("get hpa db -o jsonpath={.spec}")
    kubectl("expose statefulset db --port=5432 --name=database")


SETS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: 'ex.dev/db:1'}]}
"""
