"""Make ``columns.json`` out of a real kube-apiserver: ``python -m harness.apiserver.printers.generate``.

Needs the programs of ``make envtest`` (or KUBEBUILDER_ASSETS); starts a control plane of its own, asks it for a Table of each
built-in resource, writes the file and takes it down. The same release gives the same file; tests/conformance holds the
committed one to that.
"""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import orjson

from harness.apiserver.openapi.data import read
from harness.apiserver.openapi.generate import Ask, asking

_TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"
_PARTS: Final = ("name", "type", "format", "description", "priority")


def columns(ask: Ask) -> dict[str, Any]:
    """Return the columns of each resource by ``group/plural``; descriptions are numbers of ``texts``, which recur."""
    texts: list[str] = []
    found: dict[str, list[list[Any]]] = {}
    for group in read("resources"):
        for version in group["versions"]:
            for row in version["resources"]:
                name = f"{group['group']}/{row['plural']}"
                if "list" not in row["verbs"] or name in found:
                    continue
                root = f"/apis/{group['group']}" if group["group"] else "/api"
                table = ask(f"{root}/{version['version']}/{row['plural']}?limit=1", _TABLE)
                found[name] = [_row(one, texts) for one in table["columnDefinitions"]]
    return {"texts": texts, **dict(sorted(found.items()))}


def _row(definition: dict[str, Any], texts: list[str]) -> list[Any]:
    text = definition["description"]
    if text not in texts:
        texts.append(text)
    return [texts.index(text) if part == "description" else definition[part] for part in _PARTS]


def written(found: dict[str, Any]) -> bytes:
    """Return the file: one text or column a line."""
    parts = []
    for name, rows in found.items():
        listed = ",\n".join(orjson.dumps(row).decode() for row in rows)
        parts.append(f'"{name}": [\n{listed}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def main() -> None:
    """Start a control plane, make the file, write it beside this module."""
    # Not needed by the server itself, which is why it is not imported with this module.
    from harness.clusters.envtest.binaries import find  # noqa: PLC0415
    from harness.clusters.envtest.control_plane import control_plane  # noqa: PLC0415

    with control_plane(find()) as plane:
        address = plane.address
        ask = asking(address.server, token=address.token or "", ca_file=address.ca_file or "")
        data = written(columns(ask))
    Path(str(files(__package__).joinpath("columns.json"))).write_bytes(data)
    sys.stdout.write(f"columns.json  {len(data):,} bytes\n")


if __name__ == "__main__":
    main()
