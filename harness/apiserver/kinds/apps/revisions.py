"""ControllerRevisions: what a stateful set or a daemon set was like."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, required
from harness.apiserver.kinds.checks import immutable, non_negative
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class RevisionStrategy(Strategy):
    """A snapshot with a number. It never changes."""

    def default(self, value: Object) -> Object:
        """Show the number always."""
        return {**value, "revision": value.get("revision") or 0}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check that there is a snapshot, and that it stays."""
        del cluster, resource, subresource
        found = list(non_negative(value, "revision"))
        data = value.get("data")
        if current is not None:
            return [*found, *immutable(data, current.get("data"), "data")]
        if data is None:
            found.append(required("data", "data is mandatory"))
        elif not isinstance(data, dict):
            found.append(required("data", "data must be a valid JSON object"))
        return found
