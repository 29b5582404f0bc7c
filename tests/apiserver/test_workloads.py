"""Workloads: what the server fills in, keeps, counts and refuses; scaling."""

import pytest

from .fronts import Api

APPS = "/apis/apps/v1/namespaces/default"
POD = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "web:1"}]}}


def workload(**spec):
    """Return an object of any kind of apps."""
    return {
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": POD} | spec,
    }


def test_a_deployment_rolls_by_quarters_unless_told(api: Api):
    """The defaults that the controller counts with."""
    created = api.post(f"{APPS}/deployments", workload()).json

    assert 1 == created["spec"]["replicas"]
    assert {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}} == created["spec"][
        "strategy"
    ]
    assert {} == created["status"]


def test_annotations_of_a_deployment_count_as_a_change(api: Api):
    """They are copied to its replica sets, so its controller has something to do."""
    api.post(f"{APPS}/deployments", workload())
    labelled = api.merge(f"{APPS}/deployments/web", {"metadata": {"labels": {"a": "b"}}}).json
    annotated = api.merge(f"{APPS}/deployments/web", {"metadata": {"annotations": {"a": "b"}}}).json

    assert [1, 2] == [one["metadata"]["generation"] for one in (labelled, annotated)]


@pytest.mark.parametrize("plural", ["deployments", "replicasets", "daemonsets"])
def test_a_selector_never_changes(api: Api, plural: str):
    """The pods that are there would be lost to their owner."""
    api.post(f"{APPS}/{plural}", workload())
    other = {"matchLabels": {"app": "other"}}
    template = {"metadata": {"labels": {"app": "other"}}}
    refused = api.merge(f"{APPS}/{plural}/web", {"spec": {"selector": other, "template": template}})

    assert 422 == refused.status
    assert ("spec.selector", 'Invalid value: {"matchLabels":{"app":"other"}}: field is immutable') in refused.causes


def test_scaling_changes_nothing_but_the_count(api: Api):
    """What ``kubectl scale`` and autoscalers do."""
    api.post(f"{APPS}/deployments", workload())
    scaled = api.merge(f"{APPS}/deployments/web/scale", {"spec": {"replicas": 3}, "metadata": {"labels": {"a": "b"}}})
    found = api.get(f"{APPS}/deployments/web").json

    assert ({"replicas": 3}, {"replicas": 0, "selector": "app=web"}) == (scaled.json["spec"], scaled.json["status"])
    assert (3, 2) == (found["spec"]["replicas"], found["metadata"]["generation"])
    assert "labels" not in found["metadata"]
    assert found["metadata"]["resourceVersion"] == scaled.version


def test_scaling_below_zero_or_against_an_old_version_is_refused(api: Api):
    """The Scale is checked as an object of its own, the version as the workload's."""
    first = api.post(f"{APPS}/deployments", workload())
    below = api.merge(f"{APPS}/deployments/web/scale", {"spec": {"replicas": -1}})
    api.merge(f"{APPS}/deployments/web/scale", {"spec": {"replicas": 2}})
    stale = api.merge(
        f"{APPS}/deployments/web/scale", {"metadata": {"resourceVersion": first.version}, "spec": {"replicas": 5}}
    )

    assert (422, "Scale") == (below.status, below.json["details"]["kind"])
    assert (409, "deployments") == (stale.status, stale.json["details"]["kind"])


def test_a_daemon_set_counts_its_template(api: Api):
    """As an annotation, where the field once was."""
    api.post(f"{APPS}/daemonsets", workload())
    api.merge(f"{APPS}/daemonsets/web", {"spec": {"minReadySeconds": 1}})
    changed = api.merge(f"{APPS}/daemonsets/web", {"spec": {"template": {"metadata": {"labels": {"b": "c"}}}}}).json

    assert "2" == changed["metadata"]["annotations"]["deprecated.daemonset.template.generation"]
    assert 3 == changed["metadata"]["generation"]


def test_a_job_is_told_from_others_by_its_uid(api: Api):
    """Selector and labels are made of it; the job itself wears them too."""
    spec = {"containers": [{"name": "c", "image": "web:1"}], "restartPolicy": "Never"}
    job = api.post(
        "/apis/batch/v1/namespaces/default/jobs", {"metadata": {"name": "once"}, "spec": {"template": {"spec": spec}}}
    ).json
    uid = job["metadata"]["uid"]

    assert {"batch.kubernetes.io/controller-uid": uid} == job["spec"]["selector"]["matchLabels"]
    assert job["metadata"]["labels"] == job["spec"]["template"]["metadata"]["labels"]
    assert "once" == job["metadata"]["labels"]["job-name"]
