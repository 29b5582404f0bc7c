"""Limit ranges and quotas count at once here; the real server learns of them from a watch, so no script can compare it."""

from typing import Any

from .fronts import Api

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
