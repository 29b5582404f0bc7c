"""Replies in the form that the client asked for: JSON plain or indented, YAML, protocol buffers; watches, too.

Verbs answer in JSON. What asks for another form is turned into it here, at the rim, so that nobody else needs to know; what
asks for JSON passes through untouched.
"""

from typing import Final

from harness.apiserver.codec.accept import (
    PLAIN,
    STREAMED,
    forms,
    named,
    of_anything,
    of_objects,
    plain_json,
    pretty,
    wanted,
)
from harness.apiserver.codec.media import ACCEPTED, JSON, PROTOBUF, YAML
from harness.apiserver.codec.protobuf_out import wrap, write_message
from harness.apiserver.codec.table import model_of
from harness.apiserver.codec.wire import put_bytes
from harness.apiserver.codec.yaml_out import to_yaml
from harness.apiserver.errors import ApiError, NotAcceptable
from harness.apiserver.jsontext import laid_out, loads
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.subscription import Subscription

_LENGTH: Final = 4  # bytes that say how long a frame of a protobuf watch is


class NoRepresentationError(ApiError):
    """406 of the router in front of built-in kinds."""

    code, reason = 406, "NotAcceptable"

    def __init__(self, listed: tuple[str, ...]) -> None:
        super().__init__(f"406: Not Acceptable\n\nAvailable representations: {', '.join(listed)}", {})


def check_acceptable(
    request: Request, resource: Resource, *, collection: bool, watching: bool, tables: bool = True
) -> None:
    """Check that there is a form of the reply that the client takes, before anything is done.

    ``tables`` tells whether a Table is among the forms.

    :raises NoRepresentationError: a built-in kind is asked for in a type that is never served.
    :raises NotAcceptable: the type is served, but not in the way that is asked for.
    """
    accept = request.headers.get("accept", "")
    if accept in PLAIN:
        return
    if not resource.custom and not named(accept, ACCEPTED):
        streams = STREAMED if collection and request.method == "GET" else ()
        raise NoRepresentationError((*ACCEPTED, *streams))
    form = wanted(accept, of_objects(resource.api_version, resource.kind, tables=tables))
    if form is None:
        raise NotAcceptable(ACCEPTED)
    if watching and form.media == YAML:
        raise NotAcceptable(STREAMED)


def presented(reply: Reply, request: Request) -> Reply:
    """Return a reply in the form that the request asks for."""
    accept = request.headers.get("accept", "")
    indented = pretty(request.query, request.headers)
    if (accept in PLAIN and not indented) or reply.headers.get("content-type") != JSON:
        return reply
    preferred = forms(accept)
    if preferred and plain_json(preferred[0]) and reply.status < 400:  # then the verb has seen to the rest of it
        return reply._replace(body=laid_out(reply.body)) if indented or preferred[0].pretty else reply
    value = loads(reply.body)
    if "kind" not in value:  # the version, the list of paths: no objects, and JSON alone
        return reply._replace(body=laid_out(reply.body)) if indented else reply
    of_this = of_objects(value.get("apiVersion") or "v1", value.get("kind", ""))
    form = wanted(accept, of_anything if reply.status >= 400 else of_this)
    if form is None:  # an error that the client takes in no form that there is: it gets it all the same
        return reply._replace(body=laid_out(reply.body))
    if form.media == JSON:
        return reply._replace(body=laid_out(reply.body)) if indented or form.pretty else reply
    body = to_yaml(value) if form.media == YAML else to_protobuf(value)
    return reply._replace(headers={**reply.headers, "content-type": form.media}, body=body)


def to_protobuf(value: Object) -> bytes:
    """Return an object, a list or a Status as the body of a protobuf reply."""
    version, kind = value.get("apiVersion", ""), value.get("kind", "")
    return wrap(version, kind, write_message(value, model_of(version or "v1", kind)))


def streamed(subscription: Subscription, request: Request, resource: Resource) -> Subscription:
    """Return a watch in the form that the request asks for."""
    accept = request.headers.get("accept", "")
    if accept in PLAIN:
        return subscription
    form = wanted(accept, of_objects(resource.api_version, resource.kind))
    if form is not None and form.media == PROTOBUF:
        subscription.headers = {**subscription.headers, "content-type": STREAMED[1]}
        first = subscription.translate
        subscription.translate = _frame if first is None else lambda line: _frame(first(line))
    return subscription


def _frame(line: bytes) -> bytes:
    """Return one event as a frame: its length in four bytes, and a message ``WatchEvent``."""
    event = loads(line)
    inner = put_bytes(1, to_protobuf(event["object"]))
    message = put_bytes(1, event["type"].encode()) + put_bytes(2, inner)
    return len(message).to_bytes(_LENGTH, "big") + message
