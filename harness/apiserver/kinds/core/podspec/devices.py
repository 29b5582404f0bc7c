"""What is wrong with the devices that a pod claims, and that its containers use (KEP-4381)."""

from collections.abc import Iterator

from harness.apiserver.fields import FieldError, duplicate, invalid, required
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain


def device_errors(claims: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the claims of a pod."""
    names: set[str] = set()
    for index, claim in enumerate(claims):
        here, name = f"{path}[{index}]", claim.get("name") or ""
        if not name:
            yield required(f"{here}.name")
        elif name in names:
            yield duplicate(f"{here}.name", name)
        else:
            yield from (invalid(f"{here}.name", name, text) for text in dns_label(name))
            names.add(name)
        given = {one: claim.get(one) for one in ("resourceClaimName", "resourceClaimTemplateName")}
        shown = {"Name": name, **{one[0].upper() + one[1:]: value for one, value in given.items()}}
        if all(value is not None for value in given.values()):
            detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            yield invalid(here, shown, detail)
        if all(value is None for value in given.values()):
            yield invalid(here, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
        for one, value in given.items():
            if value is not None:
                yield from (invalid(f"{here}.{one}", value, text) for text in dns_subdomain(value))


def use_errors(container: Object, path: str, claims: list[Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the claims that a container uses, of those of its pod."""
    known = sorted({one.get("name") or "" for one in claims})
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate((container.get("resources") or {}).get("claims") or []):
        here, name, part = f"{path}.resources.claims[{index}]", one.get("name") or "", one.get("request") or ""
        if not name:
            yield required(here)
            continue
        yield from _repeated(name, part, seen, here)
        if name not in known:
            detail = "must be one of the names in pod.spec.resourceClaims" + (
                f": {', '.join(known)}" if known else " which is empty"
            )
            yield FieldError("FieldValueNotFound", here, name, detail)


def _repeated(name: str, part: str, seen: set[tuple[str, str]], path: str) -> Iterator[FieldError]:
    """Yield an error for a claim or a part of one that has been named before, and note it down."""
    if (name, "") in seen:
        yield duplicate(path, name)
        return
    if part:
        yield from (invalid(f"{path}.request", part, text) for text in dns_label(part))
        if (name, part) in seen:
            yield duplicate(path, f"{name}/{part}")
    else:
        yield from (duplicate(path, name) for other, _ in seen if other == name)
    seen.add((name, part))
