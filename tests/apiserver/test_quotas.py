"""Limit ranges and quotas count at once here; the real server learns of them from a watch, so no script can compare it."""

from datetime import timedelta
from typing import Any

from harness.apiserver import ServerSettings

from .fronts import Api, ManualClock, core_front

BASE = "/api/v1/namespaces/default"
PODS = f"{BASE}/pods"


def pod(name: str = "one", **resources: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "main", "image": "x:1", "resources": resources}]},
    }


def quota(api: Api, **hard: str) -> None:
    """Create a quota that has been counted."""
    api.post(f"{BASE}/resourcequotas", {"metadata": {"name": "all"}, "spec": {"hard": hard}})
    api.merge(f"{BASE}/resourcequotas/all/status", {"status": {"hard": hard, "used": dict.fromkeys(hard, "0")}})


def used(api: Api) -> dict[str, str]:
    found: dict[str, str] = api.get(f"{BASE}/resourcequotas/all").json["status"]["used"]
    return found


def test_a_quota_counts_objects(bare: Api) -> None:
    """The second config map is refused, in the words that people know."""
    quota(bare, configmaps="1")
    bare.post(f"{BASE}/configmaps", {"metadata": {"name": "a"}})

    answer = bare.post(f"{BASE}/configmaps", {"metadata": {"name": "b"}})

    assert {"configmaps": "1"} == used(bare)
    assert (403, 'configmaps "b" is forbidden: exceeded quota: all, requested: configmaps=1, used: configmaps=1, limited: configmaps=1') == (
        answer.status,
        answer.json["message"],
    )  # fmt: skip


def test_a_quota_adds_up_what_pods_ask_for(bare: Api) -> None:
    """In canonical amounts."""
    quota(bare, **{"requests.cpu": "1", "pods": "5"})
    bare.post(PODS, pod(requests={"cpu": "600m"}))

    answer = bare.post(PODS, pod("two", requests={"cpu": "600m"}))

    assert {"requests.cpu": "600m", "pods": "1"} == used(bare)
    assert answer.json["message"].endswith(
        "requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1"
    )


def test_a_quota_on_amounts_wants_them_said(bare: Api) -> None:
    """Or it could not count."""
    quota(bare, **{"limits.memory": "1Gi"})

    answer = bare.post(PODS, pod())

    assert 'pods "one" is forbidden: failed quota: all: must specify limits.memory for: main' == answer.json["message"]


def test_a_quota_that_was_not_counted_yet_lets_nothing_in(bare: Api) -> None:
    """Its status says what is allowed, and not yet what is used."""
    quota(bare, services="1")
    bare.merge(f"{BASE}/resourcequotas/all/status", {"status": {"used": None}})

    answer = bare.post(f"{BASE}/services", {"metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}]}})

    assert 'services "a" is forbidden: status unknown for quota: all, resources: services' == answer.json["message"]


def test_a_dry_run_is_not_counted(bare: Api) -> None:
    """It is only asked whether there is room."""
    quota(bare, configmaps="1")
    answer = bare.request("POST", f"{BASE}/configmaps", {"metadata": {"name": "a"}}, query={"dryRun": "All"})

    assert 201 == answer.status
    assert {"configmaps": "0"} == used(bare)


def test_a_service_that_becomes_a_node_port_is_counted_again(bare: Api) -> None:
    """An update may use more than before."""
    quota(bare, **{"services.nodeports": "0"})
    bare.post(f"{BASE}/services", {"metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}]}})

    answer = bare.merge(f"{BASE}/services/a", {"spec": {"type": "NodePort"}})

    assert 403 == answer.status
    assert "exceeded quota: all, requested: services.nodeports=1" in answer.json["message"]


SERVICES = f"{BASE}/services"
NO_TIME = timedelta()


def ruled(api: Api, **hard: str) -> None:
    """Create a quota, and let its controller count."""
    api.post(f"{BASE}/resourcequotas", {"metadata": {"name": "all"}, "spec": {"hard": hard}})
    api.advance(NO_TIME)


def service(name: str, ports: int) -> dict[str, Any]:
    listed = [{"name": f"p{index}", "port": index + 1} for index in range(ports)]
    return {"metadata": {"name": name}, "spec": {"type": "NodePort", "ports": listed}}


def test_a_quota_is_counted_by_itself_and_gives_back(bare: Api) -> None:
    """Nobody has to write its status, and what goes makes room: at once, as nothing has to come from a watch."""
    ruled(bare, configmaps="1")
    bare.post(f"{BASE}/configmaps", {"metadata": {"name": "a"}})
    refused = bare.post(f"{BASE}/configmaps", {"metadata": {"name": "b"}})
    bare.delete(f"{BASE}/configmaps/a")
    bare.advance(NO_TIME)

    assert 403 == refused.status
    assert {"configmaps": "0"} == used(bare)
    assert 201 == bare.post(f"{BASE}/configmaps", {"metadata": {"name": "b"}}).status


def test_counting_is_work_that_a_quiescence_point_waits_for(settings: ServerSettings) -> None:
    """Or a scenario would look at a quota that is not filled in yet, and that bounds nothing."""
    with core_front(ManualClock(), settings) as api:
        api.post(f"{BASE}/resourcequotas", {"metadata": {"name": "all"}, "spec": {"hard": {"pods": "1"}}})
        before = api.server.busy()
        api.server.step()

        assert "count of quota all in default" == before
        assert api.server.busy() is None


def test_a_cluster_at_rest_has_no_appointment_for_quotas(bare: Api) -> None:
    """The real controller counts everything every five minutes; in virtual time that would never end."""
    ruled(bare, configmaps="1")
    bare.post(f"{BASE}/configmaps", {"metadata": {"name": "a"}})
    bare.delete(f"{BASE}/configmaps/a")
    bare.advance(NO_TIME)

    assert bare.server.next_deadline is None


def test_what_no_event_tells_is_found_when_everything_is_counted(bare: Api) -> None:
    """A service that loses a port keeps its type, which is all that the real controller looks at."""
    ruled(bare, **{"services.nodeports": "3"})
    bare.post(SERVICES, service("a", 3))
    bare.merge(f"{SERVICES}/a", {"spec": service("a", 1)["spec"]})
    bare.advance(timedelta(minutes=4))
    early = used(bare)
    bare.advance(timedelta(minutes=1))

    assert {"services.nodeports": "3"} == early
    assert {"services.nodeports": "1"} == used(bare)
    assert bare.server.next_deadline is None


def test_a_pod_that_does_not_go_stops_to_count(bare: Api) -> None:
    """Its node may be lost; whoever wants to replace it should not have to wait for that."""
    ruled(bare, pods="1", **{"count/pods": "5"})
    held = pod()
    held["metadata"]["finalizers"] = ["ex.dev/held"]
    bare.post(PODS, held)
    bare.delete(f"{PODS}/one")
    bare.advance(timedelta(minutes=5))

    assert {"pods": "0", "count/pods": "1"} == used(bare)


def test_a_limit_range_gives_defaults(bare: Api) -> None:
    """And notes that it did."""
    limit = {"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"}}
    bare.post(f"{BASE}/limitranges", {"metadata": {"name": "all"}, "spec": {"limits": [limit]}})

    created = bare.post(PODS, pod()).json

    assert {"limits": {"cpu": "500m"}, "requests": {"cpu": "100m"}} == created["spec"]["containers"][0]["resources"]
    assert {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container main; cpu limit for container main"
    } == created["metadata"]["annotations"]


def test_a_limit_range_refuses_what_is_too_much(bare: Api) -> None:
    """In the words of LimitRanger."""
    limit = {"type": "Container", "max": {"memory": "1Gi"}}
    bare.post(f"{BASE}/limitranges", {"metadata": {"name": "all"}, "spec": {"limits": [limit]}})

    answer = bare.post(PODS, pod(limits={"memory": "2Gi"}))

    assert (
        'pods "one" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi' == answer.json["message"]
    )


def test_a_limit_range_bounds_pods_and_claims(bare: Api) -> None:
    """Sums of containers, and requests for storage."""
    limits = [
        {"type": "Pod", "max": {"cpu": "1"}},
        {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}},
    ]
    bare.post(f"{BASE}/limitranges", {"metadata": {"name": "all"}, "spec": {"limits": limits}})
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}

    refused = bare.post(PODS, pod(limits={"cpu": "2"}))
    claimed = bare.post(f"{BASE}/persistentvolumeclaims", {"metadata": {"name": "c"}, "spec": claim})

    assert refused.json["message"].endswith("maximum cpu usage per Pod is 1, but limit is 2")
    assert claimed.json["message"].endswith(
        "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"
    )
