"""What a custom resource definition serves: a resource for each served version."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.apiserver.errors import InternalError
from harness.apiserver.messages import Object
from harness.apiserver.resources.resource import ALL_VERBS, Column, Resource, field_path, opening
from harness.apiserver.schema import compiled_schema
from harness.apiserver.store import Store

_AGE: Final = Column("Age", "date", ".metadata.creationTimestamp")


_WHILE_DELETED: Final = ("delete", "deletecollection", "get", "list", "watch")


def custom_resources(definition: Object, store: Store) -> Iterator[Resource]:
    """Yield a resource for each served version of an established definition."""
    spec = definition["spec"]
    storage = next(version for version in spec["versions"] if version.get("storage"))
    schemas = {version["name"]: compiled_schema(version["schema"]["openAPIV3Schema"]) for version in spec["versions"]}
    types = {f"{spec['group']}/{name}": schema.typed for name, schema in schemas.items()}
    for version in spec["versions"]:
        if version.get("served"):
            exact = version is storage or (
                version["schema"] == storage["schema"] and spec["conversion"]["strategy"] == "None"
            )
            resource = _custom(definition, version, store, exact=exact)
            published = version["schema"]["openAPIV3Schema"]
            stored = None if exact else schemas[storage["name"]]
            resource = replace(resource, storage_version=storage["name"], types=types, stored_schema=stored)
            yield replace(resource, published=published)


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
        conversion=None if exact or spec["conversion"]["strategy"] == "None" else ByWebhook(api_version, names["kind"]),
        counts_generation=True,
        unconditional_update=False,
        deprecation=(version.get("deprecationWarning") or deprecated) if version.get("deprecated") else "",
        opening=opening(api_version, names["kind"]),
    )


class ByWebhook:
    """Stands for a conversion webhook, which this server does not call: what would need it is answered with an error."""

    def __init__(self, api_version: str, kind: str) -> None:
        self._kind = f"{api_version}, Kind={kind}"

    def from_stored(self, value: Object) -> Object:
        """Refuse.

        :raises InternalError: always.
        """
        del value
        raise InternalError(
            f"conversion webhook for {self._kind} failed: the embedded server calls no conversion webhooks"
        )

    def to_stored(self, value: Object) -> Object:
        """Refuse.

        :raises InternalError: always.
        """
        return self.from_stored(value)


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
