"""Component statuses: whether scheduler, controller manager and etcd answer, as seen from the API server.

The real server asks each of them when somebody looks. Beside the embedded one runs no scheduler and no controller manager, so
their ports are closed; and what stands in etcd's place is there as long as the server is.
"""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import MethodNotAllowed, NotFound
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.listing import list_options
from harness.apiserver.verbs.objects import reply
from harness.apiserver.verbs.parameters import flag

_PORTS: Final = {"controller-manager": 10257, "scheduler": 10259}
_STORE: Final = "etcd-0"


class _Misnamed:
    """The resource as its refusals call it: in the singular."""

    group, plural, kind = "", "componentstatus", "ComponentStatus"


class ComponentStatusStrategy(Strategy):
    """ComponentStatus: a list and single ones, to be read only."""

    def __init__(self) -> None:
        self.endpoints = {"": self._read}

    @staticmethod
    def _read(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        del cluster
        head = {"kind": resource.kind, "apiVersion": resource.api_version}
        warnings = (resource.deprecation,)
        if key.name:
            if key.name not in {*_PORTS, _STORE}:
                raise NotFound(_Misnamed, key.name)
            return reply(200, dumps({**head, **_status(key.name)}), warnings)
        options = list_options(resource, request.query)
        if flag(request.query, "watch"):
            raise MethodNotAllowed(resource, "watch")
        names = (*_PORTS, _STORE)
        shown = [one for one in names if options.labels.matches({}) and options.fields.matches({"metadata.name": one})]
        items = [_status(one) for one in shown]
        return reply(200, dumps({**head, "kind": resource.list_kind, "metadata": {}, "items": items}), warnings)


def _status(name: str) -> Object:
    if name == _STORE:
        found = {"type": "Healthy", "status": "True", "message": "ok"}
    else:
        address = f"127.0.0.1:{_PORTS[name]}"
        message = f'Get "https://{address}/healthz": dial tcp {address}: connect: connection refused'
        found = {"type": "Healthy", "status": "False", "message": message}
    return {"metadata": {"name": name}, "conditions": [found]}
