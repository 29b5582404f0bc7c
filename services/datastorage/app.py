"""The HTTP API of DataStorage.

``create_app(store)`` needs no lifespan events: it opens nothing, so it can be called in memory as well as served. Every endpoint
is ``async`` and leaves the event loop in one place, one ``asyncio.to_thread`` for one whole transaction of the store; a plain function
would be run by the framework in a thread of its own, behind the back of whoever owns the loop, so creating the app refuses it.
"""

import asyncio
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Query, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.datastorage.errors import StoreUnavailable, SynchronousEndpoint
from services.datastorage.events import CORRELATION_ID_LENGTH, AuditEvent, micro, outside_window
from services.datastorage.problems import NotFound, Refused, answer_with_problems
from services.datastorage.queries import EventFilters
from services.datastorage.replies import (
    BatchCreated,
    ChainVerdict,
    Created,
    EventPage,
    JsonResponse,
    Pagination,
    Problem,
    returned,
)
from services.datastorage.settings import Settings
from services.datastorage.store import AuditStore
from services.datastorage.verification import Verdict, verify

MAX_BATCH = 1000
"""Events in one batch: what the platform's clients send at most."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is wrong; nothing was stored"},
    503: {"model": Problem, "description": "The database does not answer; send the same request again later"},
}
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "An event id is taken by another body"}
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such chain"}}


def create_app(store: AuditStore, *, settings: Settings | None = None) -> FastAPI:
    """Make the ASGI application over a store.

    :raises SynchronousEndpoint: an endpoint or a dependency is not ``async``.
    """
    app = FastAPI(
        title="DataStorage",
        version="1",
        description="Audit events in tamper-evident chains.",
        openapi_url="/openapi.json",
    )
    app.include_router(_audit_routes(store, settings or Settings()))
    app.include_router(_health_routes(store))
    answer_with_problems(app)
    _describe_truly(app)
    refuse_synchronous(app)
    return app


def _audit_routes(store: AuditStore, settings: Settings) -> APIRouter:
    router = APIRouter(prefix="/api/v1/audit", tags=["audit"], responses=_PROBLEMS)

    @router.post("/events", status_code=201, response_model=Created, responses=_CONFLICT)
    async def create_event(event: Annotated[AuditEvent, Body()]) -> Response:
        """Store one event at the end of its chain. Sending it again stores nothing twice and is answered alike."""
        _within_window([event], settings=settings, path="event_timestamp")
        await asyncio.to_thread(store.append, [event])
        return JsonResponse(Created(str(event.event_id), micro(event.event_timestamp)), status_code=201)

    @router.post("/events/batch", status_code=201, response_model=BatchCreated, responses=_CONFLICT)
    async def create_events(events: Annotated[list[AuditEvent], Body(min_length=1, max_length=MAX_BATCH)]) -> Response:
        """Store all events of a JSON array, or none. Those that are stored already are passed over."""
        _within_window(events, settings=settings, path="[{index}].event_timestamp")
        await asyncio.to_thread(store.append, events)
        message = f"{len(events)} audit events created successfully"
        return JsonResponse(BatchCreated([str(event.event_id) for event in events], message), status_code=201)

    @router.get("/events", response_model=EventPage)
    async def find_events(filters: Annotated[EventFilters, Query()]) -> Response:
        """Return the events that match all filters, the latest first, with their hashes."""
        query = filters.query(now=datetime.now(UTC))
        page = await asyncio.to_thread(store.find, query)
        pagination = Pagination(
            query.limit, query.offset, page.total, has_more=query.offset + len(page.events) < page.total
        )
        return JsonResponse({"data": [returned(event) for event in page.events], "pagination": pagination})

    @router.post("/verify-chain", response_model=ChainVerdict, responses=_UNKNOWN)
    async def verify_chain(
        correlation_id: Annotated[str, Body(embed=True, min_length=1, max_length=CORRELATION_ID_LENGTH)],
    ) -> Response:
        """Compare a chain with its hashes, its ledger and its anchor, and name each event that is not as it was written."""
        verdict = await asyncio.to_thread(_verified, store, correlation_id)
        return JsonResponse(_verdict(verdict, now=datetime.now(UTC)))

    return router


def _health_routes(store: AuditStore) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/health")
    async def health() -> Response:
        """Say whether the service and its database work."""
        try:
            await asyncio.to_thread(store.ping)
        except StoreUnavailable as error:
            return JsonResponse(
                {"status": "unhealthy", "database": "unreachable", "detail": str(error)}, status_code=503
            )
        return JsonResponse({"status": "healthy", "database": "connected"})

    @router.get("/health/ready")
    async def ready() -> Response:
        """Say whether requests may be sent here."""
        try:
            await asyncio.to_thread(store.ping)
        except StoreUnavailable:
            return JsonResponse({"status": "not_ready", "reason": "database_unreachable"}, status_code=503)
        return JsonResponse({"status": "ready"})

    @router.get("/health/live")
    async def live() -> Response:
        """Say that the process runs."""
        return JsonResponse({"status": "alive"})

    return router


def _describe_truly(app: FastAPI) -> None:
    """Take the framework's 422 out of the documentation: what is invalid is answered with 400 and a problem document."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for schema in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(schema, None)
        return document

    app.openapi = described  # type: ignore[method-assign]  # the documented way to change the document


def refuse_synchronous(app: FastAPI) -> None:
    """Check that no endpoint and no dependency of the app is a plain function.

    :raises SynchronousEndpoint: naming the first that is.
    """

    def check(dependant: Dependant, route: APIRoute) -> None:
        if dependant.call is not None and not iscoroutinefunction(dependant.call):
            name = getattr(dependant.call, "__qualname__", repr(dependant.call))
            raise SynchronousEndpoint(
                f"{name} (of {route.path}) is a plain function: make it async def, and use asyncio.to_thread inside"
            )
        for needed in dependant.dependencies:
            check(needed, route)

    for route in app.routes:
        if isinstance(route, APIRoute):
            check(route.dependant, route)


def _within_window(events: list[AuditEvent], *, settings: Settings, path: str) -> None:
    now = datetime.now(UTC)
    for index, event in enumerate(events):
        reason = outside_window(event, now=now, ahead=settings.max_ahead, behind=settings.max_behind)
        if reason is not None:
            raise Refused(path.format(index=index), reason)


def _verified(store: AuditStore, correlation_id: str) -> Verdict:
    record = store.chain(correlation_id)
    if record is None:
        raise NotFound(
            f"there is no chain {correlation_id!r}: a chain is named namespace/name, as the correlation_id of its events"
        )
    return verify(record)


def _verdict(verdict: Verdict, *, now: datetime) -> ChainVerdict:
    message = (
        f"all {verdict.total} events are as they were written"
        if verdict.is_valid
        else f"{len(verdict.findings)} findings in a chain of {verdict.total} events"
    )
    return ChainVerdict(
        correlation_id=verdict.correlation_id,
        is_valid=verdict.is_valid,
        total_events=verdict.total,
        verified_events=verdict.verified,
        findings=verdict.findings,
        verification_time=micro(now),
        message=message,
    )
