"""The built-in resources: all that kube-apiserver 1.36 serves by default, as its discovery lists them, with their `traits`.

They are taken without schema validation so far: what is missing in an object is not defaulted, what is too much is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.apiserver.openapi.data import read
from harness.apiserver.resources.resource import Resource, Subresource, field_path, opening_of_struct
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.resources.traits import traits
from harness.apiserver.store import Store


def builtin_resources(store: Store, strategies: Mapping[tuple[str, str], Strategy]) -> Iterator[Resource]:
    """Yield the built-in resources in the order of discovery; several versions of one kind share a collection of ``store``.

    The first version of a group is the one that objects are stored in.
    """
    plain = Strategy()
    for group in read("resources"):
        name = group["group"]
        for version in group["versions"]:
            for row in version["resources"]:
                strategy = strategies.get((name, row["kind"]), plain)
                yield _resource(store, name, version["version"], row, strategy)


def _resource(store: Store, group: str, version: str, row: Mapping[str, Any], strategy: Strategy) -> Resource:
    plural = row["plural"]
    found = traits(group, plural)
    paths = {name: field_path(found.paths.get(name, name)) for name in found.fields}
    paths = {name: (found.renames.get(path[0], path[0]), *path[1:]) for name, path in paths.items()}
    conversion = strategy.conversions.get(version)
    collection = store.collection(group if found.stored_as is None else found.stored_as, plural)
    collection.zeros |= found.zeros
    return Resource(
        group=group,
        version=version,
        plural=plural,
        singular=row["singular"],
        kind=row["kind"],
        list_kind=row["kind"] + "List",
        collection=collection,
        model=row["model"],
        namespaced=row["namespaced"],
        verbs=tuple(row["verbs"]),
        short_names=tuple(row.get("shortNames", ())),
        categories=tuple(row.get("categories", ())),
        subresources=tuple(one["name"] for one in row.get("subresources", ())),
        parts=tuple(map(_part, row.get("subresources", ()))),
        storage_hash=row.get("storageVersionHash", ""),
        fields=paths,
        field_refusal=found.field_refusal,
        renames=found.renames,
        exact=not found.renames and conversion is None,
        conversion=conversion,
        counts_generation=found.generation,
        unconditional_update=found.unconditional_update,
        create_on_update=found.create_on_update,
        returns_deleted=found.returns_deleted,
        strategy=strategy,
        check_name=found.check_name,
        deprecation=found.deprecation,
        opening=opening_of_struct(f"{group}/{version}" if group else version, row["kind"]),
    )


def _part(row: Mapping[str, Any]) -> Subresource:
    return Subresource(row["name"], row["group"], row["version"], row["kind"], tuple(row["verbs"]))
