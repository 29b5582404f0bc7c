"""DeviceClasses: what kinds of devices there are to ask for."""

from functools import partial
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.kinds.core.resourcelist import extended
from harness.apiserver.kinds.resource.lists import each
from harness.apiserver.kinds.resource.requests import MOST_CONFIGURATIONS, configuration_errors, selectors_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_configuration: Final = partial(configuration_errors, names=None)


class DeviceClassStrategy(Strategy):
    """Rules of device classes."""

    def default(self, value: Object) -> Object:
        """Show the spec always."""
        return {**value, "spec": value.get("spec") or {}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check selectors and configuration."""
        del cluster, resource, current, subresource
        spec = value["spec"]
        found = list(selectors_errors(spec.get("selectors"), "spec.selectors"))
        found += each(spec.get("config"), "spec.config", _configuration, most=MOST_CONFIGURATIONS)
        name = spec.get("extendedResourceName")
        if name is not None and not extended(name):
            found.append(invalid("spec.extendedResourceName", name, "must be a valid extended resource name"))
        return found
