"""Make ``policy.json`` out of a real kube-apiserver: ``python -m harness.apiserver.access.generate``.

Needs the programs of ``make envtest`` (or KUBEBUILDER_ASSETS); starts a control plane of its own, asks it, writes the file
and takes it down. The same release gives the same file; tests/conformance holds the committed one to that.
"""

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import orjson

from harness.apiserver.access.policy import BOOTSTRAPPING, GROUP
from harness.apiserver.openapi.generate import Ask, asking

_PLURALS: Final = ("clusterroles", "roles", "clusterrolebindings", "rolebindings")


def policy(ask: Ask) -> dict[str, list[Any]]:
    """Return the bootstrap objects of a server, by plural and name."""
    return {
        plural: list(_objects(ask(f"/apis/{GROUP}/v1/{plural}", "application/json")["items"])) for plural in _PLURALS
    }


def _objects(items: list[Any]) -> Iterator[Any]:
    for item in items:
        metadata = item["metadata"]
        labels = dict(metadata.get("labels", {}))
        if labels.pop(BOOTSTRAPPING, None) is None:
            continue
        content = {key: part for key, part in item.items() if key not in {"metadata", "kind", "apiVersion"}}
        if "aggregationRule" in content:
            content["rules"] = None  # gathered by the controller manager, if there is one
        place = {"namespace": metadata["namespace"]} if "namespace" in metadata else {}
        yield {"name": metadata["name"], **place, **({"labels": labels} if labels else {}), **content}


def written(found: dict[str, list[Any]]) -> bytes:
    """Return the file: one object a line."""
    lines = []
    for plural, rows in found.items():
        listed = ",\n".join(orjson.dumps(row).decode() for row in rows)
        lines.append(f'"{plural}": [\n{listed}\n]')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def main() -> None:
    """Start a control plane, make the file, write it beside this module."""
    # Not needed by the server itself, which is why it is not imported with this module.
    from harness.clusters.envtest.binaries import find  # noqa: PLC0415
    from harness.clusters.envtest.control_plane import control_plane  # noqa: PLC0415

    with control_plane(find()) as plane:
        address = plane.address
        ask = asking(address.server, token=address.token or "", ca_file=address.ca_file or "")
        data = written(policy(ask))
    Path(str(files(__package__).joinpath("policy.json"))).write_bytes(data)
    sys.stdout.write(f"policy.json  {len(data):,} bytes\n")


if __name__ == "__main__":
    main()
