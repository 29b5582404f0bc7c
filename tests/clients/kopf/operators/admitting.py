"""Admission webhooks, served by Kopf itself, and configured by it."""

import os
from typing import Any

import kopf

from ..trace import trace


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    folder = os.environ["CERTIFICATES"]
    settings.admission.managed = "tried.kopf.ex.dev"
    settings.admission.server = kopf.WebhookServer(
        addr="127.0.0.1",
        certfile=f"{folder}/server.pem",
        pkeyfile=f"{folder}/server.key",
        cafile=f"{folder}/ca.pem",
        host="127.0.0.1",
    )


@kopf.on.mutate("gizmos", id="paint")
def paint(*, spec: Any, patch: Any, operation: str, dryrun: bool, userinfo: Any, **_: Any) -> None:
    trace("mutate", operation=operation, dryrun=dryrun, user=userinfo["username"])
    if "colour" not in spec:
        patch.spec["colour"] = "white"
        patch.metadata.labels["painted"] = "yes"


@kopf.on.validate("gizmos", id="judge", operations=["CREATE", "UPDATE"])
def judge(spec: Any, old: Any, new: Any, warnings: list[str], operation: str, **_: Any) -> None:
    trace("validate", operation=operation, colour=spec.get("colour"), old=bool(old), new=bool(new))
    if spec.get("colour") == "black":
        raise kopf.AdmissionError("black is no colour", code=418)
    if spec.get("size", 0) > 9:
        warnings.append("that is large")


@kopf.on.validate("gizmos", id="keep", operation="DELETE")
def keep(name: str, **_: Any) -> None:
    trace("delete", name=name)
    if name == "kept":
        raise kopf.AdmissionError("it is to stay")
