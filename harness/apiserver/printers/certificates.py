"""Rows of certificate signing requests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age, human_duration
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, text
from harness.apiserver.printers.words import NONE


def _request(value: Object, now: datetime) -> list[Json]:
    lasting = at(value, "spec", "expirationSeconds")
    return [
        name(value),
        age(value, now),
        text(value, "spec", "signerName") or NONE,
        text(value, "spec", "username"),
        NONE if lasting is None else human_duration(lasting),
        _state(value),
    ]


def _state(request: Object) -> str:
    kinds = [one.get("type") for one in items(request, "status", "conditions")]
    words = ["Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"]
    words += ["Failed"] if "Failed" in kinds else []
    words += ["Issued"] if text(request, "status", "certificate") else []
    return ",".join(words)


CELLS: Final[Mapping[str, Cells]] = {"certificatesigningrequests": _request}
