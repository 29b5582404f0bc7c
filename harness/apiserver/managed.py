"""managedFields: who wrote, when, through which subresource.

Truthful and incomplete: manager, operation, apiVersion, time and subresource are as the real server keeps them;
``fieldsV1`` stays empty, which claims ownership of no field. Conflicts of server-side apply need real field sets.
"""

from collections.abc import Mapping

from harness.apiserver.messages import Object


def manager_of(query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return who writes: ``fieldManager``, else the user agent up to its first slash, else ``unknown``."""
    return query.get("fieldManager") or headers.get("user-agent", "").partition("/")[0][:128] or "unknown"


def stamp(entries: list[Object], *, manager: str, api_version: str, subresource: str, now: str) -> list[Object]:
    """Return ``entries`` with the manager's own one renewed, last; entries of others are shared, not copied."""
    mine: Object = {
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": {},
        "manager": manager,
        "operation": "Update",
    }
    if subresource:
        mine["subresource"] = subresource
    mine["time"] = now
    kept = [
        one
        for one in entries
        if one.get("manager") != manager
        or one.get("subresource", "") != subresource
        or one.get("apiVersion") != api_version
        or one.get("operation") != "Update"
    ]
    kept.append(mine)
    return kept
