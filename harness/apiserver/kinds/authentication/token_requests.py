"""A token for a service account: POST to ``serviceaccounts/NAME/token`` (KEP-1205), behind ``kubectl create token``."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from harness.apiserver.admission import admit_to_namespace
from harness.apiserver.cluster import Cluster, timestamp
from harness.apiserver.errors import BadRequest, Conflict, Invalid, MethodNotAllowed, NotFound
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.posted import Posted, answer_posted

_GROUP, _KIND = "authentication.k8s.io", "TokenRequest"
_HOUR_SECONDS: Final = 3600
_LEAST_SECONDS: Final = 600
_MOST_SECONDS: Final = 2**32
_INJECTED_SECONDS: Final = _HOUR_SECONDS + 7
"""What the admission of pods asks for: such tokens of pods live a year, and only warn after their time."""

_YEAR_SECONDS: Final = 365 * 24 * _HOUR_SECONDS
_BINDABLE: Final = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


class _TokenRequestStrategy(Strategy):
    """What is posted there."""

    def default(self, value: Object) -> Object:
        """Give it an hour to live."""
        spec = value.get("spec") or {}
        if spec.get("expirationSeconds") is None:
            spec = {**spec, "expirationSeconds": _HOUR_SECONDS}
        return {**value, "spec": spec}


_STRATEGY: Final = _TokenRequestStrategy()


def create_token(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Answer a POST to the token subresource of the service account at ``key``."""
    if request.method != "POST":
        raise MethodNotAllowed
    reviews = cluster.registry.find(_GROUP, "v1", "tokenreviews")
    if reviews is None:
        raise AssertionError("the table of built-in resources holds no token reviews")
    # What is posted is of another kind than the path's, in the group of the reviews.
    posted = replace(reviews, kind=_KIND, model="io.k8s.api.authentication.v1.TokenRequest", strategy=_STRATEGY)
    return answer_posted(
        cluster,
        resource,
        key,
        request,
        posted=posted,
        subresource="token",
        answer=lambda found: _issue(cluster, resource, key, found),
    )


def _issue(cluster: Cluster, accounts: Resource, key: Key, posted: Posted) -> Object:
    value = posted.value
    metadata: Object = {**value["metadata"]}
    admit_to_namespace(cluster, accounts, metadata)
    if metadata.get("name", key.name) != key.name:
        error = invalid("metadata.name", metadata["name"], "must match the service account name if specified")
        raise Invalid(group=_GROUP, kind=_KIND, name=key.name, errors=[error])
    account = accounts.collection.get(key)
    if account is None:
        raise NotFound(accounts, key.name)
    if metadata.get("uid", account.uid) != account.uid:
        why = f"the UID in the token request ({metadata['uid']}) does not match the UID of the service account ({account.uid})"
        raise Conflict(replace(accounts, group=_GROUP, plural=_KIND), key.name, why)
    spec: Object = {"boundObjectRef": None, **value["spec"]}
    spec["audiences"] = spec.get("audiences") or [cluster.settings.service_account_issuer]
    seconds = spec["expirationSeconds"]
    if found := _errors(seconds):
        raise Invalid(group=_GROUP, kind=_KIND, name="", errors=found)
    metadata |= {"name": key.name, "namespace": key.namespace, "uid": account.uid, "creationTimestamp": cluster.now()}
    posted.check({**value, "metadata": ordered(metadata), "spec": spec})
    claims, lifetime = _bound(cluster, key, spec)
    now = cluster.clock().replace(microsecond=0)
    issued = int(now.timestamp())
    claims |= {"namespace": key.namespace, "serviceaccount": {"name": key.name, "uid": account.uid}}
    if lifetime != seconds:
        claims["warnafter"] = issued + seconds
    token = cluster.access.signer.sign(
        {
            "aud": spec["audiences"],
            "exp": issued + lifetime,
            "iat": issued,
            "iss": cluster.settings.service_account_issuer,
            "jti": cluster.new_uid(),
            "kubernetes.io": claims,
            "nbf": issued,
            "sub": f"system:serviceaccount:{key.namespace}:{key.name}",
        }
    )
    expiry = timestamp(now + timedelta(seconds=seconds))
    return {
        **value,
        "metadata": ordered(metadata),
        "spec": spec,
        "status": {"token": token, "expirationTimestamp": expiry},
    }


def _errors(seconds: int) -> list[FieldError]:
    path = "spec.expirationSeconds"
    if seconds < _LEAST_SECONDS:
        return [invalid(path, seconds, "may not specify a duration less than 10 minutes")]
    if seconds > _MOST_SECONDS:
        return [invalid(path, seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def _bound(cluster: Cluster, key: Key, spec: Object) -> tuple[dict[str, Any], int]:
    """Return the claims about the object that the token is bound to, and its life in seconds."""
    reference, seconds = spec.get("boundObjectRef"), spec["expirationSeconds"]
    if reference is None:
        return {}, seconds
    group, _, version = (reference.get("apiVersion") or "").rpartition("/")
    kind, name = reference.get("kind") or "", reference.get("name") or ""
    plural = _BINDABLE.get(kind) if not group else None
    resource = cluster.registry.find("", "v1", plural) if plural else None
    if resource is None:
        raise BadRequest(f"cannot bind token to object of type {group}/{version}, Kind={kind}")
    entry = resource.collection.get(Key(key.namespace if resource.namespaced else "", name))
    if entry is None:
        raise NotFound(resource, name)
    claims: dict[str, Any] = {kind.lower(): {"name": name, "uid": entry.uid}}
    if kind == "Pod":
        claims |= _pod_claims(cluster, resource.load(entry), key)
    if reference.get("uid", entry.uid) not in ("", entry.uid):
        why = (
            f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record. The object might "
            "have been deleted and then recreated"
        )
        raise Conflict(replace(resource, plural=kind), name, why)
    own = [cluster.settings.service_account_issuer]
    extended = kind == "Pod" and seconds == _INJECTED_SECONDS and spec["audiences"] == own
    return claims, _YEAR_SECONDS if extended else seconds


def _pod_claims(cluster: Cluster, pod: Object, key: Key) -> dict[str, Any]:
    spec = pod.get("spec") or {}
    if spec.get("serviceAccountName") != key.name:
        raise BadRequest(
            f'cannot bind token for serviceaccount "{key.name}" to pod running with different serviceaccount name.'
        )
    node = spec.get("nodeName")
    nodes = cluster.registry.find("", "v1", "nodes")
    if not node or nodes is None:
        return {}
    entry = nodes.collection.get(Key("", node))
    return {"node": {"name": node, **({"uid": entry.uid} if entry is not None else {})}}
