"""What is reported of pods: conditions, ends, addresses, devices."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side


def pod(api: Side, name: str = "one", **spec: Any) -> str:
    given = {"containers": [{"name": "main", "image": "x:1"}]} | spec
    api.setup(api.core("pods"), core("Pod", name, spec=given))
    return f"{api.core('pods')}/{name}"


def report(api: Side, path: str, *statuses: dict[str, Any]) -> None:
    for status in statuses:
        api.merge(f"{path}/status", {"status": status})


def container(name: str = "main", **state: Any) -> dict[str, Any]:
    return {"name": name, "image": "x:1", "imageID": "i", "ready": False, "restartCount": 0, "state": state}


@behaviour
def conditions(api: Side) -> None:
    path = pod(api)
    ready = {"type": "Ready", "status": "True"}
    report(
        api,
        path,
        {"conditions": [ready | {"observedGeneration": 3}, {"type": "a b", "status": "True"}]},
        {"conditions": [ready | {"observedGeneration": -1}], "observedGeneration": -1},
        {
            "conditions": [ready | {"observedGeneration": 3}, {"type": "ex.dev/a", "status": "False"}],
            "observedGeneration": 2,
        },
        {"conditions": [{"type": "ex.dev/a", "status": "True"}, ready], "observedGeneration": None},
        {"nominatedNodeName": "A b"},
        {"nominatedNodeName": "there"},
        {"qosClass": "Guaranteed"},
    )
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "one"}, "target": {"name": "here"}}
    api.post(f"{path}/binding", binding)
    api.get(path)
    report(api, path, {"nominatedNodeName": "there"})


@behaviour
def what_has_ended_stays_so(api: Side) -> None:
    rules = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [7]}}]
    every = [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [9]}}]
    main = {"name": "main", "image": "x:1"}
    for name, policy, more in (
        ("always", "Always", {}),
        ("failure", "OnFailure", {}),
        ("never", "Never", {}),
        ("ruled", "Never", {"restartPolicy": "Never", "restartPolicyRules": rules}),
        ("own", "Never", {"restartPolicy": "OnFailure"}),
        ("every", "Never", {"restartPolicy": "Never", "restartPolicyRules": every}),
    ):
        for code in (0, 7):
            path = pod(
                api,
                f"{name}-{code}",
                restartPolicy=policy,
                containers=[main | more],
                initContainers=[{"name": "first", "image": "x:1"}],
            )
            ended = {"terminated": {"exitCode": code}}
            both = {"containerStatuses": [container(**ended)], "initContainerStatuses": [container("first", **ended)]}
            report(
                api,
                path,
                both,
                {
                    "containerStatuses": [container(running={})],
                    "initContainerStatuses": [container("first", waiting={})],
                },
            )
    path = pod(api, "ephemeral")
    report(
        api,
        path,
        {"ephemeralContainerStatuses": [container("e", terminated={"exitCode": 1})]},
        {"ephemeralContainerStatuses": [container("e", running={})]},
    )


@behaviour
def addresses(api: Side) -> None:
    path = pod(api)
    report(
        api,
        path,
        {"podIP": "10.0.0.1"},
        {"podIP": "10.0.0.2"},
        {"podIPs": [{"ip": "10.0.0.3"}], "podIP": None},
        {"podIPs": [{"ip": "10.0.0.3"}, {"ip": "fd00::1"}]},
        {"podIPs": [{"ip": "10.0.0.3"}, {"ip": "10.0.0.4"}]},
        {"podIPs": [{"ip": "10.0.0.3"}, {"ip": "fd00::1"}, {"ip": "fd00::2"}]},
        {"podIPs": [{"ip": "10.0.0.3"}, {"ip": "odd"}]},
        {"podIP": "odd"},
        {"podIP": "010.0.0.1"},
        {"podIP": "FD00::0001"},
        {"hostIPs": [{"ip": "10.0.0.9"}]},
        {"hostIPs": [{"ip": "10.0.0.9"}, {"ip": "10.0.0.8"}], "hostIP": "10.0.0.9"},
        {"hostIPs": [{"ip": "x"}], "hostIP": "x"},
        {"hostIPs": [{"ip": "10.0.0.9"}], "hostIP": "10.0.0.9"},
    )


@behaviour
def claims_devices_and_users(api: Side) -> None:
    asked = {"requests": {"cpu": "1"}, "claims": [{"name": "c", "request": "r"}]}
    main = {"name": "main", "image": "x:1", "resources": asked}
    path = pod(api, containers=[main], resourceClaims=[{"name": "c", "resourceClaimName": "x"}])

    def told(name: str, *devices: dict[str, Any]) -> dict[str, Any]:
        return {
            "containerStatuses": [
                container() | {"allocatedResourcesStatus": [{"name": name, "resources": list(devices)}]}
            ]
        }

    good = {"resourceID": "d", "health": "Healthy"}
    report(
        api,
        path,
        {"resourceClaimStatuses": [{"name": "c", "resourceClaimName": "A b"}]},
        {"resourceClaimStatuses": [{"name": "c"}, {"name": "c"}, {"name": "d"}]},
        told("memory", good),
        told("claim:c", good),
        told(
            "claim:c/r",
            good,
            good,
            {"resourceID": "e", "health": "Odd"},
            {"resourceID": "f", "health": "Unknown", "message": ""},
        ),
        told("cpu", good | {"message": "m" * 1025}),
        told("cpu", good | {"message": "fine"}),
        {"ephemeralContainerStatuses": [container("e") | {"allocatedResourcesStatus": [{"name": "cpu"}]}]},
        {
            "containerStatuses": [
                container() | {"user": {"linux": {"uid": -1, "gid": 2**31, "supplementalGroups": [1, -2]}}}
            ]
        },
    )
    windows = pod(api, "windows", os={"name": "windows"})
    report(api, windows, {"containerStatuses": [container() | {"user": {"linux": {"uid": 1, "gid": 1}}}]})


@behaviour
def annotations_in_a_report(api: Side) -> None:
    path = pod(api)
    for notes in (
        {"a": "b"},
        {"kubernetes.io/config.mirror": "x"},
        {"controller.kubernetes.io/pod-deletion-cost": "x"},
    ):
        api.merge(f"{path}/status", {"metadata": {"annotations": notes}, "status": {"message": "m"}})
