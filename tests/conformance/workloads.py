"""Bodies and paths of the kinds that run pods and look after them."""

from typing import Any

from .side import Side

LABELS = {"app": "web"}


def path(api: Side, group: str, plural: str, *rest: str) -> str:
    """Return where objects of a kind are, such as ``path(api, "apps/v1", "deployments", "web", "scale")``."""
    return "/".join([f"/apis/{group}/namespaces/{api.namespace}/{plural}", *rest])


def pod(**spec: Any) -> dict[str, Any]:
    """Return a pod's spec with one container."""
    return {"containers": [{"name": "c", "image": "web:1"}]} | spec


def template(labels: Any = LABELS, **spec: Any) -> dict[str, Any]:
    """Return a pod template."""
    return {"metadata": {"labels": labels}, "spec": pod(**spec)}


def workload(name: str = "web", *, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    """Return an object of any kind of apps but controller revisions."""
    return {
        "metadata": {"name": name} | (metadata or {}),
        "spec": {"selector": {"matchLabels": LABELS}, "template": template()} | spec,
    }


def job(name: str = "once", *, metadata: Any = None, pod_spec: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a job whose pods are not started again."""
    made = {"spec": pod(restartPolicy="Never") | (pod_spec or {})}
    return {"metadata": {"name": name} | (metadata or {}), "spec": {"template": made} | spec}


def cron_job(
    name: str = "often", *, schedule: str = "*/5 * * * *", metadata: Any = None, **spec: Any
) -> dict[str, Any]:
    """Return a cron job."""
    return {
        "metadata": {"name": name} | (metadata or {}),
        "spec": {"schedule": schedule, "jobTemplate": {"spec": job()["spec"]}} | spec,
    }
