"""Addresses of services and the families that they are of, of which this cluster has one: IPv4."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required
from harness.apiserver.kinds.core.services.allocation import headless
from harness.apiserver.messages import Object

_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
_FAMILIES: Final = ("IPv4", "IPv6")


def with_families(spec: Object, before: Object | None) -> Object:
    """Fill in the families and how many there may be; ``before`` is what is stored."""
    if spec.get("type") == "ExternalName" or _settled(spec, before):
        return spec
    selectorless = headless(spec) and not spec.get("selector")
    policy = spec.get("ipFamilyPolicy")
    if policy is None:
        policy = (before or {}).get("ipFamilyPolicy") or ("RequireDualStack" if selectorless else "SingleStack")
    families, addresses = spec.get("ipFamilies") or [], spec.get("clusterIPs") or []
    if before and policy == "SingleStack" and families == before.get("ipFamilies"):
        families = families[:1]
    if not families:
        addresses = [one for one in addresses if one != "None"]
        if any(":" in one for one in addresses):
            return {**spec, "ipFamilyPolicy": policy}  # of a family that this cluster does not have
        families = ["IPv4"] * (len(addresses) or 1)
    lessened = 0 < len(spec.get("ipFamilies") or []) < len((before or {}).get("ipFamilies") or [])
    if selectorless and len(families) < 2 and policy != "SingleStack" and not lessened:
        families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
    return {**spec, "ipFamilyPolicy": policy, "ipFamilies": families}


def first_errors(spec: Object, before: Object | None) -> list[FieldError]:
    """Return what is wrong with the addresses of a service, or else with its families, before anything else is looked at."""
    if spec.get("type") == "ExternalName" or _settled(spec, before):
        return []
    early = [*_named_addresses(spec)] or [*_families(spec)]
    return early or [*_stack_errors(spec, before or {})] or [*_family_errors(spec)]


def _settled(spec: Object, before: Object | None) -> bool:
    """Tell whether a service takes what there is, as before, and nothing of it changes."""
    if before is None or not spec.get("ipFamilyPolicy") == before.get("ipFamilyPolicy") == "PreferDualStack":
        return False
    return all(spec.get(name) == before.get(name) for name in ("type", "clusterIPs", "ipFamilies"))


def _stack_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    families, addresses = spec.get("ipFamilies") or [], spec.get("clusterIPs") or []
    policy = spec.get("ipFamilyPolicy")
    selectorless = headless(spec) and not spec.get("selector")
    if selectorless and policy not in {None, "SingleStack"} and len(families) < len(before.get("ipFamilies") or []):
        yield invalid("spec.ipFamilyPolicy", policy, "must be 'SingleStack' to release the secondary IP family")
    if policy in {None, "SingleStack"}:
        for given, named in ((addresses, "cluster IPs"), (families, "IP families")):
            if len(given) == 2:
                detail = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {named} are specified"
                yield invalid("spec.ipFamilyPolicy", "SingleStack", detail)
    for index, text in enumerate(addresses):
        if text != "None" and index >= len(families) and _family(text) != "IPv4":
            yield invalid(f"spec.clusterIPs[{index}]", addresses, "IPv6 is not configured on this cluster")


def cluster_address_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the addresses of a service and their families."""
    if spec.get("type") == "ExternalName":
        return
    yield from _families(spec)
    yield from _named_addresses(spec)


def _named_addresses(spec: Object) -> Iterator[FieldError]:
    one, many = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if one and not many:
        yield required("spec.clusterIPs")
    elif one and many[0] != one:
        yield invalid("spec.clusterIPs", many, "first value must match `clusterIP`")
    elif many and not one:
        yield invalid("spec.clusterIPs", many, "must be empty when `clusterIP` is not specified")
    yield from _addresses(many, spec.get("ipFamilies") or [])


def _families(spec: Object) -> Iterator[FieldError]:
    seen: list[str] = []
    for index, family in enumerate(spec.get("ipFamilies") or []):
        if family not in _FAMILIES:
            yield not_supported(f"spec.ipFamilies[{index}]", family, _FAMILIES)
        if family in seen:
            yield duplicate(f"spec.ipFamilies[{index}]", family)
        seen.append(family)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _POLICIES:
        yield not_supported("spec.ipFamilyPolicy", policy, _POLICIES)


def _addresses(many: list[str], families: list[str]) -> Iterator[FieldError]:
    if many[:1] == ["None"]:
        if len(many) > 1:
            yield invalid("spec.clusterIPs", many, "'None' must be the first and only value")
        return
    wrong = [one for i, text in enumerate(many) for one in address_errors(text, f"spec.clusterIPs[{i}]")]
    yield from wrong
    if len(many) > 2:
        yield invalid("spec.clusterIPs", many, "may only hold up to 2 values")
    if wrong:
        return
    if len(many) > 1 and len({_family(text) for text in many}) < 2:
        yield invalid("spec.clusterIPs", many, "may specify no more than one IP for each IP family")
    for index, (text, family) in enumerate(zip(many, families, strict=False)):
        if family in _FAMILIES and _family(text) != family:
            detail = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            yield invalid(f"spec.clusterIPs[{index}]", text, detail)


def _family(text: str) -> str:
    return "IPv6" if ":" in text else "IPv4"


def _family_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what this cluster, which has IPv4 alone, cannot give."""
    if spec.get("type") == "ExternalName" or (headless(spec) and not spec.get("selector")):
        return
    if spec.get("ipFamilyPolicy") == "RequireDualStack":
        detail = "this cluster is not configured for dual-stack services"
        yield invalid("spec.ipFamilyPolicy", "RequireDualStack", detail)
    for index, family in enumerate(spec.get("ipFamilies") or []):
        if family != "IPv4":
            yield invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")


def address_change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what must not change: addresses and families once they are given."""
    if "ExternalName" not in {spec.get("type"), before.get("type")} and not (headless(spec) and headless(before)):
        now, old = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
        for index, address in enumerate(old):
            if index < len(now) and now[index] != address:
                yield invalid(f"spec.clusterIPs[{index}]", now, "may not change once set")
        if old and not now:
            yield invalid("spec.clusterIPs[0]", now, "primary clusterIP can not be unset")
    if "ExternalName" not in {spec.get("type"), before.get("type")} and not headless(spec) and not headless(before):
        now, old = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
        for one, other in zip(now, old, strict=False):
            if one != other:
                yield invalid("spec.ipFamilies[0]", now, "may not change once set")
