"""Bindings: a resource that keeps no objects; a POST puts the pod that it names onto a node."""

from collections.abc import Mapping

from harness.apiserver.kinds.core.pods.binding import bind_named
from harness.apiserver.resources.strategy import Endpoint, Strategy


class BindingStrategy(Strategy):
    """``bindings`` takes what ``pods/binding`` takes."""

    endpoints: Mapping[str, Endpoint] = {"": bind_named}
