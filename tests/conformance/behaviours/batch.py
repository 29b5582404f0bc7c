"""Jobs and cron jobs."""

from ..script import behaviour
from ..side import Side
from ..workloads import cron_job, job, path, template

V1 = "batch/v1"
AT, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"


def jobs(api: Side, *rest: str) -> str:
    return path(api, V1, "jobs", *rest)


def condition(kind: str, status: str = "True") -> dict[str, str]:
    return {"type": kind, "status": status}


@behaviour
def a_job_is_defaulted(api: Side) -> None:
    api.post(jobs(api), job())
    api.get(jobs(api, "once"))


@behaviour
def a_job_takes_the_labels_of_its_pods(api: Side) -> None:
    body = job()
    body["spec"]["template"]["metadata"] = {"labels": {"app": "x"}}
    api.post(jobs(api), body)
    body["metadata"] = {"name": "two", "labels": {"mine": "y"}}
    api.post(jobs(api), body)


@behaviour
def counts_of_jobs(api: Side) -> None:
    for spec in (
        {"completions": 3},
        {"parallelism": 3},
        {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1},
        {"podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}},
    ):
        api.post(jobs(api), job(**spec), dryRun="All")


@behaviour
def jobs_that_are_refused(api: Side) -> None:
    for spec in (
        {"parallelism": -1, "completions": -1, "backoffLimit": -1, "activeDeadlineSeconds": -1},
        {"completionMode": "Odd"},
        {"completionMode": "Indexed"},
        {"completionMode": "Indexed", "completions": 1, "parallelism": 100001},
        {"backoffLimitPerIndex": 1, "maxFailedIndexes": 1},
        {"maxFailedIndexes": 1, "completionMode": "Indexed", "completions": 1},
        {"podReplacementPolicy": "Odd"},
        {"managedBy": "nobody"},
        {"ttlSecondsAfterFinished": -1},
    ):
        api.post(jobs(api), job(**spec), dryRun="All")


@behaviour
def restart_policies_of_jobs(api: Side) -> None:
    for policy in ("Always", "OnFailure", "Odd", None):
        api.post(jobs(api), job(pod_spec={"restartPolicy": policy}), dryRun="All")


@behaviour
def a_job_without_anything(api: Side) -> None:
    api.post(jobs(api), {"metadata": {"name": "once"}})


@behaviour
def selectors_of_jobs(api: Side) -> None:
    labels = {"matchLabels": {"app": "x"}}
    api.post(jobs(api), job(selector=labels), dryRun="All")
    api.post(jobs(api), job(manualSelector=True), dryRun="All")
    body = job(manualSelector=True, selector=labels)
    api.post(jobs(api), body, dryRun="All")
    body["spec"]["template"]["metadata"] = {"labels": {"app": "x"}}
    api.post(jobs(api), body)


@behaviour
def labels_that_a_job_would_make_itself(api: Side) -> None:
    body = job()
    body["spec"]["template"]["metadata"] = {"labels": {"job-name": "other", "controller-uid": "other"}}
    api.post(jobs(api), body)


@behaviour
def pod_failure_policies(api: Side) -> None:
    for rule in (
        {"action": "Odd"},
        {"onExitCodes": {"operator": "In", "values": [0]}, "action": "FailJob"},
        {"onExitCodes": {"operator": "Odd", "values": [3, 2, 2], "containerName": "none"}, "action": "FailIndex"},
        {
            "action": "Ignore",
            "onExitCodes": {"operator": "In", "values": [1]},
            "onPodConditions": [{"type": "bad type"}],
        },
    ):
        api.post(jobs(api), job(podFailurePolicy={"rules": [rule]}), dryRun="All")


@behaviour
def what_of_a_job_never_changes(api: Side) -> None:
    api.post(jobs(api), job())
    for spec in (
        {"completions": 2},
        {"completionMode": "Indexed"},
        {"backoffLimitPerIndex": 1},
        {"managedBy": "ex.dev/me"},
        {"selector": {"matchLabels": {"a": "b"}}},
    ):
        api.merge(jobs(api, "once"), {"spec": spec})


@behaviour
def what_of_a_job_may_change(api: Side) -> None:
    api.post(jobs(api), job())
    api.merge(jobs(api, "once"), {"spec": {"parallelism": 2, "suspend": True, "backoffLimit": 1}})
    api.merge(jobs(api, "once"), {"metadata": {"labels": {"a": "b"}}})
    api.merge(jobs(api, "once"), {"metadata": {"labels": None}})


@behaviour
def the_template_of_a_job_that_waits(api: Side) -> None:
    api.post(jobs(api), job(suspend=True))
    api.merge(jobs(api, "once"), {"spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}}})
    api.merge(jobs(api, "once"), {"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}})


@behaviour
def completions_of_an_elastic_job(api: Side) -> None:
    api.post(jobs(api), job(completionMode="Indexed", completions=2, parallelism=2))
    api.merge(jobs(api, "once"), {"spec": {"completions": 3}})
    api.merge(jobs(api, "once"), {"spec": {"completions": 3, "parallelism": 3}})


@behaviour
def names_of_jobs(api: Side) -> None:
    api.post(jobs(api), job("a.b"))
    api.post(jobs(api), job("Upper"))
    api.post(jobs(api), job("a" * 62, completionMode="Indexed", completions=20))


@behaviour
def a_job_completes(api: Side) -> None:
    api.post(jobs(api), job())
    here = jobs(api, "once", "status")
    api.merge(here, {"status": {"startTime": AT, "active": 1, "ready": 1}})
    api.merge(here, {"status": {"active": 0, "ready": 0, "succeeded": 1, "completionTime": LATER}})
    done = [condition("SuccessCriteriaMet"), condition("Complete")]
    api.merge(here, {"status": {"active": 0, "ready": 0, "succeeded": 1, "completionTime": LATER, "conditions": done}})
    api.merge(here, {"status": {"conditions": [], "completionTime": None}})
    api.merge(here, {"status": {"completionTime": AT}})
    api.get(jobs(api), fieldSelector="status.successful=1")


@behaviour
def a_job_fails(api: Side) -> None:
    api.post(jobs(api), job())
    here = jobs(api, "once", "status")
    api.merge(here, {"status": {"startTime": AT, "failed": 1, "conditions": [condition("Failed")]}})
    failed = [condition("FailureTarget"), condition("Failed")]
    api.merge(here, {"status": {"startTime": AT, "failed": 1, "conditions": failed}})
    api.merge(here, {"status": {"failed": 0}})
    api.merge(here, {"status": {"conditions": [*failed, condition("SuccessCriteriaMet")]}})


@behaviour
def statuses_of_jobs_that_are_refused(api: Side) -> None:
    api.post(jobs(api), job())
    here = jobs(api, "once", "status")
    done = [condition("SuccessCriteriaMet"), condition("Complete")]
    for status in (
        {"active": -1, "succeeded": -1, "failed": -1},
        {"ready": 1},
        {"conditions": [condition("Complete")]},
        {"conditions": done, "startTime": LATER, "completionTime": AT},
        {"conditions": done, "startTime": AT, "completionTime": LATER, "active": 1},
        {"conditions": done, "completionTime": LATER},
        {"uncountedTerminatedPods": {"succeeded": ["", "a", "a"]}},
    ):
        api.merge(here, {"status": status})


@behaviour
def a_cron_job_is_defaulted(api: Side) -> None:
    api.post(path(api, V1, "cronjobs"), cron_job())
    api.merge(path(api, V1, "cronjobs", "often"), {"spec": {"suspend": True}})
    api.merge(path(api, V1, "cronjobs", "often", "status"), {"status": {"lastScheduleTime": AT}})


@behaviour
def schedules(api: Side) -> None:
    for text in (
        "0 0 1 jan mon",
        "@daily",
        "@every 1h30m",
        "1-5/2,7 * ? * *",
        "",
        "* * * *",
        "60 * * * *",
        "* 5-2 * * *",
        "* * 0 * *",
        "x * * * *",
        "*/0 * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "-1 * * * *",
        "@never",
        "@every x",
        "TZ=UTC * * * * *",
    ):
        api.post(path(api, V1, "cronjobs"), cron_job(schedule=text), dryRun="All")


@behaviour
def time_zones(api: Side) -> None:
    for zone in ("UTC", "", "Local", "Nowhere/City", "../etc"):
        api.post(path(api, V1, "cronjobs"), cron_job(timeZone=zone), dryRun="All")


@behaviour
def cron_jobs_that_are_refused(api: Side) -> None:
    here = path(api, V1, "cronjobs")
    api.post(here, {"metadata": {"name": "often"}})
    api.post(here, cron_job("a" * 53))
    api.post(here, cron_job(concurrencyPolicy="Odd", startingDeadlineSeconds=-1))
    api.post(here, cron_job(successfulJobsHistoryLimit=-1, failedJobsHistoryLimit=-1))
    selected = {"spec": job(manualSelector=True, selector={"matchLabels": {"a": "b"}})["spec"]}
    api.post(here, cron_job(jobTemplate=selected))
    api.post(here, cron_job(jobTemplate={"spec": {"template": template()}}))


def indexed(**spec):
    return job(completionMode="Indexed", completions=5, parallelism=2, **spec)


@behaviour
def success_policies(api: Side) -> None:
    for rules in (
        [],
        [{}],
        [{"succeededIndexes": "0,2-3", "succeededCount": 2}, {"succeededCount": 5}],
        [{"succeededCount": -1}, {"succeededCount": 6}],
        [{"succeededIndexes": "0-1", "succeededCount": 3}, {"succeededIndexes": "", "succeededCount": 1}],
        *([{"succeededIndexes": one}] for one in ("a", "1,1", "3-1", "1-2-3", "5", "0-5", "-1", "2-x", "0-2,1", " 1")),
        [{"succeededCount": 1}] * 21,
    ):
        api.post(jobs(api), indexed(successPolicy={"rules": rules}), dryRun="All")


@behaviour
def a_success_policy_that_stays(api: Side) -> None:
    api.post(jobs(api), indexed(successPolicy={"rules": [{"succeededIndexes": "0-2"}]}))
    api.merge(jobs(api, "once"), {"spec": {"successPolicy": {"rules": [{"succeededIndexes": "0-2"}]}}})
    done = [condition("Complete"), condition("SuccessCriteriaMet")]
    api.merge(
        jobs(api, "once", "status"), {"status": {"startTime": AT, "conditions": done[:1], "completionTime": LATER}}
    )
    api.merge(jobs(api, "once", "status"), {"status": {"startTime": AT, "conditions": done, "completionTime": LATER}})


@behaviour
def indexes_of_jobs(api: Side) -> None:
    api.post(jobs(api), indexed(backoffLimitPerIndex=1))
    for status in (
        {"completedIndexes": "0-x", "failedIndexes": "9"},
        {"completedIndexes": "0-2", "failedIndexes": "1,3"},
        {"completedIndexes": "3,0-1", "failedIndexes": "1"},
        {"completedIndexes": "0-2", "failedIndexes": "3"},
        {"completedIndexes": "0-2,4"},
        {"completedIndexes": "0-2", "failedIndexes": "2"},
    ):
        api.merge(jobs(api, "once", "status"), {"status": status})
    api.post(jobs(api), job("plain"))
    api.merge(jobs(api, "plain", "status"), {"status": {"completedIndexes": "0", "failedIndexes": ""}})


@behaviour
def what_a_refused_change_of_a_job_shows(api: Side) -> None:
    rich = {
        "restartPolicy": "Never",
        "hostNetwork": True,
        "securityContext": {"runAsUser": 5},
        "terminationGracePeriodSeconds": 7,
        "serviceAccountName": "mine",
        "nodeSelector": {"a": "b"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}},
        "volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}, {"name": "w", "configMap": {"name": "c"}}],
        "containers": [
            {
                "name": "c",
                "image": "i",
                "ports": [{"containerPort": 80, "name": "web"}],
                "env": [
                    {"name": "A", "value": "<&>"},
                    {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                ],
                "resources": {"limits": {"cpu": "500m"}, "requests": {"cpu": "0.25"}},
                "livenessProbe": {"httpGet": {"path": "/", "port": "web"}},
                "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}},
            }
        ],
    }
    api.post(jobs(api), job(pod_spec=rich))
    api.strategic(
        jobs(api, "once"), {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "other"}]}}}}
    )
    api.merge(jobs(api, "once"), {"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}})
    api.post(jobs(api), job("waits", suspend=True, pod_spec=rich))
    api.strategic(
        jobs(api, "waits"), {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "other"}]}}}}
    )
    api.merge(jobs(api, "waits"), {"spec": {"template": {"spec": {"affinity": None, "nodeSelector": None}}}})


@behaviour
def policies_that_stay(api: Side) -> None:
    api.post(jobs(api), job(successPolicy={"rules": [{"succeededCount": 1}]}))
    failing = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1, 2]}}]}
    api.post(jobs(api), indexed(successPolicy={"rules": [{"succeededIndexes": "0"}]}, podFailurePolicy=failing))
    for spec in (
        {"successPolicy": {"rules": [{"succeededIndexes": "1", "succeededCount": 1}]}},
        {"successPolicy": None},
        {"podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}},
        {"podFailurePolicy": None},
    ):
        api.merge(jobs(api, "once"), {"spec": spec})
