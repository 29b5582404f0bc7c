"""ConversionReview: the question to a conversion webhook and its answer (apiextensions.k8s.io/v1 and v1beta1).

One object is asked about at a time, as kube-apiserver does when it reads its store. A webhook may change everything below
metadata, labels and annotations; whatever else it says of metadata is not looked at, unless it is another object's.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from harness.apiserver.admission.responses import refusal_of
from harness.apiserver.codec.syntax import SyntaxProblem, parse
from harness.apiserver.errors import Unreasoned
from harness.apiserver.fields import FieldError, aggregate, quote
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Json, Object
from harness.apiserver.metadata import metadata_errors
from harness.apiserver.outcalls import Outcome, Unanswered

_GROUP: Final = "apiextensions.k8s.io"
_KNOWN: Final = ("v1", "v1beta1")
_NOTHING_ANSWERED: Final[Object] = {"uid": "", "convertedObjects": None, "result": {"metadata": {}}}
_GO_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (str, "string"),
    (int, "int64"),
    (float, "float64"),
    (list, "[]interface {}"),
    (dict, "map[string]interface {}"),
)
_HEAD: Final = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'


class ConversionError(Unreasoned):
    """500: an object cannot be had in a version, because its webhook fails; the text is the real server's."""


def version_of_reviews(given: Sequence[str]) -> str:
    """Return the first version that both sides know.

    :raises ConversionError: there is none.
    """
    for one in given:
        if one in _KNOWN:
            return one
    raise ConversionError("no supported conversion review versions")


def question(value: Object, *, wanted: str, uid: str, version: str) -> bytes:
    """Return the body that asks for ``value`` in the API version ``wanted``."""
    return dumps(
        {
            "kind": "ConversionReview",
            "apiVersion": f"{_GROUP}/{version}",
            "request": {"uid": uid, "desiredAPIVersion": wanted, "objects": [value]},
            "response": _NOTHING_ANSWERED,
        }
    )


def converted(value: Object, outcome: Outcome, *, url: str, wanted: str, uid: str, version: str) -> Object:
    """Return ``value`` as the webhook's answer has it in the API version ``wanted``.

    :raises ConversionError: no answer, or one that cannot be used.
    """
    about = f"conversion webhook for {value['apiVersion']}, Kind={value['kind']}"
    objects = _objects(outcome, f"{about} failed: ", url=url, uid=uid, version=version)
    if len(objects) != 1:
        raise ConversionError(f"{about} returned {len(objects)} objects, expected 1")
    found = objects[0]
    if not isinstance(found, dict) or not found.get("kind"):
        raise ConversionError(f"Object 'Kind' is missing in '{dumps(found).decode()}'")
    for what, expected, got in (
        ("groupVersion", wanted, found.get("apiVersion") or ""),
        ("kind", value["kind"], found["kind"]),
    ):
        if expected != got:
            raise ConversionError(
                f"{about} returned invalid object at index 0: invalid {what} (expected {expected}, received {got})"
            )
    given, own = found.get("metadata"), value.get("metadata") or {}
    told = given if isinstance(given, dict) else {}
    for label, name in (("name", "name"), ("namespace", "namespace"), ("UID", "uid")):
        if (expected := own.get(name, "")) != (got := told.get(name, "")):
            raise ConversionError(f"{about} returned invalid object: must have the same {label}: {expected} != {got}")
    if not isinstance(given, dict):
        why = "missing metadata" if "metadata" not in found else f"invalid metadata of type {_go_type(given)}"
        raise ConversionError(f"{about} returned invalid metadata: {why} in converted object")
    return {**found, "metadata": _restored(own, given, f"{about} returned invalid metadata: ")}


def _objects(outcome: Outcome, start: str, *, url: str, uid: str, version: str) -> list[Json]:
    if isinstance(outcome, Unanswered):
        raise ConversionError(f'{start}Post "{url}": {outcome.why}')
    if why := refusal_of(outcome):
        raise ConversionError(start + why)
    if not outcome.body:
        raise ConversionError(
            f"{start}0-length response with status code: {outcome.status} and content type: {outcome.media}"
        )
    answer = _read(outcome.body, start)
    got, kind = answer.get("apiVersion") or "", answer.get("kind") or ""
    if (got or kind) and kind == "ConversionReview" and got in {f"{_GROUP}/{one}" for one in _KNOWN}:
        if got != f"{_GROUP}/{version}":
            other = got.rpartition("/")[2]
            raise ConversionError(
                f"{start}converting ({other}.ConversionReview) to ({version}.ConversionReview): unknown conversion"
            )
    elif version == "v1":
        shown = f"{got or '/'}, Kind={kind}"
        raise ConversionError(f"{start}expected webhook response of {_GROUP}/v1, Kind=ConversionReview, got {shown}")
    response = answer.get("response")
    if not isinstance(response, dict):
        raise ConversionError(f"{start}no response provided")
    if version == "v1" and (said := response.get("uid") or "") != uid:
        raise ConversionError(f"{start}expected response.uid={quote(uid)}, got {quote(said)}")
    result = response.get("result") or {}
    if result.get("status") != "Success":
        status = result.get("status") or ""
        raise ConversionError(
            start + (result.get("message") or f"response.result.status was '{status}', not 'Success'")
        )
    return response.get("convertedObjects") or []


def _read(body: bytes, start: str) -> Object:
    try:
        answer = parse(body)
    except SyntaxProblem:
        answer = body.decode(errors="replace")  # in YAML, which is tried next, nearly everything is a string
    if not isinstance(answer, dict):
        word = {str: "string", bool: "bool", list: "array"}.get(type(answer), "number")
        why = f"json: cannot unmarshal {word} into Go value of type {_HEAD}"
        raise ConversionError(f"{start}couldn't get version/kind; json parse error: {why}")
    return answer


def _restored(own: Object, given: Object, start: str) -> Object:
    """Return an object's own metadata with the labels and annotations that the webhook gave it."""
    metadata = {**own}
    for name in ("labels", "annotations"):
        found = given.get(name)
        if found is None:
            metadata.pop(name, None)
            continue
        if not isinstance(found, dict):
            raise ConversionError(f"{start}invalid metadata.{name} of type {_go_type(found)} in converted object")
        for key, value in found.items():
            if not isinstance(value, str):
                raise ConversionError(
                    f"{start}metadata.{name}[{key}] must be a string, but is {_go_type(value)} in converted object"
                )
        if found != own.get(name) and (wrong := _errors(name, found)):
            raise ConversionError(start + aggregate(wrong))
        metadata[name] = found
    return metadata


def _errors(name: str, found: Object) -> list[FieldError]:
    wrong = metadata_errors({name: found})
    if name == "labels":
        return list(wrong)
    return [replace(one, field=one.field.replace("annotations", "annotation")) for one in wrong]  # so it is in Go


def _go_type(value: Json) -> str:
    return next((name for kind, name in _GO_NAMES if isinstance(value, kind)), "<nil>")
