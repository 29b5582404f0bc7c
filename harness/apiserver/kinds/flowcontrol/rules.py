"""Rules of flow schemas: which requests of whom."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain

_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_SUBJECTS: Final = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
_NAMESPACE: Final = "each member of this list must be '*' or a DNS-1123 label; "


def rule_errors(rule: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with one rule."""
    subjects = rule.get("subjects") or []
    for index, subject in enumerate(subjects):
        yield from _subject_errors(subject, f"{path}.subjects[{index}]")
    if not subjects:
        yield required(f"{path}.subjects", "subjects must contain at least one value")
    resources, others = rule.get("resourceRules") or [], rule.get("nonResourceRules") or []
    if not resources and not others:
        yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for index, one in enumerate(resources):
        yield from _resource_errors(one, f"{path}.resourceRules[{index}]")
    for index, one in enumerate(others):
        yield from _path_errors(one, f"{path}.nonResourceRules[{index}]")


def _subject_errors(subject: Object, path: str) -> Iterator[FieldError]:
    kind = subject.get("kind") or ""
    if kind not in _SUBJECTS:
        yield not_supported(f"{path}.kind", kind, sorted(_SUBJECTS))
        return
    mine = _SUBJECTS[kind]
    if subject.get(mine) is None:
        yield required(f"{path}.{mine}", f"{mine} is required when subject kind is '{kind}'")
    else:
        yield from _named_errors(mine, subject[mine], f"{path}.{mine}")
    for other, field in _SUBJECTS.items():
        if field != mine and subject.get(field) is not None:
            yield forbidden(f"{path}.{field}", f"{field} is forbidden when subject kind is not '{other}'")


def _named_errors(field: str, subject: Object, path: str) -> Iterator[FieldError]:
    name = subject.get("name") or ""
    if not name:
        yield required(f"{path}.name")
    if field != "serviceAccount":
        return
    if name not in {"", "*"}:
        yield from (invalid(f"{path}.name", name, wrong) for wrong in dns_subdomain(name))
    if namespace := subject.get("namespace"):
        yield from (invalid(f"{path}.namespace", namespace, wrong) for wrong in dns_label(namespace))
    else:
        yield required(f"{path}.namespace", "must specify namespace for service account")


def _verb_errors(rule: Object, path: str) -> Iterator[FieldError]:
    verbs = rule.get("verbs") or []
    if not verbs:
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    elif "*" in verbs:
        yield from _alone(verbs, f"{path}.verbs", "verbs")
    elif not set(verbs) <= set(_VERBS):
        yield not_supported(f"{path}.verbs", verbs, _VERBS)


def _alone(values: list[str], path: str, what: str) -> Iterator[FieldError]:
    if "*" in values and len(values) > 1:
        yield invalid(path, values, f"if '*' is present, must not specify other {what}")


def _resource_errors(rule: Object, path: str) -> Iterator[FieldError]:
    yield from _verb_errors(rule, path)
    for name, one, many in (("apiGroups", "api group", "api groups"), ("resources", "resource", "resources")):
        values = rule.get(name) or []
        if not values:
            yield required(f"{path}.{name}", f"resource rules must supply at least one {one}")
        yield from _alone(values, f"{path}.{name}", many)
    namespaces, here = rule.get("namespaces") or [], f"{path}.namespaces"
    if not namespaces and not rule.get("clusterScope"):
        detail = "resource rules that are not cluster scoped must supply at least one namespace"
        yield required(here, detail)
    elif "*" in namespaces:
        yield from _alone(namespaces, here, "namespaces")
    else:
        for index, name in enumerate(namespaces):
            yield from (invalid(f"{here}[{index}]", name, _NAMESPACE + wrong) for wrong in dns_label(name))


def _path_errors(rule: Object, path: str) -> Iterator[FieldError]:
    yield from _verb_errors(rule, path)
    urls, here = rule.get("nonResourceURLs") or [], f"{path}.nonResourceURLs"
    if not urls:
        yield required(here, "nonResourceURLs must contain at least one value")
    elif "*" in urls:
        yield from _alone(urls, here, "non-resource URLs")
    else:
        for index, url in enumerate(urls):
            if detail := _wrong_url(url):
                yield invalid(f"{here}[{index}]", url, detail)


def _wrong_url(url: str) -> str:
    if not url:
        return "must not be empty"
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    stars = url.count("*")
    return "wildcard can only do suffix matching" if stars > 1 or (stars and not url.endswith("/*")) else ""
