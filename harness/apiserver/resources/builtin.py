"""The built-in kinds, from ``builtin.json``.

They are taken without schema validation so far: what is missing in an object is not defaulted, what is too much is kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any, Final

import orjson

from harness.apiserver.names import dns_1035_label, dns_label, dns_subdomain
from harness.apiserver.resources.resource import ALL_VERBS, Resource, field_path, opening
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Store

_NAMES: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "subdomain": dns_subdomain,
    "label": dns_label,
    "label1035": dns_1035_label,
}


def builtin_resources(store: Store, strategies: Mapping[tuple[str, str], Strategy]) -> Iterator[Resource]:
    """Yield the built-in resources; two versions of one kind share a collection of ``store``."""
    data = orjson.loads(files(__package__).joinpath("builtin.json").read_bytes())
    for group in data["groups"]:
        for row in group["resources"]:
            resource = _resource(store, group["group"], group["version"], row)
            yield replace(resource, strategy=strategies.get((resource.group, resource.kind), resource.strategy))


def _resource(store: Store, group: str, version: str, row: Mapping[str, Any]) -> Resource:
    stored_in = row.get("storedAs", group)
    renames: dict[str, str] = row.get("renames", {})
    paths = {name: field_path(name) for name in row.get("fields", ())}
    if row["plural"] == "events" and "source" in paths:
        paths["source"] = ("source", "component")
    paths = {name: (renames.get(path[0], path[0]), *path[1:]) for name, path in paths.items()}
    collection = store.collection(stored_in, row["plural"])
    verbs = tuple(verb for verb in ALL_VERBS if verb != "deletecollection" or not row.get("noDeleteCollection"))
    return Resource(
        group=group,
        version=version,
        plural=row["plural"],
        singular=row["singular"],
        kind=row["kind"],
        list_kind=row["kind"] + "List",
        collection=collection,
        namespaced=row.get("namespaced", True),
        verbs=verbs,
        short_names=tuple(row.get("shortNames", ())),
        categories=tuple(row.get("categories", ())),
        subresources=tuple(row.get("subresources", ())),
        fields=paths,
        renames=renames,
        exact=not renames,
        counts_generation=row.get("generation", False),
        # A lease without a resourceVersion is refused (AllowUnconditionalUpdate is false there).
        unconditional_update=row["plural"] not in {"leases", "customresourcedefinitions"},
        create_on_update=row["plural"] in {"leases", "events"},
        returns_deleted=row["plural"] in {"pods", "serviceaccounts"},
        check_name=_NAMES[row.get("names", "subdomain")],
        opening=opening(f"{group}/{version}" if group else version, row["kind"]),
    )
