"""Rows of nodes."""

from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import UNKNOWN, age
from harness.apiserver.printers.reading import at, items, name, pairs, text
from harness.apiserver.printers.words import NONE

_ROLE_PREFIX: Final = "node-role.kubernetes.io/"
_ROLE_LABEL: Final = "kubernetes.io/role"


def node_cells(node: Object, now: datetime) -> list[Json]:
    """Return the cells of a node."""
    info = pairs(node, "status", "nodeInfo")
    kernel = text(info, "kernelVersion") or UNKNOWN
    architecture = text(info, "architecture")
    return [
        name(node),
        _status(node),
        ",".join(_roles(node)) or NONE,
        age(node, now),
        text(info, "kubeletVersion"),
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        text(info, "osImage") or UNKNOWN,
        f"{kernel} ({architecture})" if architecture else kernel,
        text(info, "containerRuntimeVersion") or UNKNOWN,
    ]


def _status(node: Object) -> str:
    found = [one for one in items(node, "status", "conditions") if one.get("type") == "Ready"]
    words = [("Ready" if found[-1].get("status") == "True" else "NotReady") if found else "Unknown"]
    if at(node, "spec", "unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(node: Object) -> list[str]:
    found = set()
    for label, value in pairs(node, "metadata", "labels").items():
        if label.startswith(_ROLE_PREFIX):
            found.add(label.removeprefix(_ROLE_PREFIX))
        elif label == _ROLE_LABEL:
            found.add(value)
    return sorted(found - {""})


def _address(node: Object, kind: str) -> str:
    found = (one for one in items(node, "status", "addresses") if one.get("type") == kind)
    return next((text(one, "address") for one in found), NONE)
