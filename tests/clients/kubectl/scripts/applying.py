"""Applying and comparing."""

from ..run import Kubectl, script
from .reading import WIDGETS
from .writing import DEPLOYMENT


@script
def by_client(kubectl: Kubectl) -> None:
    kubectl("apply -f -", DEPLOYMENT)
    kubectl("apply -f -", DEPLOYMENT)
    kubectl(
        "apply -f -", DEPLOYMENT.replace("replicas: 2", "paused: true").replace(", env: [{name: A, value: '1'}]", "")
    )
    kubectl("get deployment web -o yaml --show-managed-fields")
    kubectl("apply -f -", WIDGETS)
    kubectl("apply -f - -o yaml", WIDGETS.replace("red", "green").replace("replicas: 3", "size: 2"))
    kubectl("apply -f -", WIDGETS.replace("red", "purple"))
    kubectl("apply view-last-applied widget one")
    kubectl("apply -f - --dry-run=server", WIDGETS)
    kubectl("apply -f - --dry-run=client", WIDGETS)
    kubectl("apply -f - --prune -l app=a", WIDGETS.split("---", maxsplit=1)[0])
    kubectl("apply set-last-applied --create-annotation -f -", WIDGETS)
    kubectl("create configmap plain")
    kubectl("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {a: b}\n")
    kubectl("apply -f -", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {nothing: 1}\n")
    kubectl("get widgets -o yaml")


@script
def by_server(kubectl: Kubectl) -> None:
    kubectl("apply --server-side -f -", DEPLOYMENT + "---" + WIDGETS)
    kubectl("apply --server-side -f -", DEPLOYMENT + "---" + WIDGETS)
    kubectl("scale deployment web --replicas=5")
    kubectl("apply --server-side -f -", DEPLOYMENT)
    kubectl("apply --server-side --force-conflicts -f -", DEPLOYMENT)
    kubectl("get deployment web -o yaml --show-managed-fields")
    kubectl("apply --server-side --field-manager=other -f -", WIDGETS.replace("red", "blue"))
    kubectl("apply --server-side --field-manager=other --force-conflicts -f -", WIDGETS.replace("red", "blue"))
    kubectl("apply --server-side -f - -o yaml", WIDGETS.replace("colour: red, ", ""))
    kubectl("apply --server-side --dry-run=server -f -", WIDGETS.replace("app: b", "app: c"))
    kubectl("apply --server-side -f -", WIDGETS.replace("red", "purple"))
    kubectl(
        "apply --server-side -f -", "apiVersion: ex.dev/v1\nkind: Widget\nmetadata: {name: one}\nspec: {shade: dark}\n"
    )
    kubectl("get widgets -o yaml --show-managed-fields")


@script
def migrated(kubectl: Kubectl) -> None:
    kubectl("apply -f -", WIDGETS)
    kubectl("apply --server-side -f -", WIDGETS.replace("replicas: 3", "size: 3"))
    kubectl("get widgets -o yaml --show-managed-fields")


@script
def kustomized(kubectl: Kubectl) -> None:
    kubectl.write("base/web.yaml", DEPLOYMENT)
    kubectl.write("base/kustomization.yaml", "resources: [web.yaml]\n")
    kubectl.write(
        "over/kustomization.yaml",
        "resources: [../base]\nnamePrefix: over-\nimages: [{name: ex.dev/web, newTag: '9'}]\n"
        "configMapGenerator: [{name: settings, literals: [a=b]}]\n",
    )
    kubectl("kustomize over")
    kubectl("apply -k over")
    kubectl("diff -k over")
    kubectl("get -k over -o name")
    kubectl("get deployment,configmap -o yaml")
    kubectl("delete -k over")


@script
def compared(kubectl: Kubectl) -> None:
    kubectl("apply -f -", WIDGETS)
    kubectl("diff -f -", WIDGETS)
    kubectl("diff -f -", WIDGETS.replace("red", "green"))
    kubectl("diff --server-side -f -", WIDGETS.replace("red", "green"))
    kubectl("diff --server-side --force-conflicts -f -", WIDGETS.replace("red", "green"))
    kubectl("diff -f -", WIDGETS.replace("red", "purple"))
    kubectl("diff -f -", WIDGETS.replace("name: two", "name: three"))
    kubectl("diff -f -", DEPLOYMENT)
    kubectl("apply -f -", DEPLOYMENT)
    kubectl("diff -f -", DEPLOYMENT.replace("web:1", "web:2"))
    kubectl("diff --server-side -f -", DEPLOYMENT.replace("web:1", "web:2"))
