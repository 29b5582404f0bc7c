"""Request bodies: from bytes to an object of the resource's kind, refused in the words of the decoder.

JSON, YAML and protobuf are taken. What ``fieldValidation`` will want to know (fields that were named twice) comes along, as only the
text knows it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from harness.apiserver.codec import table
from harness.apiserver.codec.builtin import decode
from harness.apiserver.codec.duplicates import duplicates, names_twice, printed
from harness.apiserver.codec.media import JSON, PROTOBUF, YAML, body_type
from harness.apiserver.codec.numbers import may_hold_whole_floats, whole
from harness.apiserver.codec.protobuf_in import read_message, unwrap
from harness.apiserver.codec.reading import DecodeError, value_words
from harness.apiserver.codec.syntax import SyntaxProblem, parse
from harness.apiserver.codec.yaml import Document, YamlError
from harness.apiserver.errors import BadRequest, UnsupportedMediaType
from harness.apiserver.messages import Json, Object, Request

__all__ = ["JSON", "PROTOBUF", "YAML", "Incoming", "Target", "body_type", "read_object", "read_options", "untyped"]

_LONGEST_SUMMARY: Final = 30
_TYPE_META: Final = (
    r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
)
_UNREADABLE: Final = "couldn't get version/kind; json parse error"
_SCHEME: Final = 'scheme "pkg/runtime/scheme.go:111"'


class Target(Protocol):
    """What a body must be: a resource, or one part of it that speaks a kind of its own."""

    @property
    def kind(self) -> str:
        """CamelCase kind."""

    @property
    def api_version(self) -> str:
        """``group/version``, or the version alone in the core group."""

    @property
    def custom(self) -> bool:
        """Whether the kind is a definition's."""


class Incoming(NamedTuple):
    """An object as it came.

    ``again`` maps the paths of fields that were named twice, and ``every`` (then) those of all, to their places in the text;
    ``repeated`` says in words what YAML repeats, ``faults`` what is wrong with the patch that an object comes of.
    """

    value: Object
    again: Mapping[str, int] = MappingProxyType({})
    every: Mapping[str, int] = MappingProxyType({})
    repeated: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def read_object(request: Request, resource: Target) -> Incoming:
    """Return the object in a request's body, with its kind and apiVersion checked and filled in.

    :raises UnsupportedMediaType: a body in a format that is not read.
    :raises BadRequest: nothing that could be read, no object, or one of another kind or version.
    """
    body = request.body
    media = body_type(request.headers)
    if media == YAML:
        return _read_yaml(body, resource)
    if media == PROTOBUF:
        return _read_protobuf(body, resource)
    value = _checked(_parsed(parse, body, resource), body, resource)
    text = printed(value)
    if resource.custom and may_hold_whole_floats(text):
        value = whole(value)
    if not names_twice(body, text):
        return Incoming(_typed(value, body, resource))
    again, every = duplicates(body)
    return Incoming(_typed(value, body, resource), again, every)


def read_options(request: Request, kind: str) -> Object:
    """Return the options in a request's body, such as ``DeleteOptions``; unknown fields are dropped.

    :raises UnsupportedMediaType: a body in a format that is not read.
    :raises BadRequest: nothing that could be read, or another kind.
    """
    media = body_type(request.headers)
    try:
        if media == PROTOBUF:
            return _options_of_protobuf(request.body, kind)
        value = Document(request.body).value if media == YAML else parse(request.body)
    except SyntaxProblem as problem:
        raise BadRequest(f"{_UNREADABLE}: {problem}") from None
    except (YamlError, DecodeError) as problem:
        raise BadRequest(str(problem)) from None
    if unlike := untyped(value):
        raise BadRequest(unlike)
    value = value or {}
    found, version = value.get("kind") or kind, value.get("apiVersion") or "meta.k8s.io/v1"
    if found != kind:
        raise BadRequest(f'no kind "{found}" is registered for version "{version}" in {_SCHEME}')
    try:
        return decode(value, f"meta/v1.{kind}")[0]
    except DecodeError as problem:
        raise BadRequest(str(problem)) from None


def _options_of_protobuf(body: bytes, kind: str) -> Object:
    version, found, message = unwrap(body)
    return {**read_message(message, f"meta/v1.{kind}"), "kind": found, "apiVersion": version}


def _read_protobuf(body: bytes, resource: Target) -> Incoming:
    if resource.custom:  # custom kinds have no messages; the real server breaks the connection off
        raise UnsupportedMediaType((JSON, YAML))
    try:
        version, kind, message = unwrap(body)
    except DecodeError as problem:
        raise _unrecognized(resource, str(problem), body) from None
    types = _typed({"apiVersion": version, "kind": kind}, body, resource)
    try:
        read = read_message(message, table.model_of(types["apiVersion"], types["kind"]))
    except DecodeError as problem:
        opening = f'{types["kind"]} in version "{types["apiVersion"].rpartition("/")[2]}"'
        raise BadRequest(f"{opening} cannot be handled as a {resource.kind}: {problem}") from None
    return Incoming({**read, **types})


def _parsed(read: Callable[[bytes], Json], body: bytes, resource: Target) -> Json:
    try:
        return read(body)
    except SyntaxProblem as problem:
        raise _unrecognized(resource, f"{_UNREADABLE}: {problem}", body) from None


def _read_yaml(body: bytes, resource: Target) -> Incoming:
    try:
        document = Document(body)
    except YamlError as problem:
        raise _unrecognized(resource, str(problem), body) from None
    value = whole(document.value)
    if unsaid := _no_json(value):
        raise _unrecognized(resource, unsaid, body)
    read = _typed(_checked(value, body, resource), body, resource)
    return Incoming(read, repeated=tuple(document.repeated))


def _no_json(value: Json) -> str:
    """Return what is wrong with a value that JSON has no number for, or ""."""
    open_values = [value]
    while open_values:
        one = open_values.pop()
        if isinstance(one, dict):
            open_values += one.values()
        elif isinstance(one, list):
            open_values += one
        elif isinstance(one, float) and one - one != 0:
            words = "NaN" if one != one else "+Inf" if one > 0 else "-Inf"  # noqa: PLR0124  NaN differs from itself
            return f"json: unsupported value: {words}"
    return ""


def _checked(value: Json, body: bytes, resource: Target) -> Object:
    """Return what was read as an object whose kind and apiVersion are texts."""
    if value is None:
        if resource.custom:
            raise _unrecognized(resource, f"Object 'Kind' is missing in '{_text(body)}'", body)
        return {}
    if problem := untyped(value):
        raise _unrecognized(resource, problem, body)
    checked: Object = value
    return checked


def untyped(value: Json) -> str:
    """Return why kind and apiVersion cannot be read from a value, or ""."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        return f"{_UNREADABLE}: json: cannot unmarshal {value_words(value)} into Go value of type {_TYPE_META}"
    for name in value:
        if name in {"kind", "apiVersion"} and not isinstance(value[name], str | None):
            words = value_words(value[name])
            return f"{_UNREADABLE}: json: cannot unmarshal {words} into Go struct field .{name} of type string"
    return ""


def _typed(value: Object, body: bytes, resource: Target) -> Object:
    """Return an object with its kind and apiVersion, which must be those that the resource takes."""
    kind, version = value.get("kind") or "", value.get("apiVersion") or ""
    if version.count("/") > 1:
        raise _unrecognized(resource, f"unexpected GroupVersion string: {version}", body)
    if resource.custom:
        if not kind:
            raise _unrecognized(resource, f"Object 'Kind' is missing in '{_text(body)}'", body)
        return value
    kind, version = kind or resource.kind, version or resource.api_version
    if kind != resource.kind or version != resource.api_version:
        _refuse_type(kind, version, body, resource)
    return {**value, "apiVersion": version, "kind": kind}


def _refuse_type(kind: str, version: str, body: bytes, resource: Target) -> None:
    """Say why an object of a kind cannot be taken as one of another.

    :raises BadRequest: always.
    """
    name = version.rpartition("/")[2]
    opening = f'{kind} in version "{name}" cannot be handled as a {resource.kind}'
    if not name:
        raise BadRequest(f"{opening}: Object 'apiVersion' is missing in '{_text(body)}'")
    model = table.model_of(version, kind)
    if not model:
        raise BadRequest(f'{opening}: no kind "{kind}" is registered for version "{version}" in {_SCHEME}')
    if kind == resource.kind:
        raise wrong_version(version, resource)
    wanted = f"{table.model_of(resource.api_version, resource.kind).partition('/')[0]}.{resource.kind}"
    raise BadRequest(f"{opening}: converting ({table.go_type(model)}) to ({wanted}): unknown conversion")


def wrong_version(version: str, resource: Target) -> BadRequest:
    """Return the refusal of an object in another API version than the path's."""
    return BadRequest(
        f"the API version in the data ({version}) does not match the expected API version ({resource.api_version})"
    )


def _unrecognized(resource: Target, why: str, body: bytes) -> BadRequest:
    return BadRequest(
        f"the object provided is unrecognized (must be of type {resource.kind}): {why} ({_summary(body)})"
    )


def _summary(body: bytes) -> str:
    if not body:
        return "<empty>"
    start = body[:_LONGEST_SUMMARY]
    text = _text(start) if body[:1] == b"{" else start.hex()
    return text + (" ..." if len(body) > _LONGEST_SUMMARY else "")


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
