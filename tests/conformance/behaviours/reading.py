"""GET and LIST: selectors, pages, tables."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side


@behaviour
def get_what_is_not_there(api: Side) -> None:
    api.get(f"{api.things}/none")
    api.get(f"{api.config_maps}/none")
    api.get("/apis/ex.dev/v1/namespaces/default/others")
    api.get("/apis/no.such/v1/things")


@behaviour
def lists_of_a_custom_and_a_built_in_kind(api: Side) -> None:
    api.get(api.things)
    api.post(api.things, thing("b"))
    api.post(api.things, thing("a"))
    api.get(api.things)
    api.post(api.config_maps, config_map("m"))
    api.get(api.config_maps)


@behaviour
def label_selectors(api: Side) -> None:
    api.post(api.things, thing("a", metadata={"labels": {"tier": "web"}}))
    api.post(api.things, thing("b", metadata={"labels": {"tier": "db"}}))
    for text in ("tier=web", "tier!=web", "tier in (web,db)", "!tier", "tier", "tier notin (db)", "tier==db"):
        api.get(api.things, labelSelector=text)


@behaviour
def bad_label_selectors(api: Side) -> None:
    for text in ("tier in web", "=x", "a=b=c", "tier in (", "a,,b"):
        api.get(api.things, labelSelector=text)


@behaviour
def field_selectors(api: Side) -> None:
    api.post(api.things, thing("a"))
    api.post(api.things, thing("b", owner="bob"))
    for text in ("spec.owner=bob", "metadata.name=a", "spec.owner!=bob", f"metadata.namespace={api.namespace}"):
        api.get(api.things, fieldSelector=text)


@behaviour
def bad_field_selectors(api: Side) -> None:
    for text in ("spec.size=1", "spec.owner", "status.phase=New"):
        api.get(api.things, fieldSelector=text)


@behaviour
def pages(api: Side) -> None:
    for name in "abc":
        api.post(api.things, thing(name))
    page = api.get(api.things, limit="2")
    api.get(api.things, limit="2", **{"continue": page.json["metadata"]["continue"]})


@behaviour
def a_bad_continue_token(api: Side) -> None:
    api.get(api.things, limit="2", **{"continue": "nonsense"})


@behaviour
def a_bad_version_in_a_list(api: Side) -> None:
    api.get(api.things, resourceVersion="abc")
    api.get(api.things, resourceVersionMatch="Exact")
    api.get(api.things, resourceVersion="1", resourceVersionMatch="Odd")


@behaviour
def a_table(api: Side) -> None:
    api.post(api.things, thing())
    table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    api.request("GET", f"{api.things}/one", head={"accept": table}, query={"includeObject": "None"})
