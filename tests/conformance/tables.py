"""Objects shown as rows: made, brought into a state, asked for as a Table."""

from typing import Any

from .side import MERGE, Side

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

LONG_AGO = "1700-03-04T05:06:07Z"
"""Longer than the 292 years that Go can count: its age is the same on every clock."""


def asked(api: Side, path: str, accept: str = TABLE, **query: str) -> None:
    """Ask for something in another form than the plain one."""
    api.request("GET", path, head={"accept": accept}, query=query)


def made(api: Side, path: str, body: Any, status: Any = None) -> str:
    """Create an object and write its status, which is no part of the behaviour; return its path."""
    api.setup(path, body)
    found = f"{path}/{body['metadata']['name']}"
    if status is not None:
        answer = api.aside("PATCH", f"{found}/status", {"status": status}, MERGE)
        assert answer.status == 200, answer.text
    return found


def shown(api: Side, path: str, body: Any, *states: Any) -> None:
    """Create an object and ask for its row: as it is, or in each of the states that its status is brought to."""
    found = made(api, path, body)
    if not states:
        asked(api, found, includeObject="None")
    for status in states:
        answer = api.aside("PATCH", f"{found}/status", {"status": status}, MERGE)
        assert answer.status == 200, answer.text
        asked(api, found, includeObject="None")
