"""Errors as the caller sees them: RFC 7807 problem documents, one shape for everything that is refused or fails.

``detail`` is one sentence that names the thing and what to do; ``field_errors`` maps the path of each wrong field to what is wrong with
it. No reply carries a stack trace.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.datastorage.errors import ChainBroken, DataStorageError, EventIdConflict, StoreUnavailable

_TYPE = "https://kubernaut.ai/problems/"


class Refused(DataStorageError):  # noqa: N818
    """A request that is understood and refused because of one field.

    :ivar field: its path, as in ``[2].event_timestamp``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(DataStorageError):  # noqa: N818
    """What was asked for does not exist."""


def problem(
    request: Request, *, status: int, code: str, detail: str, field_errors: Mapping[str, str] | None = None
) -> Response:
    """Make a problem document. ``code`` ends its type, as in ``validation-error``."""
    document: dict[str, Any] = {
        "type": f"{_TYPE}{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    if field_errors:
        document["field_errors"] = dict(field_errors)
    return Response(orjson.dumps(document), status_code=status, media_type="application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    """Have the app answer every error with a problem document."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(EventIdConflict, _conflict)
    app.add_exception_handler(ChainBroken, _broken)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _invalid(request: Request, error: Exception) -> Response:
    found = [_plain(each) for each in error.errors()] if isinstance(error, RequestValidationError) else []
    path, message = found[0]
    return problem(
        request,
        status=400,
        code="validation-error",
        detail=_sentence(path, message),
        field_errors={path or "body": message for path, message in reversed(found)},
    )


async def _refused(request: Request, error: Exception) -> Response:
    path, message = getattr(error, "field", ""), str(error)
    return problem(
        request, status=400, code="validation-error", detail=_sentence(path, message), field_errors={path: message}
    )


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(request, status=404, code="not-found", detail=str(error))


async def _conflict(request: Request, error: Exception) -> Response:
    return problem(request, status=409, code="conflict", detail=str(error))


async def _broken(request: Request, error: Exception) -> Response:
    return problem(request, status=500, code="chain-broken", detail=str(error))


async def _unavailable(request: Request, error: Exception) -> Response:
    return problem(request, status=503, code="database-error", detail=str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    status, detail = getattr(error, "status_code", 500), getattr(error, "detail", "")
    if status == 404:
        detail = f"there is no {request.url.path}: see /docs for what there is"
    code = HTTPStatus(status).phrase.lower().replace(" ", "-")
    answer = problem(request, status=status, code="validation-error" if status == 400 else code, detail=str(detail))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    """A defect of ours; the framework logs it, with its place, after this answer."""
    detail = f"an unexpected {type(error).__name__}: the service's log says where"
    return problem(request, status=500, code="internal-error", detail=detail)


def _plain(error: Mapping[str, Any]) -> tuple[str, str]:
    """Say where and what, in plain words, of one error that validation found."""
    where: Sequence[str | int] = error["loc"][1:]
    match error["type"]:
        case "json_invalid":
            return (
                "",
                f"the body is not JSON: {error.get('ctx', {}).get('error', error['msg'])} at character {where[0] if where else 0}",
            )
        case "missing" if not where:
            return "", "the body is empty: expected JSON, with content-type application/json"
        case "list_type" if not where:
            return "", "the body has to be a JSON array of events"
        case "too_short" if not where:
            return "", "batch cannot be empty"
        case "dataclass_type" if not where:
            return "", "the body has to be a JSON object"
        case "unexpected_keyword_argument" | "extra_forbidden":
            message = "is no field that is known here; leave it out, or move it into event_data"
        case "missing":
            message = "is required"
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
    return _path(where), message


def _path(where: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")


def _sentence(path: str, message: str) -> str:
    """Put place and complaint into one sentence; an element of a batch is named by its index."""
    if path.startswith("["):
        index, _, field = path[1:].partition("]")
        return (
            f"event at index {index}: {field.removeprefix('.')}: {message}"
            if field
            else f"event at index {index}: {message}"
        )
    return f"{path}: {message}" if path else message
