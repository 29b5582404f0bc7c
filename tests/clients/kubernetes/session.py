"""A session of the official client: its API classes on one server, and what they gave."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from tests.conformance.masking import headers

from ..recording import Notes, document, plain
from ..script import Scripts, Stage
from ..servers import PERSON, patiently

script = Scripts("kubernetes")


class Kubernetes(Notes):
    """An `ApiClient` of the administrator, made from the server's kubeconfig.

    :ivar folder: for manifests.
    """

    errors = (ApiException,)

    def __init__(self, stage: Stage, api: client.ApiClient) -> None:
        super().__init__(stage.recording)
        self.api, self.namespace, self.folder = api, stage.namespace, stage.folder
        self.core, self.apps, self.batch = client.CoreV1Api(api), client.AppsV1Api(api), client.BatchV1Api(api)
        self.coordination, self.custom = client.CoordinationV1Api(api), client.CustomObjectsApi(api)
        self.server = stage.server

    def plain(self, value: Any) -> Any:
        """Return models as they would be sent."""
        return plain(self.api.sanitize_for_serialization(value))

    def told(self, error: BaseException) -> dict[str, Any]:
        """Return what an error holds: status, reason, body and the headers that clients act on."""
        if not isinstance(error, ApiException):
            return super().told(error)
        found = headers({name.lower(): value for name, value in (error.headers or {}).items()})
        return {"status": error.status, "reason": error.reason, "headers": found, "body": document(error.body)}

    @contextlib.contextmanager
    def as_person(self, token: str = PERSON) -> Iterator[client.CoreV1Api]:
        """Be somebody else: a user without rights, or one with a wrong token."""
        with _client(self.server.kubeconfig) as api:
            api.configuration.api_key["BearerToken"] = f"Bearer {token}"
            api.configuration.refresh_api_key_hook = None  # it would read the kubeconfig again
            yield client.CoreV1Api(api)

    def until(self, call: Callable[[], Any]) -> None:
        """Call until it is not refused any more: a real server learns of new rights from a watch."""
        patiently(lambda: _answers(call))


def _answers(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ApiException:
        return False
    return True


@contextlib.contextmanager
def session(stage: Stage) -> Iterator[Kubernetes]:
    """Open a client."""
    with _client(stage.server.kubeconfig) as api:
        yield Kubernetes(stage, api)


@contextlib.contextmanager
def _client(kubeconfig: Path) -> Iterator[client.ApiClient]:
    with config.new_client_from_config(config_file=str(kubeconfig)) as api:
        yield api
        api.rest_client.pool_manager.clear()
