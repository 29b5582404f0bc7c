"""What a cluster has from its start."""

from ..script import behaviour
from ..side import Side

FLOW = "/apis/flowcontrol.apiserver.k8s.io/v1"


@behaviour
def the_service_of_the_server(api: Side) -> None:
    """The port differs, and is left out."""
    api.get("/api/v1/namespaces/default/services/kubernetes")
    (port,) = api.transcript[-1]["body"]["spec"]["ports"]
    assert isinstance(port.pop("targetPort"), int)


@behaviour
def the_addresses_of_services(api: Side) -> None:
    api.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes")
    api.get("/apis/networking.k8s.io/v1/ipaddresses/10.96.0.1")


@behaviour
def priority_classes(api: Side) -> None:
    for name in ("system-node-critical", "system-cluster-critical"):
        api.get(f"/apis/scheduling.k8s.io/v1/priorityclasses/{name}")


@behaviour
def flow_schemas(api: Side) -> None:
    for name in ("exempt", "probes", "catch-all", "service-accounts", "global-default", "system-nodes"):
        api.get(f"{FLOW}/flowschemas/{name}")


@behaviour
def priority_levels(api: Side) -> None:
    for name in ("exempt", "system", "catch-all", "workload-low", "workload-high", "global-default"):
        api.get(f"{FLOW}/prioritylevelconfigurations/{name}")


@behaviour
def api_services(api: Side) -> None:
    for name in ("v1.", "v1.apps", "v2.autoscaling", "v1.rbac.authorization.k8s.io"):
        api.get(f"/apis/apiregistration.k8s.io/v1/apiservices/{name}")
