"""What a pod asks for as a whole; its resizes; the containers that are added to look into it."""

import time
from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

SMALL = {"cpu": "100m", "memory": "10Mi"}
LARGE = {"cpu": "200m", "memory": "20Mi"}


def container(name: str = "main", requests: Any = None, limits: Any = None, **more: Any) -> dict[str, Any]:
    given = {part: one for part, one in (("requests", requests), ("limits", limits)) if one is not None}
    return {"name": name, "image": "x:1", "resources": given} | more


def pod(*containers: Any, name: str = "one", **spec: Any) -> dict[str, Any]:
    return core("Pod", name, spec={"containers": list(containers) or [container()]} | spec)


def resize(api: Side, *changes: Any, name: str = "one") -> None:
    for change in changes:
        api.strategic(f"{api.core('pods')}/{name}/resize", {"spec": change})


def of_main(**resources: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "resources": resources}]}


def _known(api: Side, body: Any) -> None:
    """Pretend to create a pod until a limit range gives it something: the real server hears of one a moment later."""
    ends = time.monotonic() + 30
    while True:
        answer = api.aside("POST", api.core("pods"), body, dryRun="All")
        if answer.json["spec"]["containers"][0]["resources"]:
            return
        assert time.monotonic() < ends, answer.text
        time.sleep(0.05)  # a poll of a server in another process


@behaviour
def resources_of_a_whole_pod(api: Side) -> None:
    huge = {"hugepages-2Mi": "4Mi"} | SMALL
    for index, (whole, one) in enumerate(
        (
            ({"limits": LARGE}, container()),
            ({"limits": LARGE}, container(requests=SMALL)),
            ({"requests": SMALL}, container(requests=LARGE)),
            ({"limits": SMALL}, container(limits=LARGE)),
            (
                {"requests": {"storage": "1Gi", "ephemeral-storage": "1Gi", "bananas": "1", "ex.dev/gpu": "1"}},
                container(),
            ),
            ({"limits": SMALL}, container(limits=huge, requests=huge)),
            ({"limits": {"hugepages-2Mi": "2Mi"} | LARGE}, container(limits=huge, requests=huge)),
            ({"limits": {"hugepages-2Mi": "3Mi"}}, container()),
            ({"requests": {"hugepages-x": "3Mi"}, "limits": {"cpu": "1"}}, container()),
            ({"requests": LARGE, "limits": SMALL}, container()),
            ({"claims": []}, container()),
            ({"claims": [{"name": "x"}]}, container()),
            ({}, container(limits=SMALL)),
        )
    ):
        api.post(api.core("pods"), pod(one, name=f"p{index}", resources=whole))
    api.post(api.core("pods"), pod(name="windows", resources={"limits": SMALL}, os={"name": "windows"}))


@behaviour
def huge_pages(api: Side) -> None:
    for amounts in (
        {"hugepages-2Mi": "4Mi"},
        {"hugepages-2Mi": "3Mi", "cpu": "1"},
        {"hugepages-x": "3Mi", "cpu": "1"},
        {"hugepages-1Gi": "1Gi", "memory": "1Gi"},
    ):
        api.post(api.core("pods"), pod(container(limits=amounts)), dryRun="All")


@behaviour
def a_resize_of_containers(api: Side) -> None:
    first = [container("side", requests=SMALL, restartPolicy="Always"), container("once", requests=SMALL)]
    policy = [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]
    main = container(requests=SMALL | {"ephemeral-storage": "1Gi"}, limits=LARGE, resizePolicy=policy)
    api.setup(api.core("pods"), pod(main, initContainers=first))
    resize(
        api,
        of_main(requests={"cpu": "150m"}),
        of_main(requests={"cpu": "1m", "memory": "1Mi"}, limits={"cpu": "1", "memory": "1Gi"}),
        of_main(requests={"cpu": "2"}),
        of_main(requests={"cpu": None}),
        of_main(limits={"cpu": None, "memory": None}),
        of_main(requests={"ephemeral-storage": "2Gi"}),
        of_main(requests={"ex.dev/gpu": "2"}, limits={"ex.dev/gpu": "2"}),
        of_main(requests={"bananas": "2"}),
        {"containers": [{"name": "main", "image": "x:2"}], "activeDeadlineSeconds": 5},
        {
            "containers": [
                {"name": "main", "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]}
            ]
        },
        {"containers": [{"name": "more", "image": "x:1"}]},
        {"initContainers": [{"name": "side", "resources": {"requests": {"cpu": "1"}}}]},
        {"initContainers": [{"name": "once", "resources": {"requests": {"cpu": "1"}}}]},
        {"initContainers": [{"name": "once", "resources": {"requests": {"ephemeral-storage": "1"}}}]},
        {"resources": {"requests": {"cpu": "5"}}},
    )
    path = f"{api.core('pods')}/one/resize"
    found = api.peek(path).json
    for containers in ([], [found["spec"]["containers"][0] | {"name": "other"}]):
        api.put(path, found | {"spec": found["spec"] | {"containers": containers}})
    api.merge(path, {"metadata": {"labels": {"a": "b"}}, "status": {"phase": "Failed"}, "spec": {"hostname": "x"}})
    api.get(f"{api.core('pods')}/one")


@behaviour
def classes_of_quality_stay(api: Side) -> None:
    for name, requests, limits in (("none", None, None), ("all", LARGE, LARGE), ("some", SMALL, None)):
        api.setup(api.core("pods"), pod(container(requests=requests, limits=limits), name=name))
        resize(
            api,
            of_main(requests=SMALL),
            of_main(limits=LARGE, requests=LARGE),
            of_main(limits=SMALL, requests=SMALL),
            name=name,
        )


@behaviour
def a_resize_of_a_whole_pod(api: Side) -> None:
    api.setup(api.core("pods"), pod(container(requests=SMALL), resources={"requests": SMALL, "limits": LARGE}))
    resize(
        api,
        {"resources": {"limits": {"cpu": "1"}}},
        {"resources": {"requests": {"cpu": "1m"}}},
        {"resources": {"requests": {"cpu": None}}},
        {"resources": {"requests": {"hugepages-2Mi": "2Mi"}, "limits": {"hugepages-2Mi": "2Mi"}}},
        {"resources": None},
        of_main(requests={"cpu": "1"}),
        of_main(requests={"cpu": "150m"}),
    )
    api.setup(api.core("pods"), pod(container(requests=SMALL), name="two"))
    resize(api, {"resources": {"requests": {"cpu": "1"}}}, name="two")


@behaviour
def pods_that_are_not_resized(api: Side) -> None:
    notes = {"annotations": {"kubernetes.io/config.mirror": "x"}}
    mirror = pod(container(requests=SMALL), nodeName="here")
    api.setup(api.core("pods"), mirror | {"metadata": mirror["metadata"] | notes})
    resize(api, of_main(requests=LARGE))
    api.setup(api.core("pods"), pod(container(requests=SMALL), name="two", os={"name": "windows"}))
    resize(api, of_main(requests=LARGE), name="two")
    api.setup(api.core("pods"), pod(container(requests=SMALL), name="three"))
    running = {
        "name": "main",
        "image": "x:1",
        "imageID": "x",
        "ready": True,
        "restartCount": 0,
        "state": {"running": {}},
    }
    status = {"phase": "Running", "containerStatuses": [running]}
    api.merge(f"{api.core('pods')}/three/status", {"status": status})
    resize(api, of_main(requests=LARGE), name="three")


@behaviour
def a_resize_under_a_limit_range(api: Side) -> None:
    items = [{"type": "Container", "max": {"cpu": "150m"}}]
    api.setup(api.core("pods"), pod(container(requests=SMALL, limits=SMALL)))
    api.setup(api.core("limitranges"), core("LimitRange", "all", spec={"limits": items}))
    api.refused(api.core("pods"), pod(container(requests=LARGE, limits=LARGE), name="two"))
    resize(api, of_main(requests=LARGE, limits=LARGE), of_main(requests={"cpu": "120m"}, limits={"cpu": "120m"}))


@behaviour
def a_resize_takes_the_defaults_of_a_limit_range(api: Side) -> None:
    defaults = {"type": "Container", "default": {"memory": "50Mi"}, "defaultRequest": {"memory": "40Mi"}}
    api.setup(api.core("pods"), pod(container(requests={"cpu": "100m"}), container("other", requests=SMALL)))
    api.setup(api.core("limitranges"), core("LimitRange", "all", spec={"limits": [defaults]}))
    _known(api, pod(name="two"))
    resize(api, of_main(requests={"cpu": "150m"}))
    api.get(f"{api.core('pods')}/one")


@behaviour
def policies_of_restart_at_a_resize(api: Side) -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    for name, more in (("side", {"restartPolicy": "Always"}), ("once", {})):
        first = container(name, requests=SMALL, resizePolicy=policy, **more)
        api.post(api.core("pods"), pod(name=name, initContainers=[first]))
    template = {
        "metadata": {"labels": {"a": "b"}},
        "spec": pod(initContainers=[container("x", resizePolicy=policy)])["spec"],
    }
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    api.post(
        api.deployments, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "one"}, "spec": spec}
    )


@behaviour
def containers_to_look_into_a_pod(api: Side) -> None:
    api.setup(api.core("pods"), pod(container(), initContainers=[container("first")]))
    path = f"{api.core('pods')}/one/ephemeralcontainers"
    probe = {"exec": {"command": ["a"]}}
    for one in (
        {"name": "main", "image": "x:1"},
        {"name": "first", "image": "x:1"},
        {"name": "a b", "image": " x"},
        {"name": "d", "image": "x:1", "targetContainerName": "nobody"},
        {"name": "d"},
        {
            "name": "d",
            "image": "x:1",
            "ports": [{"containerPort": 1}],
            "resources": {"limits": {"cpu": "1"}},
            "livenessProbe": probe,
            "readinessProbe": probe,
            "startupProbe": probe,
            "lifecycle": {"preStop": probe},
            "restartPolicy": "Always",
            "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
        },
        {
            "name": "d",
            "image": "x:1",
            "volumeMounts": [{"name": "v", "mountPath": "/a", "subPath": "b", "subPathExpr": "c"}],
        },
        {"name": "d", "image": "x:1", "targetContainerName": "main", "env": [{"name": "A", "value": "1"}], "tty": True},
        {"name": "d", "image": "x:2"},
        {"name": "e", "image": "x:1"},
        {"name": "e", "image": "x:1", "securityContext": {"privileged": True}},
    ):
        api.strategic(path, {"spec": {"ephemeralContainers": [one]}})
    api.merge(path, {"spec": {"ephemeralContainers": [{"name": "e", "image": "x:1"}]}})
    api.merge(path, {"spec": {"ephemeralContainers": []}})
    api.merge(path, {"spec": {"hostname": "x"}, "metadata": {"labels": {"a": "b"}}})
    api.merge(f"{api.core('pods')}/one", {"spec": {"ephemeralContainers": None}})
    api.get(f"{api.core('pods')}/one")


@behaviour
def no_look_into_static_pods(api: Side) -> None:
    mirror = pod(container(), nodeName="here")
    notes = {"annotations": {"kubernetes.io/config.mirror": "x"}}
    api.setup(api.core("pods"), mirror | {"metadata": mirror["metadata"] | notes})
    path = f"{api.core('pods')}/one/ephemeralcontainers"
    api.strategic(path, {"spec": {"ephemeralContainers": [{"name": "e", "image": "x:1"}]}})
