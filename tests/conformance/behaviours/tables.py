"""Forms of replies: Tables and metadata, for every verb, and what is refused."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side
from ..tables import PARTIAL, PARTIAL_LIST, TABLE, asked, made
from ..workloads import path, workload


@behaviour
def what_rows_include(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map(a="1")), (api.things, thing())):
        one = made(api, collection, body)
        for wish in ("None", "Metadata", "Object", ""):
            asked(api, one, includeObject=wish)
            asked(api, collection, includeObject=wish)


@behaviour
def rows_that_include_what_there_is_not(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map()), (api.things, thing())):
        one = made(api, collection, body)
        asked(api, one, includeObject="Bad")
        asked(api, collection, includeObject="none")
        asked(api, f"{one}-not", includeObject="Bad")
        api.get(one, includeObject="Bad")


@behaviour
def a_write_whose_row_is_refused_is_done(api: Side) -> None:
    head = {"accept": TABLE}
    for collection, body in ((api.config_maps, config_map()), (api.things, thing())):
        api.request("POST", collection, body, head=head, query={"includeObject": "Bad"})
        api.get(f"{collection}/one")


@behaviour
def rows_of_what_is_written(api: Side) -> None:
    head = {"accept": TABLE}
    for collection, body in ((api.config_maps, config_map(a="1")), (api.things, thing())):
        one = f"{collection}/one"
        api.request("POST", collection, body, head=head)
        api.request("PUT", one, body | {"metadata": {"name": "one", "labels": {"a": "b"}}}, head=head)
        api.request("PATCH", one, {"metadata": {"labels": {"c": "d"}}}, head=head | MERGE)
        api.request("POST", collection, body, head=head)
        api.request("DELETE", one, head=head)


@behaviour
def rows_of_a_dry_run(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map()), (api.things, thing())):
        api.request("POST", collection, body, head={"accept": TABLE}, query={"dryRun": "All"})


@behaviour
def rows_of_a_deleted_object_that_stays(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map()), (api.things, thing())):
        body["metadata"]["finalizers"] = ["ex.dev/wait"]
        one = made(api, collection, body)
        api.request("DELETE", one, head={"accept": TABLE})
        asked(api, one)
        api.request("PATCH", one, {"metadata": {"finalizers": None}}, head={"accept": TABLE} | MERGE)


@behaviour
def rows_of_a_deleted_collection(api: Side) -> None:
    for collection, bodies in (
        (api.config_maps, [config_map("a"), config_map("b")]),
        (api.things, [thing("a"), thing("b")]),
    ):
        for body in bodies:
            api.setup(collection, body)
        api.request("DELETE", collection, head={"accept": TABLE}, query={"fieldSelector": "metadata.name=a"})
        api.request("DELETE", collection, head={"accept": PARTIAL_LIST}, query={"fieldSelector": "metadata.name=b"})


@behaviour
def an_empty_table(api: Side) -> None:
    for collection in (api.config_maps, api.things):
        asked(api, collection, labelSelector="none")
        asked(api, collection, PARTIAL_LIST, labelSelector="none")


@behaviour
def a_table_in_pages(api: Side) -> None:
    for collection, bodies in (
        (api.config_maps, [config_map(name) for name in "abc"]),
        (api.things, [thing(name) for name in "abc"]),
    ):
        for body in bodies:
            api.setup(collection, body)
        for accept in (TABLE, PARTIAL_LIST):
            first = api.request("GET", collection, head={"accept": accept}, query={"limit": "2"})
            asked(api, collection, accept, limit="2", **{"continue": first.json["metadata"]["continue"]})
        asked(api, collection, TABLE, limit="1", fieldSelector="metadata.name!=a")


@behaviour
def rows_by_selectors(api: Side) -> None:
    for collection, make in ((api.config_maps, config_map), (api.things, thing)):
        for name in "abc":
            api.setup(collection, make(name))
        asked(api, collection, fieldSelector="metadata.name=b")
        asked(api, collection, labelSelector="a in (b")


@behaviour
def the_old_version_of_tables(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map()), (api.things, thing())):
        one = made(api, collection, body)
        asked(api, one, TABLE.replace("v1", "v1beta1"))
        asked(api, one, PARTIAL.replace("v1", "v1beta1"))
        asked(api, collection, PARTIAL_LIST.replace("v1", "v1beta1"))


@behaviour
def as_kubectl_asks(api: Side) -> None:
    old = TABLE.replace("v1", "v1beta1")
    made(api, api.config_maps, config_map(a="1", b="2"))
    asked(api, api.config_maps, f"{TABLE},{old},application/json", limit="500")
    asked(api, f"{api.config_maps}/none", f"{TABLE},{old},application/json")


@behaviour
def a_table_in_yaml(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map(a="1")), (api.things, thing())):
        asked(api, made(api, collection, body), TABLE.replace("json", "yaml"))
        asked(api, collection, PARTIAL_LIST.replace("json", "yaml"))


@behaviour
def metadata_alone(api: Side) -> None:
    for collection, body in ((api.config_maps, config_map(a="1")), (api.things, thing())):
        body["metadata"] |= {"labels": {"a": "b"}, "annotations": {"c": "d"}}
        asked(api, made(api, collection, body), PARTIAL)
        asked(api, collection, PARTIAL_LIST)


@behaviour
def metadata_of_one_as_a_list_and_of_a_list_as_one(api: Side) -> None:
    for collection, body in (
        (api.config_maps, config_map()),
        (api.things, thing()),
        (path(api, "apps/v1", "deployments"), workload()),
    ):
        asked(api, made(api, collection, body), PARTIAL_LIST)
        asked(api, collection, PARTIAL)
    for group, plural in (
        ("rbac.authorization.k8s.io/v1", "roles"),
        ("networking.k8s.io/v1", "ingresses"),
        ("events.k8s.io/v1", "events"),
        ("discovery.k8s.io/v1", "endpointslices"),
        ("autoscaling/v1", "horizontalpodautoscalers"),
    ):
        asked(api, path(api, group, plural), PARTIAL)


@behaviour
def metadata_of_what_is_written(api: Side) -> None:
    head = {"accept": PARTIAL}
    for collection, body in ((api.config_maps, config_map(a="1")), (api.things, thing())):
        api.request("POST", collection, body, head=head)
        api.request("PATCH", f"{collection}/one", {"metadata": {"labels": {"c": "d"}}}, head=head | MERGE)
        api.request("DELETE", f"{collection}/one", head=head)


@behaviour
def rows_of_subresources(api: Side) -> None:
    deployments = path(api, "apps/v1", "deployments")
    one = made(api, deployments, workload())
    for part in ("status", "scale"):
        asked(api, f"{one}/{part}")
        asked(api, f"{one}/{part}", PARTIAL)
    asked(api, f"{made(api, api.things, thing())}/status")
    asked(api, f"{made(api, api.config_maps, config_map())}/status")


@behaviour
def what_has_no_rows(api: Side) -> None:
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    api.request("POST", reviews, review, head={"accept": TABLE})
    api.request("POST", reviews, review, head={"accept": f"{TABLE}, application/json"})
    api.request("POST", reviews, review, head={"accept": PARTIAL})
    accounts = api.core("serviceaccounts")
    api.setup(accounts, {"metadata": {"name": "one"}})
    api.request("POST", f"{accounts}/one/token", {"spec": {}}, head={"accept": TABLE})


@behaviour
def every_kind_has_its_columns(api: Side) -> None:
    groups = api.aside("GET", "/apis").json["groups"]
    paths = [f"/apis/{one['preferredVersion']['groupVersion']}" for one in groups if not one["name"].endswith(".dev")]
    for root in ("/api/v1", *paths):
        for row in api.aside("GET", root).json["resources"]:
            if "list" in row["verbs"] and row["name"] != "componentstatuses":
                found = api.aside("GET", f"{root}/{row['name']}", None, {"accept": TABLE}, limit="1").json
                api.note({row["name"]: found["columnDefinitions"]})
