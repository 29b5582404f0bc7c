"""The API server's core: from a request to a reply or a watch, without I/O.

`ApiServer` owns the state and no task, thread, socket or clock. A front calls `handle` for each request; when
``next_deadline`` passes it calls `step`. Nothing is written before a request has passed entirely; an exception that no
client should be able to cause becomes a 500 ``Status`` that names it and shows nothing of the code.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial

from harness.apiserver import depth
from harness.apiserver.access import Access
from harness.apiserver.admission import AdmissionControl
from harness.apiserver.bootstrap import LateObjects, create_initial_namespaces
from harness.apiserver.cluster import Cluster, Errand
from harness.apiserver.codec.replies import check_acceptable, presented, streamed
from harness.apiserver.collectors import (
    AccountKeeper,
    DefinitionKeeper,
    EventExpiry,
    GarbageCollector,
    NamespaceCollector,
    PolicyChecker,
    QuotaCounter,
    RegistrationKeeper,
    RoleAggregator,
)
from harness.apiserver.discovery import Discovery, version
from harness.apiserver.errors import (
    ApiError,
    BadRequest,
    FutureVersion,
    InternalError,
    MethodNotAllowed,
    NotFound,
    NotServed,
    PageNotFound,
    ResourceNotFound,
    TooLarge,
)
from harness.apiserver.fields import quote
from harness.apiserver.health import Health
from harness.apiserver.kinds import STRATEGIES
from harness.apiserver.messages import Reply, Request
from harness.apiserver.methods import check_method
from harness.apiserver.metrics import Metrics
from harness.apiserver.names import path_segment
from harness.apiserver.openapi.published import Published
from harness.apiserver.outcalls import MOST_ATTEMPTS, Attempt, Outcall, Outcome, Wanted
from harness.apiserver.patches import patch_type
from harness.apiserver.presentation import converted, has_tables
from harness.apiserver.resources import OBJECT_PARTS, Registry, Resource, builtin_resources, index_fields
from harness.apiserver.routes import Route, parse_route
from harness.apiserver.settings import ServerSettings
from harness.apiserver.stages.stage import Stages
from harness.apiserver.status_pages import StatusPages
from harness.apiserver.store import Change, Collection, Key, Store
from harness.apiserver.subscription import Subscription
from harness.apiserver.verbs import create, delete, delete_collection, get, list_objects, patch, update
from harness.apiserver.verbs.connecting import connects
from harness.apiserver.verbs.parameters import flag
from harness.apiserver.watch import watch

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_log = logging.getLogger(__name__)

Answer = Reply | Subscription | Outcall
"""What a request gets: all of it, a stream, or calls that have to be made before it can be answered."""


class ApiServer:
    """One cluster's API. ``clock`` gives the time, ``new_uid`` the uids, ``suffixes`` the endings of generated names."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        new_uid: Callable[[], str],
        settings: ServerSettings | None = None,
        suffixes: random.Random | None = None,
    ) -> None:
        self.settings = settings or ServerSettings()
        self.on_deadline_changed: Callable[[], None] | None = None
        self._deep = False  # whether there have been objects that need room
        store = Store(log_size=self.settings.event_log_size)
        registry = Registry(builtin_resources(store, STRATEGIES))
        index_fields(registry.all())
        self._cluster = Cluster(
            store=store,
            registry=registry,
            settings=self.settings,
            clock=clock,
            draw_uid=new_uid,
            stream=suffixes or random.Random(self.settings.seed),
        )
        self._cluster.agenda.on_earlier = self._deadline_changed
        self._cluster.access = Access(self._cluster)
        self._metrics = Metrics(store, registry, clock=clock, build=version(self.settings.git_version))
        self._documents: tuple[Callable[[Request], Reply | None], ...] = (
            Health(clock).answer,
            StatusPages(self.settings, clock).answer,
            Discovery(registry, git_version=self.settings.git_version).answer,
            self._cluster.access.openid,
            Published(registry, clock).answer,
            self._metrics.answer,
        )
        namespaces = registry.find("", "v1", "namespaces")
        if namespaces is None:
            raise AssertionError("the table of built-in resources holds no namespaces")
        self._cluster.admission = AdmissionControl(self._cluster)
        registrations = RegistrationKeeper(self._cluster)
        self._keepers = (
            self._cluster.admission.note,
            DefinitionKeeper(self._cluster).note,
            GarbageCollector(self._cluster).note,
            NamespaceCollector(self._cluster, namespaces).note,
            self._cluster.access.note,
            registrations.note,
            *self._aggregating(),
            *self._expiring(),
            *self._counting(),
            *self._checking(),
            *([AccountKeeper(self._cluster).note] if self.settings.default_accounts else ()),
        )
        store.on_change = self._note
        create_initial_namespaces(self._cluster, namespaces)
        self._late = LateObjects(self._cluster, then={registrations.KIND: registrations.begin})
        if self.settings.stages is not None:
            self._play(self.settings.stages)

    def _play(self, stages: Stages) -> None:
        from harness.apiserver.collectors.stages import StageCollector  # noqa: PLC0415  most servers play none

        collector = StageCollector(self._cluster, stages)
        self._keepers = (*self._keepers, collector.note)
        collector.create_nodes()

    def _aggregating(self) -> Iterator[Callable[[Collection, Change], None]]:
        roles = self._cluster.registry.find("rbac.authorization.k8s.io", "v1", "clusterroles")
        if roles is not None and self.settings.aggregate_roles:
            aggregator = RoleAggregator(self._cluster, roles)
            self._cluster.access.book.on_prepared = aggregator.aggregate
            yield aggregator.note

    def _expiring(self) -> Iterator[Callable[[Collection, Change], None]]:
        events, ttl = self._cluster.registry.find("", "v1", "events"), self.settings.event_ttl
        if events is not None and ttl is not None:
            yield EventExpiry(self._cluster, events, ttl).note

    def _counting(self) -> Iterator[Callable[[Collection, Change], None]]:
        quotas = self._cluster.registry.find("", "v1", "resourcequotas")
        if quotas is not None and self.settings.count_quotas:
            yield QuotaCounter(self._cluster, quotas).note

    def _checking(self) -> Iterator[Callable[[Collection, Change], None]]:
        policies = self._cluster.registry.find("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies")
        if policies is not None and self.settings.check_policies:
            yield PolicyChecker(self._cluster, policies).note

    def handle(self, request: Request) -> Answer:
        """Answer one request, or say whom to ask first. Never raises for anything that a client can send."""
        # Not `dataclasses.replace`, which takes a tenth of a get.
        request = Request(request.method, request.path, request.query, request.headers, request.body, request.user, [])
        cluster = self._cluster
        now = cluster.clock()
        asks = cluster.admission.calls and (request.method != "GET" or connects(request.path))
        if not (asks or cluster.registry.converts):
            return self._answer(request, None, now)
        return self._answer(request, Attempt(seed=cluster.stream.getrandbits(64), moment=now), now)

    def _answer(self, request: Request, attempt: Attempt | None, began: datetime, *, patient: bool = True) -> Answer:
        answer = self._tried(request, attempt, began, patient=patient)
        if isinstance(answer, Reply):
            answer = presented(answer, request)
            self._metrics.count(request, answer, began=began)
        elif isinstance(answer, Subscription):
            self._metrics.watch(request, answer, began=began)
        if attempt is not None and not isinstance(answer, Outcall):
            for asking, took in attempt.asked():
                self._metrics.webhooks.count(asking, seconds=took.total_seconds())
        return answer

    def _tried(self, request: Request, attempt: Attempt | None, began: datetime, *, patient: bool = True) -> Answer:
        try:
            with depth.room() if self._deep else nullcontext():
                return self._handle(request) if attempt is None else self._attempted(request, attempt)
        except Wanted as wanted:
            return self._outcall(request, wanted, attempt, began)
        except FutureVersion as refusal:
            return self._later(request, attempt, began) if patient else refusal.reply(request.warnings)
        except ApiError as refusal:
            return refusal.reply(request.warnings)
        except RecursionError:
            return self._tried_in_room(request, attempt, began)
        except Exception as problem:  # noqa: BLE001  the last line of defence: a reply must be made
            _log.exception("request %s %s failed", request.method, request.path)
            return InternalError(f"{type(problem).__name__} while handling the request").reply()

    def _later(self, request: Request, attempt: Attempt | None, began: datetime) -> Outcall:
        """Return what lets a read wait for a version from the future, once."""
        request.warnings.clear()
        again = partial(self._answer, request, attempt, began, patient=False)
        return Outcall((), lambda _: again(), pause=self.settings.version_patience)

    def _tried_in_room(self, request: Request, attempt: Attempt | None, began: datetime) -> Answer:
        """Answer a request about objects that are nested deeply; it has changed nothing yet."""
        if self._deep:
            return BadRequest("the object is nested too deeply: exceeded max depth").reply()
        self._deep = True
        request.warnings.clear()
        return self._tried(request, attempt, began)

    def _attempted(self, request: Request, attempt: Attempt) -> Answer:
        attempt.begin()
        if attempt.count > MOST_ATTEMPTS:
            raise InternalError("the webhooks' answers change what is asked of them without end")
        self._cluster.attempt = attempt
        try:
            return self._handle(request)
        finally:
            self._cluster.attempt = None

    def _outcall(self, request: Request, wanted: Wanted, attempt: Attempt | None, began: datetime) -> Answer:
        sent = self._cluster.clock()

        def resume(outcomes: Sequence[Outcome]) -> Answer:
            if attempt is not None:
                attempt.learn(wanted, outcomes, after=self._cluster.clock() - sent)
            return self._answer(request, attempt, began)

        return Outcall(tuple(call for _, call in wanted.questions), resume)

    @property
    def next_deadline(self) -> datetime | None:
        """When there is something to do without a request, or None."""
        return self._cluster.agenda.next_due

    def busy(self) -> str | None:
        """Say what the server will still change by itself (garbage collection, deletion of a namespace), or None.

        A namespace that waits for finalizers is looked at again and again; that is not counted, as nothing may ever come of it.
        """
        return self._cluster.agenda.busy() or ("the answer of a webhook" if self._cluster.errands else None)

    @property
    def on_errand(self) -> Errand | None:
        """What makes calls that no request waits for: a front's. It is called in the front's own loop."""
        return self._cluster.on_errand

    @on_errand.setter
    def on_errand(self, errand: Errand | None) -> None:
        self._cluster.on_errand = errand

    def step(self) -> None:
        """Do everything that is due now."""
        with depth.room() if self._deep else nullcontext():
            self._cluster.agenda.run(self._cluster.clock())

    def compact(self) -> None:
        """Forget every change so far, as etcd's compaction does: watches that resume from before now are refused."""
        for collection in self._cluster.store.collections():
            collection.log.compact(self._cluster.store.revision)

    def _deadline_changed(self) -> None:
        if self.on_deadline_changed is not None:
            self.on_deadline_changed()

    def _note(self, collection: Collection, change: Change) -> None:
        for note in self._keepers:
            note(collection, change)

    def _handle(self, request: Request) -> Reply | Subscription:
        request = self._cluster.access.admit(request)
        if len(request.body) > self.settings.max_body_bytes:
            raise TooLarge(f"limit is {self.settings.max_body_bytes}")
        route = parse_route(request.path)
        if route is None or not route.plural:
            return self._document(request)
        resource = self._found(request, route)
        self._late.prepare(resource)
        request = self._checked_method(request, resource, route)
        try:
            watching = route.watch or (request.method == "GET" and not route.name and flag(request.query, "watch"))
            tables = has_tables(resource, route.subresource)
            check_acceptable(request, resource, collection=not route.name, watching=watching, tables=tables)
            answer = self._dispatch(request, resource, route)
            answer = converted(answer, request, resource, subresource=route.subresource, clock=self._cluster.clock)
            return streamed(answer, request, resource) if isinstance(answer, Subscription) else answer
        except ApiError as refusal:
            if not resource.deprecation:
                raise
            if isinstance(refusal, FutureVersion):
                request.warnings.append(resource.deprecation)
                raise
            return refusal.reply(list(dict.fromkeys((resource.deprecation, *request.warnings))))

    def _found(self, request: Request, route: Route) -> Resource:
        resource = self._cluster.registry.find(route.group, route.version, route.plural)
        if resource is None or (route.namespace is not None and not resource.namespaced):
            raise self._missing(request.path)
        if route.deeper and not resource.custom:  # what serves custom objects does not look there
            raise self._missing(request.path)
        if route.subresource and route.subresource not in resource.subresources:
            raise NotFound(resource, route.name) if resource.custom else ResourceNotFound
        return resource

    def _checked_method(self, request: Request, resource: Resource, route: Route) -> Request:
        if route.watch:
            self._check_watched(request, resource, route)
        elif not resource.custom:
            check_method(resource, route, request.method)
        else:
            if request.method == "HEAD":  # answered as a GET, of which the front leaves out the body
                request = replace(request, method="GET")
            if resource.namespaced and route.namespace is None and (route.name or request.method != "GET"):
                raise PageNotFound
        if wrong := path_segment(route.name):
            raise BadRequest(f"Name parameter invalid: {quote(route.name)}: {';'.join(wrong)}")
        return request

    def _document(self, request: Request) -> Reply:
        if not request.path or request.path.startswith("//"):
            raise PageNotFound
        for answer in self._documents:
            if (found := answer(request)) is not None:
                return found
        raise self._missing(request.path)

    def _missing(self, path: str) -> ApiError:
        """Return how the server says that nothing is served at a path: as a Status where the group is its own."""
        start, group, *_ = [*path.strip("/").split("/"), ""]
        known = start == "api" or (start == "apis" and self._cluster.registry.built_in(group))
        return ResourceNotFound() if known else PageNotFound()

    @staticmethod
    def _check_watched(request: Request, resource: Resource, route: Route) -> None:
        """Look at one of the paths that are only for watching, which came before the parameter."""
        everywhere = resource.namespaced and route.namespace is None
        if "watch" not in resource.verbs or route.subresource or (route.name and everywhere):
            raise ResourceNotFound
        if request.method != "GET":
            raise MethodNotAllowed

    def _dispatch(self, request: Request, resource: Resource, route: Route) -> Reply | Subscription:
        key = Key(route.namespace or "", route.name)
        if route.watch:
            namespace = route.namespace if resource.namespaced else ""
            return watch(self._cluster, resource, namespace, request, name=route.name)
        endpoint = resource.strategy.endpoints.get(route.subresource)
        if endpoint is not None:
            return endpoint(self._cluster, resource, key, request)
        if route.subresource and route.subresource not in OBJECT_PARTS:
            raise NotServed(resource, route.subresource)
        if not resource.keeps_objects:
            raise NotServed(resource, "")
        if not route.name:
            return self._on_collection(request, resource, route.namespace)
        return self._on_object(request, resource, key, route)

    def _on_object(self, request: Request, resource: Resource, key: Key, route: Route) -> Reply | Subscription:
        cluster, subresource = self._cluster, route.subresource
        match request.method:
            case "GET":
                return get(cluster, resource, key, request)
            case "PATCH":
                return patch(cluster, resource, key, subresource, request)
            case "PUT":
                return update(cluster, resource, key, subresource, request)
            case "DELETE" if not subresource:
                return delete(cluster, resource, key, request)
            case "POST" if not subresource:  # of custom resources alone: the name in the path is not looked at
                return create(cluster, resource, key.namespace, request)
        raise MethodNotAllowed(resource, _VERBS.get(request.method, ""))

    def _on_collection(self, request: Request, resource: Resource, namespace: str | None) -> Reply | Subscription:
        cluster = self._cluster
        if not resource.namespaced:
            namespace = ""
        match request.method:
            case "GET":
                if flag(request.query, "watch"):
                    return watch(cluster, resource, namespace, request)
                return list_objects(cluster, resource, namespace, request)
            case "POST":
                return create(cluster, resource, namespace or "", request)
            case "DELETE" if "deletecollection" in resource.verbs:
                return delete_collection(cluster, resource, namespace, request)
            case "PUT" | "PATCH":  # of custom resources alone, whose handler asks for the name after the media type
                if request.method == "PATCH":
                    patch_type(request.headers, resource)
                raise BadRequest("name must be provided")
        raise MethodNotAllowed(resource, _VERBS.get(request.method, ""))
