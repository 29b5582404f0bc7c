"""Service accounts: of the secrets that they mention only the names are kept, and a subresource makes tokens for them."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.kinds.authentication import create_token
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class ServiceAccountStrategy(Strategy):
    """A service account."""

    def __init__(self) -> None:
        self.endpoints = {"token": create_token}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Keep names alone."""
        del cluster, resource
        return _named(value)

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep names alone."""
        del cluster, resource, current, subresource
        return _named(value)


def _named(value: Object) -> Object:
    if not value.get("secrets"):
        return value
    return {**value, "secrets": [{"name": one["name"]} if one.get("name") else {} for one in value["secrets"]]}
