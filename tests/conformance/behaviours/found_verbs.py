"""What drawn sequences of verbs have found: each differed once."""

from ..generated.steps import LAST, Step, play
from ..script import behaviour
from ..side import Side
from ..workloads import job

_ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/<namespace>/roles"
_JOBS = "/apis/batch/v1/namespaces/<namespace>/jobs"
_ROLE = {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}


@behaviour
def a_put_with_a_version_creates_a_role(api: Side) -> None:
    steps = [
        Step("POST", _ROLES, {"metadata": {"name": "one"}} | _ROLE),
        Step("PUT", f"{_ROLES}/two", {"metadata": {"name": "two", "resourceVersion": LAST}} | _ROLE),
    ]
    play(api, steps)


@behaviour
def a_job_that_is_not_there_is_deleted(api: Side) -> None:
    play(api, [Step("DELETE", f"{_JOBS}/two"), Step("DELETE", f"{_JOBS}/two", {"propagationPolicy": "Background"})])


@behaviour
def a_deleted_job_orphans_its_pods(api: Side) -> None:
    steps = [
        Step("POST", _JOBS, job("one")),
        Step("DELETE", f"{_JOBS}/one", query={"dryRun": "All"}),
        Step("DELETE", f"{_JOBS}/one"),
        Step("GET", f"{_JOBS}/one"),
        Step("PATCH", f"{_JOBS}/one", {"metadata": {"finalizers": None}}, "application/merge-patch+json"),
        Step("GET", f"{_JOBS}/one"),
    ]
    play(api, steps)


@behaviour
def a_deleted_collection_of_jobs_orphans_their_pods(api: Side) -> None:
    play(api, [Step("POST", _JOBS, job("one")), Step("DELETE", _JOBS), Step("GET", _JOBS)])
