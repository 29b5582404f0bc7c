"""What a definition says about printing and selecting its objects, checked."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, duplicate, invalid, required, too_many
from harness.apiserver.messages import Json
from harness.apiserver.schema.paths import at, below

_TYPES: Final = "boolean,date,integer,number,string"
_FORMATS: Final = "binary,byte,date,date-time,double,float,int32,int64,password"
_MOST_SELECTABLE: Final = 8


def column_errors(columns: Json, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with ``additionalPrinterColumns``."""
    for index, column in enumerate(columns if isinstance(columns, list) else []):
        here = at(path, index)
        if not isinstance(column, dict):
            yield invalid(here, column, "must be an object")
            continue
        if not column.get("name"):
            yield required(below(here, "name"))
        kind = column.get("type")
        if not kind:
            yield required(below(here, "type"), f"must be one of {_TYPES}")
        elif kind not in _TYPES.split(","):
            yield invalid(below(here, "type"), kind, f"must be one of {_TYPES}")
        if (shape := column.get("format")) and shape not in _FORMATS.split(","):
            yield invalid(below(here, "format"), shape, f"must be one of {_FORMATS}")
        jsonpath = column.get("jsonPath")
        if not jsonpath:
            yield required(below(here, "JSONPath"))
        elif not str(jsonpath).startswith("."):
            yield invalid(below(here, "JSONPath"), jsonpath, "must be a simple json path starting with .")


def selectable_errors(fields: Json, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with ``selectableFields`` (KEP-4358)."""
    seen: set[str] = set()
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        here = below(at(path, index), "jsonPath")
        jsonpath = field.get("jsonPath") if isinstance(field, dict) else None
        if not isinstance(jsonpath, str) or not jsonpath:
            yield required(here)
            continue
        try:
            found = _lookup(schema, jsonpath)
        except ValueError as problem:
            yield invalid(here, jsonpath, f"is an invalid path: {problem}")
            continue
        if jsonpath.lstrip(".").split(".")[0] == "metadata":
            yield invalid(here, jsonpath, "must not point to fields in metadata")
        if found.get("type") not in {"string", "boolean", "integer"}:
            yield invalid(
                here,
                jsonpath,
                "must point to a field of type string, boolean or integer. Enum string fields and strings with formats "
                "are allowed.",
            )
        if jsonpath in seen:
            yield duplicate(here, jsonpath)
        seen.add(jsonpath)
    if len(seen) > _MOST_SELECTABLE:
        yield too_many(path, len(seen), _MOST_SELECTABLE)


def _lookup(schema: Mapping[str, Any], jsonpath: str) -> Mapping[str, Any]:
    if not jsonpath.startswith("."):
        raise ValueError(f"expected [ or . but got: {jsonpath.split('.', maxsplit=1)[0]}")
    if "[" in jsonpath:
        raise ValueError("array notation is not allowed")
    for step in jsonpath[1:].split("."):
        found = (schema.get("properties") or {}).get(step)
        if found.__class__ is not dict:
            raise ValueError("does not refer to a valid field")
        schema = found
    return schema
