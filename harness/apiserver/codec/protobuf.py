r"""Objects of built-in kinds in protocol buffers: what both directions know.

A body is the four bytes ``k8s\\0`` and a message ``runtime.Unknown`` that names kind and version and holds the object as a
message of its own. Numbers and types of fields come from the table (`table`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

from harness.apiserver.codec import table
from harness.apiserver.codec.table import Field, fields
from harness.apiserver.codec.times import MICROSECONDS, SECONDS

MAGIC: Final = b"k8s\x00"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TIMES: Final[Mapping[str, str]] = {"meta/v1.Time": SECONDS, "meta/v1.MicroTime": MICROSECONDS}
RAW: Final = frozenset({"runtime.RawExtension", "meta/v1.FieldsV1", "apiextensions/v1.JSON"})
QUANTITY: Final = "resource.Quantity"
PORT: Final = "intstr.IntOrString"
SCHEMA: Final = "apiextensions/v1.JSONSchemaProps"
UNIONS: Final[Mapping[str, str]] = {
    f"{SCHEMA}OrBool": "bool",
    f"{SCHEMA}OrArray": f"[]{SCHEMA}",
    f"{SCHEMA}OrStringArray": "[]string",
}
"""A JSON schema, or what stands in its place."""

BOXED: Final = frozenset(
    {"meta/v1.Verbs", "authentication/v1.ExtraValue", "authorization/v1.ExtraValue", "certificates/v1.ExtraValue"}
)
"""Lists of strings that are messages of their own."""


@cache
def by_number(struct: str) -> Mapping[int, Field]:
    """Return the fields of a struct by their numbers, in their order."""
    found = sorted((field for field in fields(struct) if field.number), key=lambda field: field.number)
    return {field.number: field for field in found}


def encodable(api_version: str, kind: str) -> bool:
    """Tell whether a kind has a message: only built-in ones do, and Tables do not."""
    return kind != "Table" and bool(table.model_of(api_version, kind))
