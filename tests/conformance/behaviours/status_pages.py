"""What runs, since when, with which flags: the pages for people, and the documents behind them."""

import re

from ..script import behaviour
from ..side import Side

PAGES = {"/statusz": "Statusz", "/flagz": "Flagz"}
OF_A_BUILD = ("startTime", "uptimeSeconds", "goVersion")
TOLD = (
    *("allow-privileged", "authorization-mode", "disable-admission-plugins", "enable-aggregator-routing", "event-ttl"),
    *("enable-bootstrap-token-auth", "enable-logs-handler", "encryption-provider-config", "endpoint-reconciler-type"),
    *("feature-gates", "profiling", "runtime-config", "service-account-issuer", "service-account-lookup"),
    *("service-cluster-ip-range", "service-node-port-range"),
)
"""The flags that both servers have."""


def asking(kind: str, version: str = "v1beta1", media: str = "application/json") -> dict[str, str]:
    return {"accept": f"{media};g=config.k8s.io;v={version};as={kind}"}


@behaviour
def what_runs(api: Side) -> None:
    for version in ("v1beta1", "v1alpha1", "v1"):
        answer = api.request("GET", "/statusz", head=asking("Statusz", version))
        if answer.status == 200:
            body = api.transcript[-1]["body"]
            found = {name: body.pop(name) for name in OF_A_BUILD}
            assert found["uptimeSeconds"] >= 0


@behaviour
def with_which_flags(api: Side) -> None:
    for version in ("v1beta1", "v1alpha1"):
        api.request("GET", "/flagz", head=asking("Flagz", version))
        flags = api.transcript[-1]["body"].pop("flags")
        api.note({name: flags.get(name) for name in TOLD})


@behaviour
def in_yaml(api: Side) -> None:
    for path, kind in PAGES.items():
        answer = api.request("GET", path, head=asking(kind, media="application/yaml"))
        assert answer.json["in YAML"]["kind"] == kind
        api.transcript[-1].pop("body")


@behaviour
def as_a_text(api: Side) -> None:
    for path in PAGES:
        for accept in (None, "text/plain", "*/*", "text/*", "text/html, */*;q=0.1"):
            answer = api.request("GET", path, head={"accept": accept})
            api.transcript[-1].pop("body")
            shape = [re.split("[:=]| ", line)[0] for line in answer.text.decode().split("\n")]
            api.note(shape if path == "/statusz" else shape[:3])


@behaviour
def in_no_other_form(api: Side) -> None:
    for path, kind in PAGES.items():
        for accept in (
            "application/json",
            "application/*",
            "text/html",
            "application/yaml;g=config.k8s.io;v=v1;as=Statusz",
        ):
            api.request("GET", path, head={"accept": accept})
        api.request("GET", path, head=asking("Other"))
        api.request("GET", path, head=asking(kind, media="application/vnd.kubernetes.protobuf"))


@behaviour
def by_any_method(api: Side) -> None:
    for path, kind in PAGES.items():
        for method in ("POST", "OPTIONS", "DELETE"):
            api.request(method, path, head=asking(kind))
            api.transcript[-1].pop("body")
        for below in (f"{path}/", f"{path}/more"):
            api.get(below)
