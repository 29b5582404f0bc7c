"""What controllers give to namespaces and roles: accounts, certificates, aggregated rules."""

from typing import Any

from ..script import behaviour
from ..side import Side

ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


def _ready(api: Side) -> None:
    api.in_time(f"{api.core('serviceaccounts')}/default", lambda answer: answer.status == 200)
    api.in_time(f"{api.config_maps}/kube-root-ca.crt", lambda answer: answer.status == 200)


def _without_certificate(found: Any) -> Any:
    return found | {"data": sorted(found["data"])}


@behaviour(controllers=True)
def an_account_for_each_namespace(api: Side) -> None:
    _ready(api)
    account = f"{api.core('serviceaccounts')}/default"
    first = api.get(account).json
    api.delete(account)
    api.until(account, lambda found: found["metadata"]["uid"] != first["metadata"]["uid"])
    api.get(account)


@behaviour(controllers=True)
def a_certificate_for_each_namespace(api: Side) -> None:
    _ready(api)
    certificate = f"{api.config_maps}/kube-root-ca.crt"
    first = api.peek(certificate).json
    api.note(_without_certificate(first))
    api.aside("DELETE", certificate)
    api.until(certificate, lambda found: found["metadata"]["uid"] != first["metadata"]["uid"])
    api.note(_without_certificate(api.peek(certificate).json))


@behaviour(controllers=True)
def a_certificate_that_somebody_changes(api: Side) -> None:
    _ready(api)
    certificate = f"{api.config_maps}/kube-root-ca.crt"
    api.aside("PATCH", certificate, {"data": {"ca.crt": "mine"}}, {"content-type": "application/merge-patch+json"})
    api.until(certificate, lambda found: found["data"]["ca.crt"] != "mine")
    api.note(_without_certificate(api.peek(certificate).json))


@behaviour(controllers=True)
def aggregated_roles(api: Side) -> None:
    label = {f"ex.dev/to-{api.namespace}": "true"}
    name = api.namespace
    api.post(
        ROLES,
        {
            "metadata": {"name": name},
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": label}]},
            "rules": [{"apiGroups": ["mine"], "resources": ["x"], "verbs": ["get"]}],
        },
    )
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    api.setup(ROLES, {"metadata": {"name": f"{name}-b", "labels": label}, "rules": rules})
    api.until(f"{ROLES}/{name}", lambda found: found["rules"] == rules)
    api.get(f"{ROLES}/{name}")
    more = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}, *rules]
    api.setup(ROLES, {"metadata": {"name": f"{name}-a", "labels": label}, "rules": more})
    api.until(f"{ROLES}/{name}", lambda found: len(found["rules"] or []) == 2)
    api.get(f"{ROLES}/{name}")
    api.aside("DELETE", f"{ROLES}/{name}-a")
    api.aside("DELETE", f"{ROLES}/{name}-b")
    api.until(f"{ROLES}/{name}", lambda found: not found["rules"])
    api.get(f"{ROLES}/{name}")


@behaviour(controllers=True)
def rules_written_into_an_aggregated_role(api: Side) -> None:
    label = {f"ex.dev/to-{api.namespace}": "true"}
    name = api.namespace
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    api.setup(ROLES, {"metadata": {"name": f"{name}-b", "labels": label}, "rules": rules})
    selectors = {"clusterRoleSelectors": [{"matchLabels": label}]}
    api.setup(ROLES, {"metadata": {"name": name}, "aggregationRule": selectors, "rules": []})
    api.until(f"{ROLES}/{name}", lambda found: found["rules"] == rules)
    api.merge(f"{ROLES}/{name}", {"rules": []})
    api.until(f"{ROLES}/{name}", lambda found: found["rules"] == rules)
    api.get(f"{ROLES}/{name}")
