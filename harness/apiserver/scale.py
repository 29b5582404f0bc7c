"""The ``/scale`` subresource: how many replicas are wanted and there, whatever the kind calls them.

A client reads and writes an ``autoscaling/v1`` Scale; the server makes it of the object and writes the count that it asks for
back into the object, through the object's own pipeline. Built-in kinds have their counts at fixed paths, custom ones where their
definition says.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import orjson

from harness.apiserver.admission import UPDATE, Attributes
from harness.apiserver.bodies import body_type, read_object
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, Conflict, InternalError, Invalid, MethodNotAllowed, NotFound
from harness.apiserver.fields import invalid, quote
from harness.apiserver.managed import owners_of_revised
from harness.apiserver.managed.applying import Application, applied
from harness.apiserver.managed.managers import entries_of, managed_of
from harness.apiserver.managed.scaling import owners_of_scale, owners_of_scaled
from harness.apiserver.managed.views import type_of
from harness.apiserver.messages import Json, Object, Reply, Request
from harness.apiserver.patches import APPLY, apply_patch, patch_type, read_configuration
from harness.apiserver.resources.resource import Resource, opening_of_struct
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.asking import Asking, kind_of
from harness.apiserver.verbs.objects import admit, finished, reply
from harness.apiserver.verbs.options import WriteOptions, forces, patch_options, silent, write_options
from harness.apiserver.verbs.revision import check_place, revise

_NEVER_SET: Final = -(2**31)
"""Stands for a count that a custom object does not have: a write must replace it."""

_IDENTITY: Final = ("creationTimestamp", "name", "namespace", "resourceVersion", "uid")


@dataclass(frozen=True, slots=True)
class ScaleEndpoint:
    """Serves ``/scale`` of one kind.

    ``selector`` returns the selector of an object's pods as text. ``spec_text`` is the path as a definition writes it
    (``.spec.replicas``), "" for built-in kinds, whose count is never missing.
    """

    selector: Callable[[Object], str]
    spec_replicas: tuple[str, ...] = ("spec", "replicas")
    status_replicas: tuple[str, ...] = ("status", "replicas")
    spec_text: str = ""

    def __call__(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        """Answer GET, PUT and PATCH."""
        match request.method:
            case "GET":
                return self._get(resource, key)
            case "PUT":
                return self._put(cluster, resource, key, request)
            case "PATCH":
                return self._patch(cluster, resource, key, request)
        raise MethodNotAllowed

    def scale_of(self, value: Object) -> Object:
        """Return the Scale of an object."""
        metadata = value["metadata"]
        status: Object = {"replicas": _number(value, self.status_replicas) or 0}
        if selector := self.selector(value):
            status["selector"] = selector
        return {
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": {name: metadata[name] for name in _IDENTITY if name in metadata},
            "spec": {"replicas": replicas} if (replicas := _number(value, self.spec_replicas)) else {},
            "status": status,
        }

    def _get(self, resource: Resource, key: Key) -> Reply:
        entry = resource.collection.get(key)
        if entry is None:
            raise NotFound(resource, key.name)
        value = resource.load(entry)
        if self.spec_text and _number(value, self.spec_replicas) is None:
            raise InternalError(f"the spec replicas field {quote(self.spec_text)} does not exist")
        return reply(200, orjson.dumps(self.scale_of(value)))

    def _put(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        body_type(request.headers)
        options = write_options(request, "UpdateOptions")
        scales = _scales(resource)
        incoming = read_object(request, scales)
        wanted = admit(scales, incoming.value, options, incoming=incoming)
        check_place(scales, key, wanted["metadata"])
        entry = resource.collection.get(key)
        if entry is None:
            raise NotFound(resource, key.name)
        return self._write(cluster, resource, entry, wanted, options)

    def _patch(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        kind = patch_type(request.headers, resource)
        options = patch_options(request, applies=kind == APPLY)
        entry = resource.collection.get(key)
        if entry is None:
            raise NotFound(resource, key.name)
        value, scales = resource.load(entry), _scales(resource)
        shown = self.scale_of(value)
        if self.spec_text and _number(value, self.spec_replicas) is None:
            shown["spec"] = {"replicas": _NEVER_SET}
        managed = None
        if kind == APPLY:
            shown, managed = self._applied(cluster, resource, value, request, options)
        else:
            shown = apply_patch(kind, request.body, shown, type_of(scales)).value
        wanted = admit(scales, shown, options)
        check_place(scales, key, wanted["metadata"])
        return self._write(cluster, resource, entry, wanted, options, managed=managed)

    def _applied(
        self, cluster: Cluster, resource: Resource, value: Object, request: Request, options: WriteOptions
    ) -> tuple[Object, list[Object]]:
        """Return the Scale of an object with the configuration in the body applied to it, and the owners of the object then."""
        count = tuple("f:" + step for step in self.spec_replicas)
        owners = managed_of(value["metadata"].get("managedFields") or [])
        live = self.scale_of(value)
        live["metadata"]["managedFields"] = entries_of(owners_of_scale(owners, count))
        config, _ = read_configuration(request.body)
        application = Application(
            registry=cluster.registry,
            resource=_scales(resource),
            config=config,
            subresource="scale",
            manager=options.manager,
            force=forces(request),
            now=cluster.now(),
        )
        found = applied(application, live)
        scale = managed_of(found["metadata"]["managedFields"])
        return found, entries_of(owners_of_scaled(owners, scale, count, api_version=resource.api_version))

    def _write(
        self,
        cluster: Cluster,
        resource: Resource,
        entry: Entry,
        wanted: Object,
        options: WriteOptions,
        *,
        managed: list[Object] | None = None,
    ) -> Reply:
        current = resource.load(entry)
        asking = self._asking(cluster, resource, entry, current, options)
        if cluster.admission.active:
            wanted = self._changed(asking, resource, current, wanted, options, applied=managed is not None)
        replicas = (wanted.get("spec") or {}).get("replicas") or 0
        if replicas == _NEVER_SET:
            raise BadRequest(f"the spec replicas field {quote(self.spec_text)} cannot be empty")
        name, metadata = entry.key.name, wanted["metadata"]
        if replicas < 0 and not resource.custom:
            error = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
            raise Invalid(group="autoscaling", kind="Scale", name=name, errors=[error])
        if not resource.custom and metadata.get("uid", entry.uid) != entry.uid:
            why = f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object meta: {entry.uid}"
            raise Conflict(replace(resource, plural=f"{resource.plural}/scale"), name, why)
        candidate = _with(current, self.spec_replicas, replicas)
        candidate["metadata"] = {**current["metadata"], "resourceVersion": metadata.get("resourceVersion", "")}
        if managed is None:
            counted = not self.spec_text or _number(current, self.spec_replicas) is not None
            managed = _owners(cluster, resource, current, candidate, manager=options.manager, counted=counted)
        written = revise(
            cluster,
            resource,
            entry,
            candidate,
            subresource="scale",
            options=options,
            current=current,
            managed=managed,
            check=lambda value: asking.check(self.scale_of(value)),
        )
        body = orjson.dumps(self.scale_of(orjson.loads(written.body)), option=orjson.OPT_APPEND_NEWLINE)
        return written._replace(body=body)

    def _changed(
        self,
        asking: Asking,
        resource: Resource,
        current: Object,
        wanted: Object,
        options: WriteOptions,
        *,
        applied: bool,
    ) -> Object:
        """Return a Scale as those leave it who may change it: they see who owns the count, those who check it do not."""
        count = tuple("f:" + step for step in self.spec_replicas)
        old, scales = self.scale_of(current), _scales(resource)
        owners = managed_of(current["metadata"].get("managedFields") or [])
        old["metadata"]["managedFields"] = entries_of(owners_of_scale(owners, count))
        managed = wanted["metadata"].get("managedFields")
        if not applied:
            managed = owners_of_revised(
                asking.cluster, scales, old, wanted, subresource="scale", manager=options.manager
            )
        shown = {**wanted, "metadata": {**wanted["metadata"], "managedFields": managed}}
        found = replace(asking, attributes=replace(asking.attributes, old=old)).changed(shown)
        return {**found, "metadata": {name: one for name, one in found["metadata"].items() if name != "managedFields"}}

    def _asking(
        self, cluster: Cluster, resource: Resource, entry: Entry, current: Object, options: WriteOptions
    ) -> Asking:
        """Return the admission of a write: who is asked sees the Scale, before and after."""
        scales, quiet = _scales(resource), silent(options)
        attributes = Attributes(
            operation=UPDATE,
            resource=resource,
            user=options.user,
            namespace=entry.key.namespace,
            name=entry.key.name,
            options={**options.given, "kind": "UpdateOptions"},
            old=self.scale_of(current),
            subresource="scale",
            dry_run=options.dry_run,
            kind=kind_of(scales),
        )
        return Asking(
            cluster,
            attributes,
            seen=lambda value: finished(scales, value),
            read=lambda changed: admit(scales, changed, quiet),
            warn=options.warn,
        )


def _owners(
    cluster: Cluster, resource: Resource, current: Object, candidate: Object, *, manager: str, counted: bool
) -> list[Object]:
    """Return who owns which fields after a write of the scale.

    The owner is that of a Scale's field, whose entry has no time, and which is not there when it is zero, or when the object was not
    ``counted`` before.
    """
    managed = owners_of_revised(cluster, resource, current, candidate, subresource="scale", manager=manager)
    owners = managed_of(managed)
    found = {one: owned._replace(time="", entry=None) for one, owned in owners.items() if one.subresource == "scale"}
    others = {one: owned for one, owned in owners.items() if one not in found}
    scaled = any(candidate.get(name) != current.get(name) for name in candidate if name != "metadata")
    asked = bool((candidate.get("spec") or {}).get("replicas"))
    return entries_of({**others, **({} if not counted or (scaled and not asked and not resource.custom) else found)})


def _scales(resource: Resource) -> Resource:
    """Return what a Scale's body is read as."""
    return replace(
        resource,
        group="autoscaling",
        version="v1",
        kind="Scale",
        custom=False,
        model="io.k8s.api.autoscaling.v1.Scale",
        schema=None,
        renames={},
        exact=True,
        strategy=Strategy(),
        opening=opening_of_struct("autoscaling/v1", "Scale"),
    )


def _number(value: Json, path: tuple[str, ...]) -> int | None:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _with(value: Object, path: tuple[str, ...], item: Json) -> Object:
    """Return ``value`` with ``item`` at ``path``, copied along it."""
    first, *rest = path
    inner = value.get(first)
    return {**value, first: _with(inner if isinstance(inner, dict) else {}, tuple(rest), item) if rest else item}
