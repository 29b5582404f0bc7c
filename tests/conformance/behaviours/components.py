"""Whether what runs beside the API server is well: a kind that is long deprecated, and that people still ask for."""

from typing import Any

from ..script import behaviour
from ..side import Side

PATH = "/api/v1/componentstatuses"


def listed(api: Side, head: Any = None, **query: str) -> None:
    """List them; the real server gives them in any order."""
    api.request("GET", PATH, head=head, query=query)
    body = api.transcript[-1]["body"]
    for rows, name in (("items", lambda one: one["metadata"]["name"]), ("rows", lambda one: one["cells"][0])):
        if rows in body:
            body[rows] = sorted(body[rows], key=name)


@behaviour
def each_by_name(api: Side) -> None:
    for name in ("scheduler", "controller-manager", "etcd-0", "none"):
        api.get(f"{PATH}/{name}")
    api.request("GET", f"{PATH}/etcd-0", head={"accept": "application/yaml"})
    api.get(f"{PATH}/etcd-0", resourceVersion="x")


@behaviour
def all_of_them(api: Side) -> None:
    listed(api)
    for form in ("Table", "PartialObjectMetadataList"):
        listed(api, {"accept": f"application/json;as={form};g=meta.k8s.io;v=v1"})


@behaviour
def some_of_them(api: Side) -> None:
    for query in (
        {"labelSelector": "a=b"},
        {"labelSelector": "!a", "fieldSelector": "metadata.name!=etcd-0"},
        {"fieldSelector": "metadata.name=scheduler"},
        {"fieldSelector": "metadata.namespace=x"},
        {"limit": "1"},
        {"resourceVersion": "x"},
        {"resourceVersion": "5", "resourceVersionMatch": "Exact"},
    ):
        listed(api, **query)
    for query in ({"labelSelector": "a b c"}, {"fieldSelector": "x=y"}, {"watch": "1"}, {"limit": "x"}):
        api.get(PATH, **query)


@behaviour
def nothing_else_can_be_done(api: Side) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        api.request(method, PATH, {})
        api.request(method, f"{PATH}/scheduler", {})
    api.get("/api/v1/watch/componentstatuses")
    api.get(f"{PATH}/scheduler/status")
