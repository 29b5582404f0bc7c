"""Waiting, and who may do what."""

from ..run import Kubectl, script
from .reading import WIDGETS

READY = """patch widget one --type=merge --subresource=status -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}'"""


@script
def waited(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS)
    kubectl("wait widget/one --for=condition=Ready --timeout=1s")
    kubectl("wait widget/none --for=condition=Ready --timeout=1s")
    running = kubectl.start("wait widget/one --for=condition=Ready --timeout=30s")
    kubectl(READY)
    running.end()
    kubectl("wait widget/one --for=condition=Ready=False --timeout=1s")
    kubectl("wait widget/one --for=jsonpath={.spec.colour}=red --timeout=10s")
    kubectl("wait widgets --all --for=jsonpath={.spec.replicas} --timeout=10s")
    kubectl("wait widget/two --for=delete --timeout=1s")
    running = kubectl.start("wait widget/two --for=delete --timeout=30s")
    kubectl("delete widget two")
    running.end(silently=True)  # it says nothing where it comes too late
    running = kubectl.start("wait configmap/later --for=create --timeout=30s")
    kubectl("create configmap later")
    running.end()
    kubectl("wait crd/widgets.ex.dev --for=condition=Established --timeout=10s")


@script
def permitted(kubectl: Kubectl) -> None:
    kubectl("auth whoami")
    kubectl("auth whoami -o yaml")
    kubectl("auth can-i get pods")
    kubectl("auth can-i '*' '*'")
    kubectl("auth can-i get nothings")
    kubectl("auth can-i create widgets.ex.dev --as=somebody")
    kubectl("auth can-i get /version --as=somebody")
    kubectl("auth can-i --list")
    kubectl("auth can-i --list --as=somebody --as-group=people")
    kubectl(f"auth whoami {kubectl.as_person()}")
    kubectl(f"get pods {kubectl.as_person()}")
    kubectl(f"create configmap one {kubectl.as_person()}")
    kubectl("get pods --token=nobody")
    kubectl("create role reader --verb=get,list --resource=pods,widgets.ex.dev")
    kubectl("create rolebinding reader --role=reader --user=somebody")
    kubectl.until("auth can-i list pods --as=somebody", "yes")
    kubectl(f"auth can-i --list {kubectl.as_person()}")
    kubectl(f"get pods,widgets {kubectl.as_person()}")
    kubectl(f"delete pod none {kubectl.as_person()}")
    kubectl("get secrets --as=somebody")
    kubectl(
        "auth reconcile -f -",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\n"
        "rules: [{apiGroups: [''], resources: [pods], verbs: [delete]}]\n",
    )
    kubectl("get role reader -o yaml")


@script
def certified(kubectl: Kubectl) -> None:
    kubectl("get csr")
    kubectl("certificate approve none")
