"""What a client asks before it knows anything: groups, resources, version, health; and what is nowhere."""

from datetime import timedelta

import orjson
import pytest

from harness.apiserver import ServerSettings
from harness.apiserver.openapi import component

from .fronts import Api, CoreApi, ManualClock, new_server
from .samples import THINGS, thing

KINDS = "x-kubernetes-group-version-kind"


def test_the_core_and_the_groups_are_listed(bare: Api) -> None:
    """Kopf reads these three first."""
    groups = bare.get("/apis")

    assert ["v1"] == bare.get("/api").json["versions"]
    assert "application/json" == groups.headers["content-type"]
    names = [group["name"] for group in groups.json["groups"]]
    assert (20, "apiregistration.k8s.io", "apps") == (len(names), *names[:2])
    assert "apps/v1" == groups.json["groups"][1]["preferredVersion"]["groupVersion"]


def test_all_groups_come_in_one_document_that_can_be_kept(bare: Api) -> None:
    """A client such as kubectl asks with the tag of what it has."""
    asked = {"accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}

    first = bare.get("/apis", headers=asked)
    again = bare.get("/apis", headers=asked | {"if-none-match": first.headers["etag"]})

    assert "APIGroupDiscoveryList" == orjson.loads(first.text)["kind"]
    assert (304, b"") == (again.status, again.text)


def test_each_resource_says_what_can_be_done_with_it(bare: Api) -> None:
    """Kopf refuses a resource that cannot be listed, watched and patched."""
    rows = {row["name"]: row for row in bare.get("/api/v1").json["resources"]}

    assert ("Namespace", False, ["ns"]) == tuple(
        rows["namespaces"][key] for key in ("kind", "namespaced", "shortNames")
    )
    assert {"get", "list", "watch", "patch", "create", "update", "delete"} <= set(rows["events"]["verbs"])
    assert "namespaces/status" in rows


@pytest.mark.parametrize("path", ["/version", "/version/"])
def test_the_version_is_complete(bare: Api, path: str) -> None:
    """The official client validates it with pydantic: every field is a string that is there."""
    answer = bare.get(path).json

    wanted = [
        "major",
        "minor",
        "gitVersion",
        "gitCommit",
        "gitTreeState",
        "buildDate",
        "goVersion",
        "compiler",
        "platform",
    ]
    assert [] == [name for name in wanted if not isinstance(answer.get(name), str)]
    assert ("1", "36") == (answer["major"], answer["minor"])


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_health_is_plain_text(bare: Api, path: str) -> None:
    """Probes read the word."""
    assert (200, b"ok") == (bare.get(path).status, bare.get(path).text)


@pytest.mark.parametrize(
    "path", ["/apis/none.dev/v1/things", "/apis/none.dev", "/apis/ex.dev/v2/things", "/nowhere"]
)  # fmt: skip
def test_what_is_nowhere_is_plain_text(api: Api, path: str) -> None:
    """Not a Status: clients tell a missing API from a missing object by it."""
    answer = api.get(path)

    assert (404, b"404 page not found\n") == (answer.status, answer.text)


@pytest.mark.parametrize("path", ["/api/v1/none", "/api/v1/namespaces/default/pods/a/none", "/apis/apps/v1/pods"])
def test_what_a_known_version_does_not_have_is_a_status(bare: Api, path: str) -> None:
    """The version is served, so somebody can answer in its form."""
    answer = bare.get(path)

    assert (404, "NotFound", {}) == (answer.status, answer.json["reason"], answer.json["details"])


def test_what_needs_a_kubelet_says_that_it_is_not_served(bare: Api) -> None:
    """Not a success, and not a 404 that would look like a missing pod."""
    answer = bare.get("/api/v1/nodes/a/proxy")

    assert (501, "NotImplemented") == (answer.status, answer.json["reason"])


def test_every_built_in_kind_has_its_type(bare: Api) -> None:
    """Decoding, defaulting and merging go by it."""
    registry = bare.server._cluster.registry  # what the pipeline sees, not what a client does
    kinds = [(one.kind, component(one.model)) for one in registry.all()]

    assert 68 == len(kinds)
    assert [] == [kind for kind, schema in kinds if kind not in {one["kind"] for one in schema[KINDS]}]


def test_an_unknown_subresource_is_not_found(api: Api) -> None:
    """Scale is not served for this kind."""
    assert 404 == api.get(f"{THINGS}/one/scale").status


def test_a_collection_cannot_be_replaced(api: Api) -> None:
    """The server says so in two ways: custom resources are missing a name."""
    built_in = api.put("/api/v1/namespaces/default/configmaps", {})
    custom = api.put(THINGS, {})

    assert (405, "MethodNotAllowed") == (built_in.status, built_in.json["reason"])
    assert (400, "name must be provided") == (custom.status, custom.json["message"])


def test_events_are_one_kind_under_two_groups(bare: Api) -> None:
    """Kopf posts to the core, newer clients to events.k8s.io; both read what the other wrote."""
    posted = {
        "metadata": {"generateName": "e-", "namespace": "default"},
        "involvedObject": {"kind": "Thing", "name": "one"},
        "message": "hello",
        "reason": "Test",
        "type": "Normal",
        "source": {"component": "suite"},
    }

    name = bare.post("/api/v1/namespaces/default/events", posted).json["metadata"]["name"]
    read = bare.get(f"/apis/events.k8s.io/v1/namespaces/default/events/{name}").json
    found = bare.get("/api/v1/events", fieldSelector="involvedObject.name=one,reason=Test").json["items"]

    assert ("events.k8s.io/v1", "hello", "one") == (read["apiVersion"], read["note"], read["regarding"]["name"])
    assert "message" not in read
    assert [name] == [item["metadata"]["name"] for item in found]


def test_a_lease_is_taken_by_compare_and_set(bare: Api) -> None:
    """The claims of the orchestrator, and leader election: an unconditional update does not exist."""
    leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
    lease = bare.post(leases, {"metadata": {"name": "a"}, "spec": {"holderIdentity": "x"}}).json

    taken = bare.put(f"{leases}/a", lease | {"spec": {"holderIdentity": "y"}})
    late = bare.put(f"{leases}/a", lease | {"spec": {"holderIdentity": "z"}})
    blind = bare.put(f"{leases}/a", {"metadata": {"name": "a"}, "spec": {"holderIdentity": "z"}})

    assert [200, 409, 422] == [taken.status, late.status, blind.status]
    assert "y" == bare.get(f"{leases}/a").json["spec"]["holderIdentity"]


def test_requests_are_counted(api: Api) -> None:
    """Under the names that dashboards of kube-apiserver ask for."""
    api.post(f"{THINGS}", {})
    api.get(f"{THINGS}/none")
    api.get(f"{THINGS}/neither")

    counted = api.get("/metrics").text.decode()

    labels = 'component="apiserver",dry_run="",group="ex.dev",resource="things",scope="resource",subresource=""'
    assert f'apiserver_request_total{{code="400",{labels},verb="POST",version="v1"}} 1.0' in counted
    assert f'apiserver_request_total{{code="404",{labels},verb="GET",version="v1"}} 2.0' in counted
    assert 'apiserver_resource_objects{group="",resource="namespaces"} 4.0' in counted


def test_a_watch_is_counted_when_it_is_over(api: Api) -> None:
    """By the server's clock: where time is virtual, a minute that nobody waited for is a minute."""
    watch = api.watch(THINGS, timeoutSeconds="60")
    api.post(THINGS, thing())
    watch.take(1)
    running = api.get("/metrics").text.decode()
    api.advance(timedelta(seconds=60))
    ended = watch.ended()
    over = api.get("/metrics").text.decode()

    where = 'group="ex.dev",resource="things",scope="namespace",subresource="",verb="WATCH",version="v1"'
    open_ones = f'apiserver_longrunning_requests{{component="apiserver",{where}}} 1.0'
    took = f'apiserver_request_duration_seconds_sum{{component="apiserver",dry_run="",{where}}}'
    assert ended
    assert (True, False) == (open_ones in running, open_ones in over)
    assert (False, True) == (took in running, f"{took} 60.0" in over)
    assert 'apiserver_watch_events_total{group="ex.dev",resource="things",version="v1"} 1.0' in over


def test_the_server_has_a_service_of_its_own(bare: Api) -> None:
    """Made when Services are first asked for: before that, nothing of it has cost anything."""
    (service,) = bare.get("/api/v1/services").json["items"]
    again = bare.get("/api/v1/namespaces/default/services/kubernetes")

    assert ("kubernetes", "10.96.0.1") == (service["metadata"]["name"], service["spec"]["clusterIP"])
    assert service["metadata"]["resourceVersion"] == again.version


def test_the_service_of_the_server_is_in_the_range_of_services() -> None:
    """As with another ``--service-cluster-ip-range``."""
    clock = ManualClock()
    core = CoreApi(new_server(clock, ServerSettings(service_range="10.7.0.0/16")), clock)

    service = core.get("/api/v1/namespaces/default/services/kubernetes").json
    ranges = core.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes").json

    assert ("10.7.0.1", ["10.7.0.0/16"]) == (service["spec"]["clusterIP"], ranges["spec"]["cidrs"])
