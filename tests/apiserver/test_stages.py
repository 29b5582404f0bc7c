"""Workloads moved by stages: pods come, run, end and go, by the server's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from harness.apiserver import ServerSettings
from harness.apiserver.stages import Delay, Expression, Next, Stage, Stages, StagesError, read_stages

from .fronts import CoreApi, ManualClock, core_front

APPS, BATCH, CORE = (
    "/apis/apps/v1/namespaces/default",
    "/apis/batch/v1/namespaces/default",
    "/api/v1/namespaces/default",
)
CONTAINERS = [{"name": "c", "image": "web:1"}]
LABELS = {"app": "web"}
_PATHLESS = (
    "{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, selector: "
    "{matchExpressions: [{key: status, operator: Exists}]}}}"
)


@contextmanager
def staged(stages: Stages) -> Iterator[CoreApi]:
    with core_front(ManualClock(), ServerSettings(stages=stages)) as api:
        yield api


@pytest.fixture
def api() -> Iterator[CoreApi]:
    with staged(Stages()) as found:
        yield found


def workload(annotations=None, **spec):
    template = {"metadata": {"labels": LABELS, "annotations": annotations or {}}, "spec": {"containers": CONTAINERS}}
    return {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": LABELS}, "template": template} | spec}


def job(annotations=None, **spec):
    template = {
        "metadata": {"annotations": annotations or {}},
        "spec": {"containers": CONTAINERS, "restartPolicy": "Never"},
    }
    return {"metadata": {"name": "once"}, "spec": {"template": template} | spec}


def rest(api: CoreApi, limit: float = 600) -> None:
    """Let time pass until the cluster has nothing to do any more."""
    for _ in range(int(limit * 10)):
        if api.server.busy() is None:
            return
        api.advance(timedelta(milliseconds=100))
    raise AssertionError(f"still busy: {api.server.busy()}")


def phases(api: CoreApi) -> list[str]:
    return [pod["status"]["phase"] for pod in api.get(f"{CORE}/pods").json["items"]]


def test_nothing_moves_unless_asked_for():
    """An API server alone stores what it is given."""
    with core_front(ManualClock(), ServerSettings()) as api:
        api.post(f"{APPS}/deployments", workload(replicas=2))
        api.advance(timedelta(minutes=5))

        assert [] == api.get(f"{CORE}/pods").json["items"]
        assert [] == api.get("/api/v1/nodes").json["items"]


def test_a_deployment_becomes_pods_that_run(api: CoreApi):
    """Deployment, replica set, pods on a ready node; and the counts go back up."""
    api.post(f"{APPS}/deployments", workload(replicas=3))
    rest(api)
    pods = api.get(f"{CORE}/pods").json["items"]
    status = api.get(f"{APPS}/deployments/web").json["status"]

    assert [("Running", "node-1")] * 3 == [(one["status"]["phase"], one["spec"]["nodeName"]) for one in pods]
    assert (3, 3, 3) == (status["replicas"], status["readyReplicas"], status["availableReplicas"])
    assert {"Available": "True", "Progressing": "True"} == {one["type"]: one["status"] for one in status["conditions"]}
    assert 3 == len({one["status"]["podIP"] for one in pods})


def test_scaling_a_deployment_scales_its_pods(api: CoreApi):
    """Up and down, and down to none."""
    api.post(f"{APPS}/deployments", workload())
    for replicas in (4, 2, 0):
        api.merge(f"{APPS}/deployments/web/scale", {"spec": {"replicas": replicas}})
        rest(api)

        assert ["Running"] * replicas == phases(api)


def test_a_rolling_update_keeps_within_its_bounds(api: CoreApi):
    """Never more than wanted and surge, never fewer ready than wanted less unavailable."""
    api.post(f"{APPS}/deployments", workload(replicas=4))
    rest(api)
    new = [{"name": "c", "image": "web:2"}]
    api.merge(f"{APPS}/deployments/web", {"spec": {"template": {"spec": {"containers": new}}}})
    seen = []
    while api.server.busy() is not None:
        api.advance(timedelta(milliseconds=100))
        pods = [one for one in api.get(f"{CORE}/pods").json["items"] if "deletionTimestamp" not in one["metadata"]]
        ready = sum(one["status"]["phase"] == "Running" for one in pods)
        seen.append((len(pods), ready))
    pods = api.get(f"{CORE}/pods").json["items"]

    assert ["web:2"] * 4 == [one["spec"]["containers"][0]["image"] for one in pods]
    assert (5, 3) == (max(there for there, _ in seen), min(ready for _, ready in seen))
    assert (
        "2" == api.get(f"{APPS}/deployments/web").json["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
    )


def test_recreate_ends_the_old_pods_before_it_makes_new_ones(api: CoreApi):
    """At no time are there pods of both templates."""
    api.post(f"{APPS}/deployments", workload(replicas=2, strategy={"type": "Recreate"}))
    rest(api)
    new = [{"name": "c", "image": "web:2"}]
    api.merge(f"{APPS}/deployments/web", {"spec": {"template": {"spec": {"containers": new}}}})
    together = []
    while api.server.busy() is not None:
        api.advance(timedelta(milliseconds=100))
        pods = [one for one in api.get(f"{CORE}/pods").json["items"] if "deletionTimestamp" not in one["metadata"]]
        together.append(len({one["spec"]["containers"][0]["image"] for one in pods}))

    assert 1 == max(together)
    assert ["Running"] * 2 == phases(api)


def test_a_deleted_deployment_takes_its_pods_along(api: CoreApi):
    """By owner references: replica set, then pods, which stop first."""
    api.post(f"{APPS}/deployments", workload(replicas=2))
    rest(api)
    api.delete(f"{APPS}/deployments/web")
    rest(api)

    assert [] == api.get(f"{APPS}/replicasets").json["items"]
    assert [] == phases(api)


def test_a_deleted_pod_is_replaced(api: CoreApi):
    """After the time that it takes to stop."""
    api.post(f"{APPS}/deployments", workload())
    rest(api)
    first = api.get(f"{CORE}/pods").json["items"][0]["metadata"]["name"]
    api.delete(f"{CORE}/pods/{first}")
    rest(api)
    names = [one["metadata"]["name"] for one in api.get(f"{CORE}/pods").json["items"]]

    assert 1 == len(names)
    assert [first] != names


def test_a_stateful_set_grows_and_shrinks_one_by_one(api: CoreApi):
    """By number, each ready before the next; and back in the other order."""
    api.post(f"{APPS}/statefulsets", workload(replicas=3, serviceName="web"))
    there = []
    while api.server.busy() is not None:
        api.advance(timedelta(milliseconds=50))
        there.append(sorted(one["metadata"]["name"] for one in api.get(f"{CORE}/pods").json["items"]))
    status = api.get(f"{APPS}/statefulsets/web").json["status"]
    grown = [list(one) for one in dict.fromkeys(map(tuple, there)) if one]

    assert [["web-0"], ["web-0", "web-1"], ["web-0", "web-1", "web-2"]] == grown
    assert (3, 3) == (status["readyReplicas"], status["updatedReplicas"])

    api.merge(f"{APPS}/statefulsets/web/scale", {"spec": {"replicas": 1}})
    rest(api)

    assert ["web-0"] == [one["metadata"]["name"] for one in api.get(f"{CORE}/pods").json["items"]]


def test_a_stateful_set_is_updated_down_to_its_partition(api: CoreApi):
    """The last pod first; those below the partition stay as they are."""
    api.post(f"{APPS}/statefulsets", workload(replicas=3))
    rest(api)
    new = {"template": {"spec": {"containers": [{"name": "c", "image": "web:2"}]}}}
    api.merge(f"{APPS}/statefulsets/web", {"spec": new | {"updateStrategy": {"rollingUpdate": {"partition": 1}}}})
    rest(api)
    images = {
        one["metadata"]["name"]: one["spec"]["containers"][0]["image"] for one in api.get(f"{CORE}/pods").json["items"]
    }

    assert {"web-0": "web:1", "web-1": "web:2", "web-2": "web:2"} == images


@pytest.mark.parametrize("plural", ["statefulsets", "daemonsets"])
def test_a_template_of_the_past_is_kept_and_gets_a_new_number_when_it_is_back(plural: str):
    """``kubectl rollout undo`` goes by these; one more for each return would forget what else there was."""
    with staged(Stages(nodes=("a",))) as api:
        api.post(f"{APPS}/{plural}", workload(revisionHistoryLimit=1))
        rest(api)
        numbers = []
        for image in ("web:2", "web:1", "web:3", "web:4"):
            new = {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}
            api.merge(f"{APPS}/{plural}/web", {"spec": new})
            rest(api)
            found = api.get(f"{APPS}/controllerrevisions").json["items"]
            images = {
                one["revision"]: one["data"]["spec"]["template"]["spec"]["containers"][0]["image"] for one in found
            }
            numbers.append(images)

        assert [{1: "web:1", 2: "web:2"}, {2: "web:2", 3: "web:1"}] == [
            dict(sorted(one.items())) for one in numbers[:2]
        ]
        assert {4: "web:3", 5: "web:4"} == dict(sorted(numbers[-1].items()))  # one is kept beside the present one


def test_a_daemon_set_has_a_pod_on_each_node():
    """On those that come later, too."""
    with staged(Stages(nodes=("a", "b"))) as api:
        api.post(f"{APPS}/daemonsets", workload())
        rest(api)
        api.post("/api/v1/nodes", {"metadata": {"name": "c"}})
        rest(api)
        pods = api.get(f"{CORE}/pods").json["items"]
        status = api.get(f"{APPS}/daemonsets/web").json["status"]

        assert ["a", "b", "c"] == sorted(one["spec"]["nodeName"] for one in pods)
        assert (3, 3) == (status["desiredNumberScheduled"], status["numberReady"])


def test_pods_are_spread_over_the_nodes():
    """Each goes to the node with the fewest."""
    with staged(Stages(nodes=("a", "b"))) as api:
        api.post(f"{APPS}/deployments", workload(replicas=4))
        rest(api)
        nodes = [one["spec"]["nodeName"] for one in api.get(f"{CORE}/pods").json["items"]]

        assert ["a", "a", "b", "b"] == sorted(nodes)


def test_a_job_completes(api: CoreApi):
    """As many pods as asked for, no more at once than allowed."""
    api.post(f"{BATCH}/jobs", job(completions=3, parallelism=2))
    most = 0
    while api.server.busy() is not None:
        api.advance(timedelta(milliseconds=100))
        most = max(most, sum(one not in {"Succeeded", "Failed"} for one in phases(api)))
    status = api.get(f"{BATCH}/jobs/once").json["status"]

    assert (2, ["Succeeded"] * 3, 3) == (most, phases(api), status["succeeded"])
    assert ["SuccessCriteriaMet", "Complete"] == [one["type"] for one in status["conditions"]]


def test_an_indexed_job_tells_which_indexes_are_done(api: CoreApi):
    """Each index once."""
    api.post(f"{BATCH}/jobs", job(completions=3, parallelism=3, completionMode="Indexed"))
    rest(api)

    assert "0-2" == api.get(f"{BATCH}/jobs/once").json["status"]["completedIndexes"]


def test_a_job_whose_pods_fail_gives_up(api: CoreApi):
    """After as many failures as it may have, and one."""
    api.post(f"{BATCH}/jobs", job({"stage.harness/outcome": "fail", "stage.harness/after": "3"}, backoffLimit=1))
    rest(api)
    status = api.get(f"{BATCH}/jobs/once").json["status"]

    assert (["Failed"] * 2, 2) == (phases(api), status["failed"])
    assert ["FailureTarget", "Failed"] == [one["type"] for one in status["conditions"]]
    assert "BackoffLimitExceeded" == status["conditions"][1]["reason"]


def test_a_pod_ends_as_its_annotations_say(api: CoreApi):
    """After the time that they say."""
    notes = {"stage.harness/outcome": "fail", "stage.harness/after": "30"}
    api.post(f"{CORE}/pods", {"metadata": {"name": "one", "annotations": notes}, "spec": {"containers": CONTAINERS}})
    api.advance(timedelta(seconds=31))
    before = phases(api)
    api.advance(timedelta(seconds=1))

    assert (["Running"], ["Failed"]) == (before, phases(api))


def test_a_stage_of_ones_own_goes_before_the_ready_made(tmp_path: Path):
    """A scenario declares it, in data or in YAML, and the two mean the same."""
    text = """
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: web-fails}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchLabels: {app: web}
    matchExpressions: [{key: .status.phase, operator: In, values: [Running]}]
  delay: {durationMilliseconds: 3000}
  next: {act: fail}
"""
    (tmp_path / "stages.yaml").write_text(text)
    own = Stage(
        "web-fails",
        "Pod",
        labels=LABELS,
        expressions=(Expression(("status", "phase"), "In", ("Running",)),),
        delay=Delay(timedelta(seconds=3)),
        next=Next(act="fail"),
    )

    assert (own,) == read_stages(tmp_path / "stages.yaml")

    with staged(Stages(stages=(own,))) as api:
        pod = {"metadata": {"name": "one", "labels": LABELS}, "spec": {"containers": CONTAINERS}}
        api.post(f"{CORE}/pods", pod)
        rest(api)

        assert ["Failed"] == phases(api)


def test_a_stage_patches_the_status_of_any_kind(tmp_path: Path):
    """With the time where it asks for it."""
    text = """
kind: Stage
metadata: {name: bound}
spec:
  resourceRef: {kind: PersistentVolumeClaim}
  selector: {matchExpressions: [{key: .status.phase, operator: NotIn, values: [Bound]}]}
  next: {status: {phase: Bound, conditions: [{type: Bound, status: "True", lastTransitionTime: $now}]}}
"""
    (tmp_path / "stages.yaml").write_text(text)
    with staged(Stages(stages=read_stages(tmp_path / "stages.yaml"))) as api:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        api.post(f"{CORE}/persistentvolumeclaims", {"metadata": {"name": "one"}, "spec": spec})
        rest(api)
        status = api.get(f"{CORE}/persistentvolumeclaims/one").json["status"]

        assert "Bound" == status["phase"]
        assert "2026-01-24T15:00:00Z" == status["conditions"][0]["lastTransitionTime"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "while parsing"),
        ("kind: Pod", "a document of kind Stage was expected"),
        ("", "no document of kind Stage"),
        ("{kind: Stage, metadata: {name: a}, spec: {}}", "spec.resourceRef.kind is missing"),
        ("{kind: Stage, metadata: {name: a}, spec: {odd: 1}}", "spec.odd is not understood"),
        (
            "{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, next: {statusTemplate: x}}}",
            "spec.next.statusTemplate is not understood",
        ),
        ("{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, next: {act: dance}}}", "act 'dance'"),
        ("{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, next: {}}}", "next takes one of"),
        (
            "{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, delay: {durationMilliseconds: -1}}}",
            "durationMilliseconds must be a number",
        ),
        (_PATHLESS, "is no path"),
    ],
)
def test_what_is_no_stage_is_refused_with_the_reason(tmp_path: Path, text: str, why: str):
    """Where it stands, what was found and what is known."""
    (tmp_path / "stages.yaml").write_text(text)
    with pytest.raises(StagesError, match=r"stages\.yaml") as refused:
        read_stages(tmp_path / "stages.yaml")

    assert why in str(refused.value)
