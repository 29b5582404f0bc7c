"""What a custom resource definition serves: a resource for each served version."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.apiserver.messages import Object
from harness.apiserver.resources.resource import ALL_VERBS, Column, Resource, field_path, opening
from harness.apiserver.resources.strategy import Converter
from harness.apiserver.schema import compiled_schema
from harness.apiserver.store import Store

_AGE: Final = Column("Age", "date", ".metadata.creationTimestamp")


_WHILE_DELETED: Final = ("delete", "deletecollection", "get", "list", "watch")


def custom_resources(definition: Object, store: Store, converter: Converter | None = None) -> Iterator[Resource]:
    """Yield a resource for each version of an established definition; those that are not ``served`` are for the server's own use.

    :param converter: what turns versions into each other, where a webhook does.
    """
    spec = definition["spec"]
    storage = next(version for version in spec["versions"] if version.get("storage"))
    schemas = {version["name"]: compiled_schema(version["schema"]["openAPIV3Schema"]) for version in spec["versions"]}
    types = {f"{spec['group']}/{name}": schema.typed for name, schema in schemas.items()}
    for version in spec["versions"]:
        exact = version is storage or (version["schema"] == storage["schema"] and converter is None)
        yield replace(
            _custom(definition, version, store, exact=exact),
            served=bool(version.get("served")),
            storage_version=storage["name"],
            types=types,
            stored_schema=None if exact or converter is not None else schemas[storage["name"]],
            converter=converter,
            published=version["schema"]["openAPIV3Schema"],
        )


def _custom(definition: Object, version: Object, store: Store, *, exact: bool) -> Resource:
    spec = definition["spec"]
    names = spec["names"] | {key: one for key, one in definition["status"]["acceptedNames"].items() if one}
    columns = version.get("additionalPrinterColumns")
    paths = [field["jsonPath"] for field in version.get("selectableFields") or []]
    api_version = f"{spec['group']}/{version['name']}"
    deprecated = f"{api_version} {names['kind']} is deprecated"
    return Resource(
        group=spec["group"],
        version=version["name"],
        plural=names["plural"],
        singular=names["singular"],
        kind=names["kind"],
        list_kind=names["listKind"],
        collection=store.collection(spec["group"], names["plural"]),
        namespaced=spec["scope"] == "Namespaced",
        custom=True,
        verbs=_WHILE_DELETED if "deletionTimestamp" in definition["metadata"] else ALL_VERBS,
        short_names=tuple(definition["status"]["acceptedNames"].get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=("status",) if (version.get("subresources") or {}).get("status") is not None else (),
        schema=compiled_schema(version["schema"]["openAPIV3Schema"]),
        columns=tuple(map(_column, columns)) if columns else (_AGE,),
        fields={path.lstrip("."): field_path(path) for path in paths},
        exact=exact,
        counts_generation=True,
        unconditional_update=False,
        deprecation=(version.get("deprecationWarning") or deprecated) if version.get("deprecated") else "",
        opening=opening(api_version, names["kind"]),
    )


def _column(column: Mapping[str, Any]) -> Column:
    path = column["jsonPath"]
    return Column(
        name=column["name"],
        type=column["type"],
        path=path,
        format=column.get("format", ""),
        description=column.get("description") or f"Custom resource definition column (in JSONPath format): {path}",
        priority=column.get("priority", 0),
    )
