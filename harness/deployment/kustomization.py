"""Manifests from a folder with a ``kustomization.yaml``, as ``kubectl kustomize`` renders them.

A small part of kustomize, the one that ``deploy/`` keeps to; anything else is refused by name, never passed over:

==============  ======================================================================================================
``resources``   files and folders, relative to the file that names them
``namespace``   of every namespaced object, of the Namespace object itself, and of the service accounts that bindings
                name when they are among the resources
``images``      ``name`` with ``newName``, ``newTag``
``replicas``    ``name`` with ``count``, of Deployments and StatefulSets
==============  ======================================================================================================

Held to the real one in tests/deployment/test_kustomization.py.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from harness.clusters.cluster import ClusterError
from harness.clusters.manifests import read
from harness.deployment.manifests import CLUSTER_SCOPED

if TYPE_CHECKING:
    from pathlib import Path

Manifest = dict[str, Any]

FILE = "kustomization.yaml"
_KNOWN = frozenset({"apiVersion", "kind", "resources", "namespace", "images", "replicas"})
_SCALED = frozenset({"Deployment", "StatefulSet"})
_BINDINGS = frozenset({"ClusterRoleBinding", "RoleBinding"})


def render(folder: Path) -> list[Manifest]:
    """Return the objects of a kustomization, in the order in which its resources are named.

    :raises ClusterError: there is none, or it says something that this reader does not know; the message names file and field.
    """
    file = folder / FILE
    if not file.is_file():
        raise ClusterError(f"{folder}: holds no {FILE}")
    ((_, said),) = read(file)
    if unknown := sorted(set(said) - _KNOWN):
        raise ClusterError(f"{file}: {unknown[0]} is not supported here; there are: {', '.join(sorted(_KNOWN))}")
    found = [manifest for name in said.get("resources") or () for manifest in _resource(folder / name, file)]
    if namespace := said.get("namespace"):
        _move(found, namespace)
    for image in said.get("images") or ():
        _retag(found, image)
    for replicas in said.get("replicas") or ():
        _scale(found, replicas, file)
    return found


def _resource(path: Path, named_by: Path) -> list[Manifest]:
    if path.is_dir():
        return render(path)
    if not path.is_file():
        raise ClusterError(f"{named_by}: there is no resource {path}")
    # Files are parsed once and shared; what is changed here must not be.
    return [copy.deepcopy(manifest) for _, manifest in read(path)]


def _move(manifests: list[Manifest], namespace: str) -> None:
    accounts = {one["metadata"]["name"] for one in manifests if one["kind"] == "ServiceAccount"}
    for one in manifests:
        if one["kind"] == "Namespace":
            one["metadata"]["name"] = namespace
        elif one["kind"] not in CLUSTER_SCOPED:
            one["metadata"]["namespace"] = namespace
        if one["kind"] in _BINDINGS:
            for subject in one.get("subjects") or ():
                if subject["kind"] == "ServiceAccount" and subject["name"] in accounts:
                    subject["namespace"] = namespace


def _retag(manifests: list[Manifest], image: dict[str, Any]) -> None:
    for one in manifests:
        pod = (one.get("spec") or {}).get("template", {}).get("spec", {})
        for container in (*(pod.get("containers") or ()), *(pod.get("initContainers") or ())):
            name, _, tag = container["image"].partition(":")
            if name == image["name"]:
                tag = str(image.get("newTag", tag))
                container["image"] = f"{image.get('newName', name)}{':' if tag else ''}{tag}"


def _scale(manifests: list[Manifest], replicas: dict[str, Any], file: Path) -> None:
    scaled = [one for one in manifests if one["kind"] in _SCALED and one["metadata"]["name"] == replicas["name"]]
    if not scaled:
        raise ClusterError(f"{file}: replicas: there is no Deployment or StatefulSet {replicas['name']}")
    for one in scaled:
        one["spec"]["replicas"] = replicas["count"]
