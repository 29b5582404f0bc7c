"""AdmissionReview: the question to a webhook and its answer (admission.k8s.io/v1 and v1beta1)."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from harness.apiserver.admission.attributes import Attributes, Kind
from harness.apiserver.fields import quote
from harness.apiserver.jsontext import dumps, loads
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Resource

_VERSIONS: Final = ("v1", "v1beta1")


class ReviewError(Exception):
    """An answer that cannot be used; the message is the real server's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a webhook answered. ``patch`` is the JSON patch as it came, empty without one."""

    allowed: bool
    result: Mapping[str, Any] | None
    patch: bytes = b""
    warnings: tuple[str, ...] = ()
    patch_type: str = field(default="JSONPatch")


def request_of(attributes: Attributes, resource: Resource) -> Object:
    """Return the ``request`` of a review about ``attributes``, in the version ``resource``, without its uid."""
    seen = attributes.version_of(resource)
    asked = attributes.resource
    user = attributes.user
    info = {
        "username": user.name,
        "uid": user.uid,
        "groups": list(user.groups),
        "extra": {key: list(values) for key, values in user.extra.items()},
    }
    found: Object = {
        "kind": _kind(attributes.kind or resource),
        "resource": _resource(resource),
        "subResource": attributes.subresource,
        "requestKind": _kind(attributes.kind or asked),
        "requestResource": _resource(asked),
        "requestSubResource": attributes.subresource,
        "name": attributes.name,
        "namespace": attributes.namespace,
        "operation": attributes.operation,
        "userInfo": {name: item for name, item in info.items() if item},
        "object": seen.value,
        "oldObject": seen.old,
        "dryRun": attributes.dry_run,
        "options": attributes.options,
    }
    return {name: item for name, item in found.items() if item != ""}


def review(request: Object, *, uid: str, versions: tuple[str, ...]) -> bytes:
    """Return the body that asks ``request``, in the first version that both sides know.

    :raises ReviewError: they have none in common.
    """
    version = next((one for one in versions if one in _VERSIONS), None)
    if version is None:
        raise ReviewError("webhook does not accept known AdmissionReview versions (v1, v1beta1)")
    return dumps(
        {
            "kind": "AdmissionReview",
            "apiVersion": f"admission.k8s.io/{version}",
            "request": {"uid": uid, **request},
        }
    )


def verdict(body: bytes, *, uid: str, asked: bytes, mutating: bool) -> Verdict:
    """Return what a webhook's answer says.

    :param asked: the question, whose version the answer must have.
    :raises ReviewError: it is no answer to this question.
    """
    try:
        answer = loads(body)
    except orjson.JSONDecodeError as problem:
        raise ReviewError(f"couldn't get version/kind; json parse error: {problem}") from None
    response = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(response, dict):
        raise ReviewError("webhook response was absent")
    patch, kind = response.get("patch") or "", response.get("patchType")
    if b'"admission.k8s.io/v1"' in asked[:80]:
        _check_identity(answer, response, uid)
        _check_patch(patch, kind, mutating=mutating)
    return Verdict(
        allowed=response.get("allowed") is True,
        result=response.get("status"),
        patch=_decoded(patch) if mutating else b"",
        warnings=tuple(map(str, response.get("warnings") or ())),
        patch_type=kind or "JSONPatch",
    )


def _check_identity(answer: Object, response: Object, uid: str) -> None:
    if response.get("uid", "") != uid:
        raise ReviewError(f"expected response.uid={quote(uid)}, got {quote(str(response.get('uid', '')))}")
    version, kind = answer.get("apiVersion") or "", answer.get("kind") or ""
    if (version, kind) != ("admission.k8s.io/v1", "AdmissionReview"):
        wanted = "admission.k8s.io/v1, Kind=AdmissionReview"
        raise ReviewError(f"expected webhook response of {wanted}, got {version or '/'}, Kind={kind}")


def _check_patch(patch: Json, kind: Json, *, mutating: bool) -> None:
    if not mutating:
        if patch:
            raise ReviewError("validating webhook may not return response.patch")
        if kind is not None:
            raise ReviewError("validating webhook may not return response.patchType")
    elif patch and kind is None:
        raise ReviewError("webhook returned response.patch but not response.patchType")
    elif not patch and kind is not None:
        raise ReviewError("webhook returned response.patchType but not response.patch")
    elif kind == "":
        raise ReviewError('webhook returned invalid response.patchType of ""')


def _decoded(patch: Json) -> bytes:
    try:
        return b64decode(patch, validate=True)
    except (Base64Error, TypeError, ValueError) as problem:
        raise ReviewError(f"illegal base64 data: {problem}") from None


def _kind(resource: Resource | Kind) -> Object:
    return {"group": resource.group, "version": resource.version, "kind": resource.kind}


def _resource(resource: Resource) -> Object:
    return {"group": resource.group, "version": resource.version, "resource": resource.plural}
