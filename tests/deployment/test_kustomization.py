"""The reader of kustomizations: the same as kubectl's for what deploy/ uses, a refusal for everything else."""

import shutil
import subprocess

import pytest
import yaml

from harness.clusters.cluster import ClusterError
from harness.deployment.kustomization import render

from .conftest import HEADER, ROOT

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template:
    spec:
      initContainers: [{name: init, image: "web:1"}]
      containers: [{name: web, image: web}, {name: other, image: "other:1"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: web}
- {kind: ServiceAccount, name: of-others, namespace: elsewhere}
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
"""

KUBECTL = shutil.which("kubectl")
needs_kubectl = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH: nothing to compare with")


@pytest.fixture
def folder(tmp_path):
    """Return what writes a kustomization over two folders."""

    def write(rest):
        (tmp_path / "base").mkdir()
        (tmp_path / "base" / "kustomization.yaml").write_text(f"{HEADER}resources: [web.yaml]\n", "utf-8")
        (tmp_path / "base" / "web.yaml").write_text(DEPLOYMENT, "utf-8")
        (tmp_path / "kustomization.yaml").write_text(f"{HEADER}resources: [base]\n{rest}", "utf-8")
        return tmp_path

    return write


def by_kubectl(folder):
    done = subprocess.run([KUBECTL, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def named(manifests):
    return {(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]): one for one in manifests}


@needs_kubectl
@pytest.mark.parametrize("overlay", ["deploy/base", "deploy/standins", "deploy/overlays/kind"])
def test_what_is_deployed_is_what_kubectl_would_deploy(overlay):
    """A rehearsal with other manifests than `kubectl apply -k` takes would prove nothing."""
    assert named(by_kubectl(ROOT / overlay)) == named(render(ROOT / overlay))


@needs_kubectl
@pytest.mark.parametrize(
    "rest",
    [
        "namespace: there\n",
        "images: [{name: web, newTag: '7'}]\n",
        "images: [{name: web, newName: registry/web}]\n",
        "images: [{name: other, newName: registry/other, newTag: '2'}]\n",
        "replicas: [{name: web, count: 0}]\n",
    ],
)
def test_each_transformation_is_kubectls(folder, rest):
    """One at a time, over objects that each of them touches and others that it does not."""
    written = folder(rest)

    assert named(by_kubectl(written)) == named(render(written))


def test_a_field_that_is_not_known_is_refused(folder):
    """A patch that is passed over in silence is a deployment that nobody meant."""
    with pytest.raises(ClusterError, match=r"kustomization\.yaml: patches is not supported here"):
        render(folder("patches: [{path: a.yaml}]\n"))


def test_a_resource_that_is_missing_is_named(tmp_path):
    """With the file that asks for it."""
    (tmp_path / "kustomization.yaml").write_text(f"{HEADER}resources: [gone.yaml]\n", "utf-8")

    with pytest.raises(ClusterError, match=r"kustomization\.yaml: there is no resource .*gone\.yaml"):
        render(tmp_path)


def test_replicas_of_nothing_are_refused(folder):
    """As kubectl does: a name that fits nothing is a mistake."""
    with pytest.raises(ClusterError, match="there is no Deployment or StatefulSet wbe"):
        render(folder("replicas: [{name: wbe, count: 1}]\n"))


def test_rendering_twice_gives_the_same(folder):
    """What was read is kept; what is made of it must not change what was read."""
    written = folder("namespace: there\nreplicas: [{name: web, count: 0}]\n")

    assert render(written) == render(written)
    assert 2 == render(written / "base")[0]["spec"]["replicas"]
