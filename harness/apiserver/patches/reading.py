"""Bodies of patches: read, and refused in the decoder's words."""

from typing import Final

from harness.apiserver.codec.duplicates import duplicates, names_twice, printed
from harness.apiserver.codec.numbers import whole
from harness.apiserver.codec.reading import value_words
from harness.apiserver.codec.syntax import SyntaxProblem, parse
from harness.apiserver.codec.yaml import Document, YamlError
from harness.apiserver.errors import BadRequest, TooLarge
from harness.apiserver.fields import quote
from harness.apiserver.messages import Json, Object
from harness.apiserver.patches.operations import MOST_OPERATIONS

_PREFIX: Final = "error decoding patch: "
_TEXTS: Final = ("op", "path", "from")
_MEMBERS: Final = frozenset({*_TEXTS, "value"})


def read_merge(body: bytes, *, prefix: str = "error decoding patch: ") -> tuple[Object, list[str]]:
    """Return the object that a merge patch (without ``prefix``: a strategic one) is, and what ``fieldValidation`` tells of it: fields that it names twice.

    :raises BadRequest: it is none.
    """
    value = _parsed(body, prefix)
    if value is None:
        if not prefix:
            return {}, []
        raise BadRequest("Invalid JSON Patch")
    if not isinstance(value, dict):
        into = "into Go value of type map[string]interface {}"
        raise BadRequest(f"{prefix}json: cannot unmarshal {value_words(value)} {into}")
    return value, [f"duplicate field {quote(path)}" for path in _again(body, value)]


def read_operations(body: bytes) -> tuple[list[Object], list[str]]:
    """Return the operations of a JSON patch, and what ``fieldValidation`` tells of them: unknown members, and repeated ones.

    :raises BadRequest: it is none.
    :raises TooLarge: they are more than the server does for one request.
    """
    value = _parsed(body, _PREFIX)
    if value is None:
        return [], []
    if not isinstance(value, list):
        raise _unlike(value, "Go value of type []handlers.jsonPatchOp")
    faults = [f"duplicate field {quote(path)}" for path in _again(body, value)]
    for index, one in enumerate(value):
        if one is None:
            continue
        if not isinstance(one, dict):
            raise _unlike(one, "Go value of type handlers.jsonPatchOp")
        for name, found in one.items():
            if name in _TEXTS and found is not None and not isinstance(found, str):
                raise _unlike(found, f"Go struct field jsonPatchOp.{name} of type string")
            if name not in _MEMBERS:
                faults.append(f"unknown field {quote(f'[{index}].{name}')}")
    if len(value) > MOST_OPERATIONS:
        raise TooLarge(f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(value)}")
    return [one or {} for one in value], [f"json patch {one}" for one in faults]


def _unlike(value: Json, wanted: str) -> BadRequest:
    return BadRequest(f"{_PREFIX}json: cannot unmarshal {value_words(value)} into {wanted}")


def _again(body: bytes, value: Json) -> list[str]:
    """Return the paths of fields that a body names again, in its order."""
    if not names_twice(body, printed(value)):
        return []
    again, _ = duplicates(body)
    return sorted(again, key=again.__getitem__)


def read_configuration(body: bytes) -> tuple[Object, list[str]]:
    """Return the configuration that is applied, and what it repeats: YAML, of which JSON is a part.

    :raises BadRequest: it is none.
    """
    prefix = "error decoding YAML: error"
    try:
        document = Document(body)
    except YamlError as problem:
        raise BadRequest(f"{prefix} converting YAML to JSON: {problem}") from None
    value = whole(document.value)
    if value is None:
        return {}, []
    if not isinstance(value, dict):
        into = "into Go value of type map[string]interface {}"
        found = f"json: cannot unmarshal {value_words(value)} {into}"
        raise BadRequest(f"{prefix} unmarshaling JSON: while decoding JSON: {found}")
    return value, document.repeated


def _parsed(body: bytes, prefix: str) -> Json:
    try:
        return parse(body)
    except SyntaxProblem as problem:
        raise BadRequest(f"{prefix}{problem}") from None
