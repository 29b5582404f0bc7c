"""What a definition says about printing, selecting and scaling its objects, checked."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, duplicate, invalid, required, too_many
from harness.apiserver.messages import Json
from harness.apiserver.schema.fieldpath import PathError, resolve
from harness.apiserver.schema.paths import at, below

_TYPES: Final = "boolean,date,integer,number,string"
_FORMATS: Final = "byte,date,date-time,double,float,int32,int64,password"
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
        else:
            yield from _simple(jsonpath, below(here, "JSONPath"))


def _simple(jsonpath: Json, path: str) -> Iterator[FieldError]:
    if not str(jsonpath).startswith("."):
        yield invalid(path, jsonpath, "must be a simple json path starting with .")


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
            normal, found, first = resolve(jsonpath, schema, brackets=False)
        except PathError as problem:
            yield invalid(here, jsonpath, f"is an invalid path: {problem}")
            continue
        if first == "metadata":
            yield invalid(here, jsonpath, "must not point to fields in metadata")
        if found.get("type") not in ("string", "boolean", "integer"):  # a tuple: it may be anything, unhashable too
            yield invalid(
                here,
                jsonpath,
                "must point to a field of type string, boolean or integer. Enum string fields and strings with formats "
                "are allowed.",
            )
        if normal in seen:
            yield duplicate(here, jsonpath)
        seen.add(normal)
    if len(seen) > _MOST_SELECTABLE:
        yield too_many(path, len(seen), _MOST_SELECTABLE)


def subresource_errors(subresources: Json, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with ``subresources``: the paths of ``scale``."""
    scale = subresources.get("scale") if isinstance(subresources, dict) else None
    if not isinstance(scale, dict):
        return
    for name, part in (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")):
        here = below(path, f"scale.{name}")
        if not scale.get(name):
            yield required(here)
            continue
        found = list(_simple(scale[name], here))
        yield from found
        if not found and not str(scale[name]).startswith(part):
            yield invalid(here, scale[name], f"should be a json path under {part[:-1]}")
    if labels := scale.get("labelSelectorPath"):
        here = below(path, "scale.labelSelectorPath")
        found = list(_simple(labels, here))
        yield from found
        if not found and not str(labels).startswith((".spec.", ".status.")):
            yield invalid(here, labels, "should be a json path under either .spec or .status")
