"""Who asks, and what is beside the objects."""

from ..samples import thing
from ..script import behaviour
from ..side import Side


@behaviour
def a_token_that_nobody_has(api: Side) -> None:
    api.request("GET", api.things, head={"authorization": "Bearer nonsense"})


@behaviour
def verbs_that_a_path_does_not_know(api: Side) -> None:
    api.request("PUT", api.things, thing())
    api.request("POST", f"{api.things}/one", thing())


@behaviour
def discovery_of_a_group(api: Side) -> None:
    api.get("/apis/ex.dev")
    api.get("/apis/ex.dev/v1")


@behaviour
def health(api: Side) -> None:
    for path in ("/readyz", "/livez", "/healthz"):
        api.get(path)


@behaviour
def namespaces(api: Side) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"{api.namespace}-more"}}
    api.post("/api/v1/namespaces", body)
    api.post("/api/v1/namespaces", body | {"metadata": {"name": "Upper"}})
