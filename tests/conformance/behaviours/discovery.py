"""What a client asks before it knows anything."""

from typing import Any

from ..samples import DEFINITIONS, definition, thing
from ..script import behaviour
from ..side import Side

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def accepting(text: str) -> dict[str, str]:
    return {"accept": text}


def own_groups(api: Side, path: str, head: Any = None) -> None:
    """Ask for a list of groups, of which those of the suite's definitions are left out: they come and go."""
    answer = api.request("GET", path, head=head)
    body = api.transcript[-1]["body"]
    key = "groups" if "groups" in answer.json else "items"
    body[key] = [one for one in body[key] if ".dev" not in (one.get("name") or one["metadata"].get("name", ""))]


def own_group(api: Side, name: str, **version: Any) -> str:
    """Define a kind in a group of its own."""
    created = definition(**version)
    created["spec"]["group"] = f"{name}.dev"
    created["metadata"]["name"] = f"things.{name}.dev"
    return created


def release(api: Side, path: str, head: Any) -> None:
    """Ask for the version; which build it is differs, and is left out."""
    if api.request("GET", path, head=head).status == 200:
        for field in ("gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform"):
            assert isinstance(api.transcript[-1]["body"].pop(field), str)


@behaviour
def core_versions(api: Side) -> None:
    api.get("/api")


@behaviour
def groups(api: Side) -> None:
    own_groups(api, "/apis")


@behaviour
def each_version(api: Side) -> None:
    """Every built-in resource, subresource, verb, short name, category and storage version."""
    found = [group for group in _ask(api, "/apis")["groups"] if not group["name"].endswith(".dev")]
    for group in found:
        api.get(f"/apis/{group['name']}")
        for version in group["versions"]:
            api.get(f"/apis/{version['groupVersion']}")
    api.get("/api/v1")


def _ask(api: Side, path: str) -> Any:
    answer = api.get(path)
    api.transcript.pop()
    return answer.json


@behaviour
def trailing_slashes(api: Side) -> None:
    own_groups(api, "/apis/")
    for path in ("/api/", "/apis/apps/", "/apis/apps/v1/", "/api/v1/"):
        api.get(path)


@behaviour
def all_in_one_document(api: Side) -> None:
    own_groups(api, "/apis", accepting(f"{AGGREGATED},application/json"))
    own_groups(api, "/api", accepting(AGGREGATED))


@behaviour
def all_in_one_document_of_a_profile(api: Side) -> None:
    """What client-go of 1.35 and later asks for."""
    own_groups(api, "/apis", accepting(f"{AGGREGATED};profile=nopeer"))


@behaviour
def the_one_document_again(api: Side) -> None:
    api.again("/api", accepting(AGGREGATED))
    api.again("/apis", accepting(AGGREGATED))


@behaviour
def older_forms_of_the_one_document(api: Side) -> None:
    for form in ("v=v2beta1;as=APIGroupDiscoveryList", "v=v3;as=APIGroupDiscoveryList", "v=v2;as=Other"):
        api.request("GET", "/apis", head=accepting(f"application/json;g=apidiscovery.k8s.io;{form}"))


@behaviour
def an_older_form_with_a_way_out(api: Side) -> None:
    older = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
    own_groups(api, "/apis", accepting(f"{older},application/json"))
    own_groups(api, "/apis", accepting(f"{older},{AGGREGATED},application/json"))


@behaviour
def the_one_document_where_there_is_none(api: Side) -> None:
    for accept in (AGGREGATED, f"{AGGREGATED},application/json"):
        for path in ("/apis/apps", "/apis/apps/v1", "/api/v1"):
            api.request("GET", path, head=accepting(accept))
        release(api, "/version", accepting(accept))


@behaviour
def media_types_that_are_not_made(api: Side) -> None:
    for accept in ("text/html", "application/json;as=Table;v=v1;g=meta.k8s.io"):
        for path in ("/api", "/apis", "/apis/apps", "/apis/apps/v1"):
            api.request("GET", path, head=accepting(accept))
        release(api, "/version", accepting(accept))


@behaviour
def wildcards(api: Side) -> None:
    for accept in ("*/*", "application/*", "text/plain,application/json", "text/html, */*"):
        api.request("GET", "/api/v1", head=accepting(accept))
        api.request("GET", "/apis/apps", head=accepting(accept))


@behaviour
def methods_of_the_core(api: Side) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path in ("/api", "/api/v1", "/apis/apps/v1", "/version"):
            api.request(method, path)


@behaviour
def methods_of_the_groups(api: Side) -> None:
    """The aggregator answers to any."""
    for method in ("POST", "DELETE", "PATCH", "OPTIONS"):
        own_groups_of(api, method)
        api.request(method, "/apis/apps")


def own_groups_of(api: Side, method: str) -> None:
    api.request(method, "/apis")
    body = api.transcript[-1]["body"]
    body["groups"] = [one for one in body["groups"] if not one["name"].endswith(".dev")]


@behaviour
def what_is_not_there(api: Side) -> None:
    for path in (
        "/api/v2",
        "/apis/apps/v2",
        "/apis/none.dev",
        "/apis/none.dev/v1",
        "/apis/none.dev/v1/things",
        "/api/v2/pods",
    ):
        api.get(path)
        api.post(path, {})
    for path in (
        "/apis/ex.dev/v9",
        "/apis/ex.dev/v9/things",
        "/apis/ex.dev/v1/none",
        "/nowhere",
        "/apix",
        "/api/v1/none",
    ):
        api.get(path)


@behaviour
def version(api: Side) -> None:
    """Which build it is differs, and is left out."""
    for path in ("/version", "/version/"):
        release(api, path, None)


@behaviour
def the_group_of_a_definition(api: Side) -> None:
    created = own_group(api, "discovered", subresources={"status": {}})
    created["spec"]["names"] |= {"shortNames": ["th", "tg"], "categories": ["all", "ours"], "singular": "thingy"}
    api.defined(created)
    api.get("/apis/discovered.dev")
    api.get("/apis/discovered.dev/v1")
    api.gone(f"{DEFINITIONS}/things.discovered.dev")


@behaviour
def several_versions_of_a_definition(api: Side) -> None:
    created = own_group(api, "versioned")
    (one,) = created["spec"]["versions"]
    more = [("v1beta1", True), ("v2alpha1", True), ("v2", False), ("v10", True), ("other", True), ("v1beta2", True)]
    created["spec"]["versions"] += [one | {"name": name, "storage": False, "served": on} for name, on in more]
    created["spec"]["scope"] = "Cluster"
    api.defined(created, version="v1")
    api.in_time("/apis/versioned.dev", lambda answer: len(answer.json["versions"]) == 6)
    api.get("/apis/versioned.dev")
    for name in ("v1", "v1beta1", "v2alpha1", "v2", "v10", "other"):
        api.get(f"/apis/versioned.dev/{name}")
    api.gone(f"{DEFINITIONS}/things.versioned.dev")


@behaviour
def a_definition_in_the_one_document(api: Side) -> None:
    created = own_group(api, "aggregated", subresources={"status": {}})
    created["spec"]["names"] |= {"shortNames": ["th"], "categories": ["all"]}
    api.defined(created)
    answer = api.request("GET", "/apis", head=accepting(AGGREGATED))
    mine = [one for one in answer.json["items"] if one["metadata"]["name"] == "aggregated.dev"]
    api.transcript[-1]["body"] = mine
    api.gone(f"{DEFINITIONS}/things.aggregated.dev")


@behaviour
def methods_of_a_built_in_resource(api: Side) -> None:
    pods = f"/api/v1/namespaces/{api.namespace}/pods"
    for method in ("PUT", "PATCH", "OPTIONS"):
        api.request(method, pods, {})
    for method in ("POST", "OPTIONS"):
        api.request(method, f"{pods}/a", {})
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        api.request(method, "/api/v1/pods", {})
        api.request(method, "/api/v1/pods/a", {})
    for path in (
        f"{pods}/a/none",
        f"{pods}/a/status/more",
        "/api/v1/namespaces/default/nodes",
        "/api/v1/nodes/a/eviction",
    ):
        api.get(path)


@behaviour
def methods_of_subresources(api: Side) -> None:
    pod = f"/api/v1/namespaces/{api.namespace}/pods/a"
    for method in ("POST", "DELETE"):
        api.request(method, f"{pod}/status", {})
        api.request(method, f"{pod}/ephemeralcontainers", {})
        api.request(method, f"/api/v1/namespaces/{api.namespace}/finalize", {})
    for part in ("eviction", "binding"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            api.request(method, f"{pod}/{part}", {})
    api.get(f"/api/v1/namespaces/{api.namespace}/serviceaccounts/a/token")


@behaviour
def methods_of_what_keeps_nothing(api: Side) -> None:
    for path in ("/apis/authentication.k8s.io/v1/tokenreviews", f"/api/v1/namespaces/{api.namespace}/bindings"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            api.request(method, path, {})
            api.request(method, f"{path}/a", {})


@behaviour
def methods_of_a_custom_resource(api: Side) -> None:
    for method in ("PUT", "OPTIONS"):
        api.request(method, api.things, {})
    api.merge(api.things, {})
    api.post(f"{api.things}/other", thing())
    for method in ("POST", "DELETE"):
        api.request(method, f"{api.things}/one/status", {})
    for method in ("GET", "POST"):
        api.request(method, f"{api.things}/one/scale", {})
        api.request(method, f"{api.things}/one/none", {})
        api.request(method, "/apis/ex.dev/v1/things/one", {})
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        api.request(method, "/apis/ex.dev/v1/things", {})


@behaviour
def paths_that_go_on(api: Side) -> None:
    """Behind the subresource; what serves custom objects does not look there."""
    api.setup(api.things, thing())
    api.setup(api.config_maps, {"metadata": {"name": "one"}})
    for path in (
        f"{api.things}/one",
        f"{api.config_maps}/one",
        f"/api/v1/namespaces/{api.namespace}",
        "/api/v1/nodes/one",
    ):
        for rest in ("status/more", "status/more/x/y", "none/more", "scale/x", "status/more/"):
            for method in ("GET", "DELETE", "POST"):
                api.request(method, f"{path}/{rest}", {} if method != "GET" else None)
    api.merge(f"{api.things}/one/status/more", {"status": {"phase": "New"}})
    api.get("/apis/ex.dev/v1/things/one/status/more")


@behaviour
def each_document_in_other_formats(api: Side) -> None:
    for media in (
        "application/yaml",
        "application/vnd.kubernetes.protobuf",
        "text/html;q=0.9, application/yaml;q=0.8, */*;q=0.1",
    ):
        for path in (
            "/api",
            "/api/v1",
            "/apis/apps",
            "/apis/apps/v1",
            "/apis/ex.dev",
            "/apis/ex.dev/v1",
            "/apis/rbac.authorization.k8s.io/v1",
        ):
            api.request("GET", path, head=accepting(media))
        api.request("GET", "/", head=accepting(media))
        body = api.transcript[-1]["body"]
        api.transcript[-1]["body"] = sorted(body)
        release(api, "/version", accepting(media))
        groups_in(api, "/apis", media)


@behaviour
def the_one_document_in_other_formats(api: Side) -> None:
    parameters = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    for media in ("application/yaml", "application/vnd.kubernetes.protobuf"):
        api.request("GET", "/api", head=accepting(f"{media};{parameters}"))
        groups_in(api, "/apis", f"{media};{parameters}")
        api.again("/api", accepting(f"{media};{parameters}"))
        for path in ("/apis/apps", "/api/v1"):
            api.request("GET", path, head=accepting(f"{media};{parameters}"))


def groups_in(api: Side, path: str, accept: str) -> None:
    """Ask for groups in another format, and leave out those of definitions, which come and go."""
    api.request("GET", path, head=accepting(accept))
    (body,) = api.transcript[-1]["body"].values()
    key = "groups" if "groups" in body else "items"
    body[key] = [one for one in body[key] if ".dev" not in (one.get("name") or one["metadata"].get("name", ""))]
