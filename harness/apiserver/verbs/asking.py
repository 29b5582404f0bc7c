"""Admission of what is posted to a part of an object or answered at once: no object of the resource's kind comes of it.

Where nothing is configured it costs a look at a flag.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.apiserver.admission import CREATE, Attributes, Kind
from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.objects import admit, finished
from harness.apiserver.verbs.options import WriteOptions, silent


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked about one thing, in two steps: `changed` before it is looked at, `check` before it is done.

    ``seen`` makes of a value what those see who are asked, ``read`` a value of what they make of it.
    """

    cluster: Cluster
    attributes: Attributes
    seen: Callable[[Object], Object]
    read: Callable[[Object], Object]
    warn: Callable[[str], None]

    def changed(self, value: Object) -> Object:
        """Return a value as those leave it who may change it.

        :raises ApiError: somebody refuses it.
        :raises Wanted: a webhook has to be asked first.
        """
        if not self.cluster.admission.active:
            return value
        seen = self.seen(value)
        found = self.cluster.admission.mutate(self.attributes.with_value(seen), decode=self.read, warn=self.warn)
        return value if found is None else found

    def check(self, value: Object) -> None:
        """Let a value pass.

        :raises ApiError: somebody refuses it.
        :raises Wanted: a webhook has to be asked first.
        """
        if self.cluster.admission.active:
            self.cluster.admission.validate(self.attributes.with_value(self.seen(value)), warn=self.warn)


def asking_of_posted(
    cluster: Cluster, resource: Resource, key: Key, posted: Resource, *, options: WriteOptions, subresource: str
) -> Asking:
    """Return the admission of what is posted to a ``resource`` or a part of it, and read as an object of ``posted``."""
    attributes = Attributes(
        operation=CREATE,
        resource=resource,
        user=options.user,
        namespace=key.namespace,
        name=key.name,
        options={**options.given, "kind": "CreateOptions"},
        subresource=subresource,
        dry_run=options.dry_run,
        kind=kind_of(posted),
    )
    quiet = silent(options)
    return Asking(
        cluster,
        attributes,
        seen=lambda value: finished(posted, value),
        read=lambda changed: admit(posted, changed, quiet),
        warn=options.warn,
    )


def kind_of(resource: Resource) -> Kind:
    """Return the kind of a resource."""
    return Kind(resource.group, resource.version, resource.kind, resource.model)


def about(asking: Asking, name: str) -> Asking:
    """Return the same about an object whose name only the body tells."""
    return replace(asking, attributes=replace(asking.attributes, name=name))
