"""Deleting: cascades, selections, waits."""

from ..run import Kubectl, script
from .reading import POD, WIDGETS


@script
def chosen(kubectl: Kubectl) -> None:
    kubectl("create -f -", WIDGETS + "---" + POD)
    kubectl("delete widget none")
    kubectl("delete widget none --ignore-not-found")
    kubectl("delete widgets -l app=a --dry-run=server")
    kubectl("delete widgets -l app=a")
    kubectl("delete widgets --all")
    kubectl("delete widgets --all")
    kubectl("delete pod one --now")
    kubectl("create -f -", WIDGETS)
    kubectl("delete -f -", WIDGETS)
    kubectl("delete -f -", WIDGETS)
    kubectl("""create -f -""", WIDGETS.replace("name: one,", "name: one, finalizers: [ex.dev/hold],"))
    kubectl("delete widget one --wait=false")
    kubectl("delete widget one --timeout=1s")
    kubectl("get widget one -o yaml")
    kubectl("""patch widget one --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'""")
    kubectl("get widgets -o name")
    kubectl(f"delete --raw /api/v1/namespaces/{kubectl.namespace}/configmaps/none")


def owned(kubectl: Kubectl) -> None:
    """Make a config map that another one owns: of new kinds the real collector hears half a minute later."""
    kubectl.aside("create configmap owner")
    uid = kubectl.aside("get configmap owner -o jsonpath={.metadata.uid}").stdout
    reference = f"[{{apiVersion: v1, kind: ConfigMap, name: owner, uid: {uid}, blockOwnerDeletion: true}}]"
    kubectl.aside(
        "create -f -", f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: owned, ownerReferences: {reference}}}\n"
    )


@script(controllers=True)
def background(kubectl: Kubectl) -> None:
    owned(kubectl)
    kubectl("delete configmap owner")
    kubectl.until("get configmap owned", "NotFound")
    kubectl("get configmaps -o name")


@script(controllers=True)
def foreground(kubectl: Kubectl) -> None:
    owned(kubectl)
    kubectl("delete configmap owner --cascade=foreground")
    kubectl("get configmaps -o name")


@script(controllers=True)
def orphan(kubectl: Kubectl) -> None:
    owned(kubectl)
    kubectl("delete configmap owner --cascade=orphan")
    kubectl.until("get configmap owned -o yaml", "name: owned")
    kubectl("get configmap owned -o yaml")


@script(controllers=True)
def namespace(kubectl: Kubectl) -> None:
    kubectl("create namespace deleted-one")
    kubectl("create configmap one -n deleted-one")
    kubectl("delete namespace deleted-one --wait=false")
    kubectl("get namespace deleted-one")
    kubectl("create configmap two -n deleted-one")
    kubectl("wait namespace/deleted-one --for=delete --timeout=60s")
    kubectl("get configmaps -n deleted-one")
    kubectl("delete namespace default")
