"""Request bodies: read once, refused in the words of the decoder."""

from collections.abc import Mapping
from typing import Final

import orjson

from harness.apiserver.errors import BadRequest, UnsupportedMediaType
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Resource

JSON: Final = "application/json"
_LONGEST_SUMMARY: Final = 30


def content_type(headers: Mapping[str, str]) -> str:
    """Return the media type of the body, without parameters; JSON when the client does not say."""
    return headers.get("content-type", JSON).partition(";")[0].strip().lower() or JSON


def require_json(headers: Mapping[str, str]) -> None:
    """Accept JSON alone.

    kubectl's typed generators (``kubectl create configmap``) post protobuf and do not try again with JSON.

    :raises UnsupportedMediaType: for anything else.
    """
    if content_type(headers) != JSON:
        raise UnsupportedMediaType((JSON,))


def read_object(body: bytes, resource: Resource) -> Object:
    """Return the object in ``body``, with its kind and apiVersion checked and filled in.

    :raises BadRequest: no JSON, no object, or one of another kind or version.
    """
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        detail = f"couldn't get version/kind; json parse error: {json_problem(problem)}"
        raise _unrecognized(resource, detail, body) from None
    if not isinstance(value, dict):
        found = {list: "array", str: "string", bool: "bool"}.get(type(value), "number")
        target = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
        detail = f"couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value of type"
        raise _unrecognized(resource, f"{detail} {target}", body)
    kind, version = value.get("kind"), value.get("apiVersion")
    for text in (kind, version):
        if text is not None and not isinstance(text, str):
            detail = "couldn't get version/kind; json parse error: json: cannot unmarshal into Go struct field"
            raise _unrecognized(resource, f"{detail} .kind of type string", body)
    if resource.custom:
        if not kind:
            raise _unrecognized(resource, f"Object 'Kind' is missing in '{body.decode(errors='replace')}'", body)
        if not version:
            raise _unrecognized(resource, f"Object 'apiVersion' is missing in '{body.decode(errors='replace')}'", body)
    elif kind and kind != resource.kind:
        detail = f"{kind} in version {version!r} cannot be handled as a {resource.kind}"
        raise BadRequest(f"{detail}: no kind registered for it here".replace("'", '"'))
    if version and version != resource.api_version:
        raise BadRequest(
            f"the API version in the data ({version}) does not match the expected API version ({resource.api_version})"
        )
    return {**value, "apiVersion": resource.api_version, "kind": kind or resource.kind}


def json_problem(problem: orjson.JSONDecodeError) -> str:
    """Return what Go says of unreadable JSON, where it is the commonest fault: a body that ends too early."""
    early = problem.pos >= len(problem.doc.rstrip()) or "end of data" in problem.msg
    return "unexpected end of JSON input" if early else str(problem)


def _unrecognized(resource: Resource, why: str, body: bytes) -> BadRequest:
    return BadRequest(
        f"the object provided is unrecognized (must be of type {resource.kind}): {why} ({_summary(body)})"
    )


def _summary(body: bytes) -> str:
    if not body:
        return "<empty>"
    start = body[:_LONGEST_SUMMARY]
    text = start.decode(errors="replace") if body[:1] == b"{" else start.hex()
    return text + (" ..." if len(body) > _LONGEST_SUMMARY else "")
