"""Configurations of mutating and validating webhooks."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from harness.apiserver.admission.declared import Declarations
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required
from harness.apiserver.kinds.admissionregistration.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    condition_errors,
    default_rules,
    rule_errors,
)
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_1035_label, dns_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_REINVOCATIONS = ("IfNeeded", "Never")
_REVIEWS = ("v1", "v1beta1")
_URL_FORM: Final = "; desired format: https://host[/path]"


class WebhooksStrategy(Strategy):
    """A list of webhooks."""

    def __init__(self, *, mutating: bool) -> None:
        self._mutating = mutating

    def default(self, value: Object) -> Object:
        """Fail when the webhook does, look at equivalent versions, wait ten seconds."""
        if not value.get("webhooks"):
            return value
        return {**value, "webhooks": [self._webhook(one) for one in value["webhooks"]]}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start counting."""
        del cluster, resource
        return {**value, "metadata": {**value["metadata"], "generation": 1}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Count changes of the webhooks."""
        del cluster, resource, subresource
        if same_json(value.get("webhooks"), current.get("webhooks")):
            return value
        generation = current["metadata"].get("generation", 0) + 1
        return {**value, "metadata": {**value["metadata"], "generation": generation}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check each webhook, and that their names differ."""
        del cluster, resource, subresource, current
        found: list[FieldError] = []
        names: list[str] = []
        for index, webhook in enumerate(value.get("webhooks") or ()):
            here, name = f"webhooks[{index}]", webhook.get("name") or ""
            found += _errors(webhook, here)
            found += _review_errors(webhook.get("admissionReviewVersions") or [], f"{here}.admissionReviewVersions")
            if name and name in names:
                found.append(duplicate(f"{here}.name", name))
            names.append(name)
        return found

    def _webhook(self, webhook: Object) -> Object:
        webhook = with_defaults(
            webhook,
            failurePolicy="Fail",
            matchPolicy="Equivalent",
            namespaceSelector={},
            objectSelector={},
            timeoutSeconds=10,
            **({"reinvocationPolicy": "Never"} if self._mutating else {}),
        )
        client = webhook.get("clientConfig") or {}
        if client.get("service") is not None:
            client = {**client, "service": with_defaults(client["service"], port=443)}
        rules = default_rules(webhook.get("rules"))
        return {**webhook, "clientConfig": client} | ({"rules": rules} if rules else {})


def _errors(webhook: Object, path: str) -> Iterator[FieldError]:
    yield from _name_errors(webhook.get("name") or "", f"{path}.name")
    for index, rule in enumerate(webhook.get("rules") or ()):
        yield from rule_errors(rule, f"{path}.rules[{index}]")
    for name, allowed in (("failurePolicy", FAILURE_POLICIES), ("matchPolicy", MATCH_POLICIES)):
        if webhook[name] not in allowed:
            yield not_supported(f"{path}.{name}", webhook[name], allowed)
    effects = webhook.get("sideEffects")
    if effects is None:
        yield required(f"{path}.sideEffects", f"must specify one of {', '.join(_SIDE_EFFECTS)}")
    elif effects not in _SIDE_EFFECTS:
        yield not_supported(f"{path}.sideEffects", effects, _SIDE_EFFECTS)
    if not 1 <= (seconds := webhook["timeoutSeconds"]) <= 30:
        yield invalid(f"{path}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
    for name in ("namespaceSelector", "objectSelector"):
        yield from selector_errors(webhook[name], f"{path}.{name}")
    if (again := webhook.get("reinvocationPolicy")) is not None and again not in _REINVOCATIONS:
        yield not_supported(f"{path}.reinvocationPolicy", again, _REINVOCATIONS)
    yield from _client_errors(webhook["clientConfig"], f"{path}.clientConfig")
    yield from condition_errors(
        webhook.get("matchConditions") or [], f"{path}.matchConditions", Declarations(params=False, composed=False)
    )


def _name_errors(name: str, path: str) -> Iterator[FieldError]:
    if not name:
        yield required(path)
    elif wrong := dns_subdomain(name):
        yield invalid(path, name, ",".join(wrong))
    elif name.count(".") < 2:
        yield invalid(path, name, "should be a domain with at least three segments separated by dots")


def _review_errors(versions: list[str], path: str) -> Iterator[FieldError]:
    if not versions:
        yield required(path, f"must specify one of {', '.join(_REVIEWS)}")
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            yield invalid(f"{path}[{index}]", version, "duplicate version")
        else:
            yield from (invalid(f"{path}[{index}]", version, wrong) for wrong in dns_1035_label(version))
    if not set(versions) & set(_REVIEWS):
        yield invalid(path, versions, f"must include at least one of {', '.join(_REVIEWS)}")


def _client_errors(client: Object, path: str) -> Iterator[FieldError]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    elif url is not None:
        yield from _url_errors(url, f"{path}.url")
    elif service is not None:
        yield from _service_errors(service, f"{path}.service")


def _url_errors(url: str, path: str) -> Iterator[FieldError]:
    try:
        found = urlsplit(url)
    except ValueError as problem:
        yield required(path, f"url must be a valid URL: {problem}{_URL_FORM}")
        return
    if found.scheme != "https":
        yield invalid(path, found.scheme, f"'https' is the only allowed URL scheme{_URL_FORM}")
    user, at, host = found.netloc.rpartition("@")
    if not host:
        yield invalid(path, host, f"host must be specified{_URL_FORM}")
    if at:
        yield invalid(path, user, "user information is not permitted in the URL")
    if found.fragment:
        yield invalid(path, found.fragment, "fragments are not permitted in the URL")
    if found.query:
        yield invalid(path, found.query, "query parameters are not permitted in the URL")


def _service_errors(service: Object, path: str) -> Iterator[FieldError]:
    for name in ("name", "namespace"):
        if not service.get(name):
            yield required(f"{path}.{name}")
    if not 1 <= service["port"] <= 65535:
        detail = "port is not valid: must be between 1 and 65535, inclusive"
        yield invalid(f"{path}.port", service["port"], detail)
    where = service.get("path")
    if where in {None, "", "/"}:
        return
    if where == "//":
        yield invalid(f"{path}.path", where, "segment[0] may not be empty")
        return
    if not where.startswith("/"):
        yield invalid(f"{path}.path", where, "must start with a '/'")
    for index, step in enumerate(where[1:].removesuffix("/").split("/")):
        if not step:
            yield invalid(f"{path}.path", where, f"segment[{index}] may not be empty")
        else:
            yield from (invalid(f"{path}.path", where, f"segment[{index}]: {wrong}") for wrong in dns_subdomain(step))
