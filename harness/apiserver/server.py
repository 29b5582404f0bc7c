"""The API server's core: from a request to a reply or a watch, without I/O.

`ApiServer` owns the state and no task, thread, socket or clock. A front calls `handle` for each request; when
``next_deadline`` passes it calls `step`. Nothing is written before a request has passed entirely; an exception that no
client should be able to cause becomes a 500 ``Status`` that names it and shows nothing of the code.
"""

import logging
import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial

from harness.apiserver import depth
from harness.apiserver.access import Access
from harness.apiserver.admission import AdmissionControl
from harness.apiserver.bootstrap import LateObjects, create_initial_namespaces
from harness.apiserver.cluster import Cluster, Errand
from harness.apiserver.codec.replies import presented
from harness.apiserver.collectors import Keepers, RegistrationKeeper
from harness.apiserver.discovery import Discovery, version
from harness.apiserver.dispatch import Dispatcher
from harness.apiserver.errors import (
    ApiError,
    BadRequest,
    FutureVersion,
    InternalError,
)
from harness.apiserver.health import Health
from harness.apiserver.kinds import STRATEGIES
from harness.apiserver.messages import Reply, Request
from harness.apiserver.metrics import Metrics
from harness.apiserver.openapi.published import Published
from harness.apiserver.outcalls import MOST_ATTEMPTS, Attempt, Outcall, Outcome, Wanted
from harness.apiserver.resources import Registry, builtin_resources, index_fields
from harness.apiserver.settings import ServerSettings
from harness.apiserver.status_pages import StatusPages
from harness.apiserver.store import Compaction, Store
from harness.apiserver.subscription import Subscription
from harness.apiserver.verbs.connecting import connects

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
        every = self.settings.compaction_interval
        store = Store(
            log_size=self.settings.event_log_size, compaction=None if every is None else Compaction(every, clock)
        )
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
        documents = (
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
        keepers = Keepers(self._cluster, namespaces, registrations)
        store.on_change = keepers.note
        create_initial_namespaces(self._cluster, namespaces)
        late = LateObjects(self._cluster, then={registrations.KIND: registrations.begin})
        if self.settings.stages is not None:
            keepers.play(self.settings.stages)
        self._dispatcher = Dispatcher(self._cluster, late, documents)

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
                return self._dispatcher.answer(request) if attempt is None else self._attempted(request, attempt)
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
            return self._dispatcher.answer(request)
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
