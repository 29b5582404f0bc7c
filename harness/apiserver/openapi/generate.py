"""Make the data files out of a real kube-apiserver: ``python -m harness.apiserver.openapi.generate``.

Needs the programs of ``make envtest`` (or KUBEBUILDER_ASSETS); starts a control plane of its own, asks it, writes ``data/``
and takes it down: ten seconds. The same release gives the same files; tests/conformance holds the committed ones to that.
What custom resource definitions add is left out, so that a server which has some gives the same.
"""

import dataclasses
import json
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from harness.apiserver.openapi.components import without_texts
from harness.apiserver.openapi.data import packed

Ask = Callable[[str, str], Any]
"""Gives the JSON at a path, asked for with an Accept header."""

_JSON: Final = "application/json"
_AGGREGATED: Final = f"{_JSON};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

_PER_GROUP: Final = tuple(f"io.k8s.apimachinery.pkg.apis.meta.v1.{kind}" for kind in ("DeleteOptions", "WatchEvent"))
"""Types that each document claims for its own groups: their list of kinds is made anew with each document."""

_KINDS: Final = "x-kubernetes-group-version-kind"


def data_files(ask: Ask) -> dict[str, Any]:
    """Return the content of each data file, by name."""
    _settle(ask)
    custom = {one["spec"]["group"] for one in ask(_DEFINITIONS, _JSON)["items"]}
    documents = _documents(ask, custom)
    types: dict[str, Any] = {}
    for document in documents.values():
        for name, schema in document["components"].get("schemas", {}).items():
            shared = {key: item for key, item in schema.items() if name not in _PER_GROUP or key != _KINDS}
            if types.setdefault(name, shared) != shared:
                raise ValueError(f"{name} is not the same in two documents: keep both, or find what decides")
    texts: dict[str, list[str | None]] = {name: [] for name in types}
    return {
        "types": {name: without_texts(schema, texts[name]) for name, schema in types.items()},
        "texts": texts,
        "resources": _groups(ask, custom, types),
        "bootstrap": _bootstrap(ask),
        "paths": {**_paths(documents), "versions": _known_versions(ask, custom)},
    }


def _documents(ask: Ask, custom: set[str]) -> dict[str, Any]:
    """Return the documents of ``/openapi/v3`` by what they describe, such as ``apis/apps/v1``."""
    index = ask("/openapi/v3", _JSON)["paths"]
    built_in = [name for name in sorted(index) if not custom.intersection(name.split("/"))]
    return {name: ask(index[name]["serverRelativeURL"], _JSON) for name in built_in}


def _bootstrap(ask: Ask) -> list[Any]:
    """Return the objects that a real server makes at its start, but for namespaces and roles; without what it gives anew."""
    found = []
    for path, own in _AT_START:
        items = ask(path, _JSON)
        listed = [{**one, "kind": items["kind"].removesuffix("List")} for one in items["items"] if own(one)]
        found += [{**_unborn(one), "apiVersion": items["apiVersion"]} for one in listed]
    return found


def _unborn(value: Any, key: str = "") -> Any:
    """Return an object without identity, its times and the port of its server left open."""
    if key in {"creationTimestamp", "lastTransitionTime", "time"}:
        return None
    if isinstance(value, dict):
        identity = {"uid", "resourceVersion"} if key == "metadata" else set()
        return {name: _unborn(item, name) for name, item in sorted(value.items()) if name not in identity}
    if isinstance(value, list):
        return [_unborn(item) for item in value]
    return None if key == "targetPort" else value


def _automatic(one: Any) -> bool:
    return "apf.kubernetes.io/autoupdate-spec" in (one["metadata"].get("annotations") or {})


_AT_START: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("/api/v1/namespaces/default/services", lambda one: one["metadata"]["name"] == "kubernetes"),
    (
        "/apis/apiregistration.k8s.io/v1/apiservices",
        lambda one: one["metadata"]["labels"].get("kube-aggregator.kubernetes.io/automanaged") == "onstart",
    ),
    ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", _automatic),
    ("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", _automatic),
    ("/apis/networking.k8s.io/v1/ipaddresses", lambda one: one["metadata"]["name"] == "10.96.0.1"),
    ("/apis/networking.k8s.io/v1/servicecidrs", lambda one: one["metadata"]["name"] == "kubernetes"),
    ("/apis/scheduling.k8s.io/v1/priorityclasses", lambda one: one["metadata"]["name"].startswith("system-")),
)
"""Where those objects are, and how they are told from others."""


def _settle(ask: Ask) -> None:
    """Wait until what the server does after it is ready is done: it writes the status of some of those objects."""
    ends = time.monotonic() + _PATIENCE_S
    while any(
        not (one.get("status") or {}).get("conditions") for path in _SETTLING for one in ask(path, _JSON)["items"]
    ):
        if time.monotonic() > ends:
            raise TimeoutError(f"{' and '.join(_SETTLING)} have no conditions after {_PATIENCE_S} s")
        time.sleep(0.1)


_PATIENCE_S: Final = 60
_SETTLING: Final = ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "/apis/networking.k8s.io/v1/servicecidrs")


def _known_versions(ask: Ask, custom: set[str]) -> list[Any]:
    """Return every group and version that the server has types of, served or not."""
    kinds = ask("/openapi/v2", _JSON)["definitions"][_PER_GROUP[0]][_KINDS]
    return [[kind["group"], kind["version"]] for kind in kinds if kind["group"] not in custom]


def _groups(ask: Ask, custom: set[str], types: dict[str, Any]) -> list[Any]:
    """Return the groups in the order of discovery."""
    models = {
        (kind["group"], kind["version"], kind["kind"]): name
        for name, schema in sorted(types.items())
        for kind in schema.get(_KINDS, ())
        if name not in _PER_GROUP
    }
    found = []
    for group in [*ask("/api", _AGGREGATED)["items"], *ask("/apis", _AGGREGATED)["items"]]:
        name = group["metadata"].get("name", "")
        if name not in custom:
            versions = [
                _version(name, version, hashes=_hashes(ask, name, version["version"]), models=models)
                for version in group["versions"]
            ]
            found.append({"group": name, "versions": versions})
    return found


def _hashes(ask: Ask, group: str, version: str) -> dict[str, str]:
    """Return the hash of the version that each resource is stored in, which only the older form of discovery tells."""
    rows = ask(f"/apis/{group}/{version}" if group else f"/api/{version}", _JSON)["resources"]
    return {row["name"]: row["storageVersionHash"] for row in rows if "storageVersionHash" in row}


def _version(group: str, version: Any, *, hashes: dict[str, str], models: dict[tuple[str, str, str], str]) -> Any:
    name, rows = version["version"], []
    for row in version["resources"]:
        kind = row["responseKind"]["kind"]
        found = {
            "plural": row["resource"],
            "singular": row["singularResource"],
            "kind": kind,
            "namespaced": row["scope"] == "Namespaced",
            "verbs": row["verbs"],
            "model": models[group, name, kind],
            "shortNames": row.get("shortNames"),
            "categories": row.get("categories"),
            "storageVersionHash": hashes.get(row["resource"]),
            "subresources": [_subresource(one, group, name) for one in row.get("subresources", ())] or None,
        }
        rows.append({key: item for key, item in found.items() if item is not None})
    return {"version": name, "resources": rows}


def _subresource(row: Any, group: str, version: str) -> Any:
    kind = row["responseKind"]  # of the resource's own group and version where it names none
    own = {"group": kind["group"] or group, "version": kind["version"] or version, "kind": kind["kind"]}
    return {"name": row["subresource"], "verbs": row["verbs"], **own}


def _paths(documents: dict[str, Any]) -> Any:
    """Return the paths of each document, with parameters, bodies and responses as numbers in a list of distinct ones."""
    numbers: dict[str, int] = {}

    def number(part: Any) -> int:
        return numbers.setdefault(json.dumps(part, sort_keys=True), len(numbers))

    def folded(item: Any) -> Any:
        found: dict[str, Any] = {}
        for key, part in sorted(item.items()):
            if key == "parameters":
                found[key] = [number(one) for one in part]
            elif key in {"responses", "requestBody"}:
                found[key] = number(part)
            else:
                found[key] = folded(part) if isinstance(part, dict) and key != _KINDS else part
        return found

    folded_documents = {
        name: {path: folded(item) for path, item in sorted(document["paths"].items())}
        for name, document in documents.items()
    }
    return {"documents": folded_documents, "parts": [json.loads(part) for part in numbers]}


def write(contents: dict[str, Any], folder: Path) -> Iterable[str]:
    """Write the files, yield a line about each."""
    folder.mkdir(exist_ok=True)
    for name, content in sorted(contents.items()):
        data = packed(content)
        folder.joinpath(f"{name}.json.gz").write_bytes(data)
        yield f"{name}.json.gz  {len(data):,} bytes"


def asking(server: str, *, token: str, ca_file: str) -> Ask:
    """Return what asks a server over HTTPS."""
    context = ssl.create_default_context(cafile=ca_file)

    def ask(path: str, accept: str) -> Any:
        headers = {"accept": accept, "authorization": f"Bearer {token}"}
        request = urllib.request.Request(server + path, headers=headers)  # noqa: S310  the address is https
        with urllib.request.urlopen(request, context=context) as answer:  # noqa: S310
            return json.load(answer)

    return ask


def main() -> None:
    """Start a control plane, make the files, write them beside this module."""
    # Not needed by the server itself, which is why it is not imported with this module.
    from harness.clusters.envtest.binaries import find  # noqa: PLC0415
    from harness.clusters.envtest.control_plane import control_plane  # noqa: PLC0415

    # The controllers would add finalizers of theirs.
    with control_plane(dataclasses.replace(find(), controller_manager=None)) as plane:
        address = plane.address
        contents = data_files(asking(address.server, token=address.token or "", ca_file=address.ca_file or ""))
    folder = Path(str(files(__package__).joinpath("data")))
    for line in write(contents, folder):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
