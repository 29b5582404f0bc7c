"""Rows of role bindings. Roles have no printer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, text


def _binding(value: Object, now: datetime) -> list[Json]:
    role = at(value, "roleRef")
    subjects = items(value, "subjects")
    named = {kind: [text(one, "name") for one in subjects if one.get("kind") == kind] for kind in ("User", "Group")}
    accounts = [
        f"{text(one, 'namespace')}/{text(one, 'name')}" for one in subjects if one.get("kind") == "ServiceAccount"
    ]
    return [
        name(value),
        f"{text(role, 'kind')}/{text(role, 'name')}",
        age(value, now),
        ", ".join(named["User"]),
        ", ".join(named["Group"]),
        ", ".join(accounts),
    ]


CELLS: Final[Mapping[str, Cells]] = {"clusterrolebindings": _binding, "rolebindings": _binding}
