"""APIServices: one for each group and version, those of definitions included."""

from typing import Any

from ..kinds import group_of, kind_of, path_of
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import MERGE, Side

SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
AUTOMANAGED = {"kube-aggregator.kubernetes.io/automanaged": "true"}


def service(name: str = "v1.mine.dev", *, labels: Any = None, **spec: Any) -> dict[str, Any]:
    """Return an APIService of the behaviour's own."""
    version, _, group = name.partition(".")
    given = {"group": group, "version": version, "groupPriorityMinimum": 8, "versionPriority": 7} | spec
    metadata = {"name": name} | ({"labels": labels} if labels else {})
    return {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": metadata, "spec": given}


def defined(api: Side) -> str:
    """Define a kind in the behaviour's group; return the path of what is registered, once it is."""
    api.aside("GET", SERVICES)
    api.defined(kind_of(api))
    path = f"{SERVICES}/v1.{group_of(api)}"
    api.in_time(path, lambda answer: answer.status == 200)
    return path


@behaviour
def the_group_of_a_definition(api: Side) -> None:
    path = defined(api)
    api.get(path)
    api.gone(path_of(api, kind_of(api)))
    api.in_time(path, lambda answer: answer.status == 404)
    api.get(path)


@behaviour
def versions_that_come_and_go(api: Side) -> None:
    path = defined(api)
    definition = path_of(api, kind_of(api))
    (first,) = kind_of(api)["spec"]["versions"]
    second = first | {"name": "v2", "storage": False}
    api.aside("PATCH", definition, {"spec": {"versions": [first, second]}}, MERGE)
    other = path.replace("v1.", "v2.")
    api.in_time(other, lambda answer: answer.status == 200)
    api.get(other)
    api.aside("PATCH", definition, {"spec": {"versions": [first, second | {"served": False}]}}, MERGE)
    api.in_time(other, lambda answer: answer.status == 404)
    api.get(path)
    api.gone(definition)


@behaviour
def two_kinds_of_one_group(api: Side) -> None:
    path = defined(api)
    other = kind_of(api, name="gadgets", kind="Gadget")
    api.defined(other)
    api.gone(path_of(api, kind_of(api)))
    api.in_time(path_of(api, kind_of(api)), lambda answer: answer.status == 404)
    api.get(path)
    api.gone(path_of(api, other))


@behaviour
def what_somebody_deletes_or_changes_is_set_right(api: Side) -> None:
    path = defined(api)
    before = api.peek(path).json["metadata"]["uid"]
    api.delete(path)
    api.in_time(path, lambda answer: answer.status == 200 and answer.json["metadata"]["uid"] != before)
    api.get(path)
    api.merge(path, {"spec": {"groupPriorityMinimum": 8}})
    api.in_time(path, lambda answer: answer.json["spec"]["groupPriorityMinimum"] == 1000)
    api.get(path)
    api.gone(path_of(api, kind_of(api)))


@behaviour
def one_of_ones_own(api: Side) -> None:
    api.at_end(lambda: api.aside("DELETE", f"{SERVICES}/v1.mine.dev"))
    api.post(SERVICES, service())
    api.get(f"{SERVICES}/v1.mine.dev")
    api.merge(f"{SERVICES}/v1.mine.dev", {"spec": {"versionPriority": 9}})
    api.post(SERVICES, service("v1.yours.dev", labels=AUTOMANAGED))
    api.in_time(f"{SERVICES}/v1.yours.dev", lambda answer: answer.status == 404)
    api.get(f"{SERVICES}/v1.yours.dev")
    api.delete(f"{SERVICES}/v1.mine.dev")


@behaviour
def unsound_ones(api: Side) -> None:
    for body in (
        service("v1.a.dev", version="v2"),
        service("v1.a.dev", group=""),
        service("V1.a.dev"),
        service("v2."),
        service("v1.-a"),
        service(groupPriorityMinimum=0, versionPriority=1001),
        service(groupPriorityMinimum=20001, versionPriority=-1),
        service(caBundle="aGk=", insecureSkipTLSVerify=True),
        service(service={}),
        service(service={"namespace": "a", "name": "b", "port": 0}),
        service(service={"namespace": "a", "name": "b"}, caBundle="aGk=", insecureSkipTLSVerify=True),
        service() | {"spec": {}},
    ):
        api.request("POST", SERVICES, body, query={"dryRun": "All"})


@behaviour
def the_status_of_one(api: Side) -> None:
    api.at_end(lambda: api.aside("DELETE", f"{SERVICES}/v1.status.dev"))
    api.post(SERVICES, service("v1.status.dev"))
    for status in ("Perhaps", "False"):
        found = {"conditions": [{"type": "Strange", "status": status}]}
        api.merge(f"{SERVICES}/v1.status.dev/status", {"status": found}, dryRun="All")


@behaviour
def the_paths_of_the_server(api: Side) -> None:
    """Those of the suite's definitions come and go; one is waited for."""
    created = kind_of(api)
    api.defined(created)
    wanted = f"/apis/{group_of(api)}/v1"
    api.in_time("/", lambda answer: wanted in answer.json["paths"])
    api.get("/")
    body = api.transcript[-1]["body"]
    body["paths"] = [one for one in body["paths"] if ".dev" not in one or wanted.startswith(one)]
    api.gone(f"{DEFINITIONS}/{created['metadata']['name']}")
