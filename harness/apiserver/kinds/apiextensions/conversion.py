"""How a definition says that its versions are converted, checked."""

import base64
import binascii
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_1035_label, dns_subdomain
from harness.apiserver.schema.paths import at, below

_STRATEGIES: Final = ("None", "Webhook")
_REVIEWS: Final = ("v1", "v1beta1")
_FORM: Final = "; desired format: https://host[/path]"


def conversion_errors(conversion: Json, path: str, *, check_bundle: bool) -> Iterator[FieldError]:
    """Yield what is wrong with ``spec.conversion``; ``check_bundle`` tells whether a bad caBundle counts already."""
    if not isinstance(conversion, dict):
        return
    strategy = conversion.get("strategy")
    if not strategy:
        yield required(below(path, "strategy"))
    elif strategy not in _STRATEGIES:
        yield not_supported(below(path, "strategy"), strategy, _STRATEGIES)
    webhook = conversion.get("webhook") or {}
    client, reviews = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    here = below(path, "webhookClientConfig")
    if strategy != "Webhook":
        if client is not None:
            yield forbidden(here, "should not be set when strategy is not set to Webhook")
        if reviews:
            detail = "should not be set when strategy is not set to Webhook"
            yield forbidden(below(path, "conversionReviewVersions"), detail)
        return
    if client is None:
        yield required(here, "required when strategy is set to Webhook")
    else:
        yield from _client(client, here, check_bundle=check_bundle)
    yield from _reviews(reviews, below(path, "conversionReviewVersions"))


def _client(client: Object, path: str, *, check_bundle: bool) -> Iterator[FieldError]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    elif url is not None:
        yield from url_errors(url, below(path, "url"))
    elif service is not None:
        yield from service_errors(service, below(path, "service"))
    if check_bundle and client.get("caBundle") and not _is_bundle(client["caBundle"]):
        detail = "unable to load root certificates: unable to parse bytes as PEM block"
        yield invalid(below(path, "caBundle"), client["caBundle"], detail)


def _is_bundle(text: Json) -> bool:
    try:
        pem = base64.b64decode(text).decode()
        return bool(ssl.create_default_context(cadata=pem).get_ca_certs())
    except (ssl.SSLError, binascii.Error, UnicodeDecodeError, ValueError, TypeError):
        return False


def url_errors(url: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the URL of a webhook."""
    try:
        parts = urlsplit(url)
    except ValueError as problem:
        yield required(path, f"url must be a valid URL: {problem}{_FORM}")
        return
    if parts.scheme != "https":
        yield invalid(path, parts.scheme, f"'https' is the only allowed URL scheme{_FORM}")
    user, found, host = parts.netloc.rpartition("@")
    if not host:
        yield invalid(path, "", f"host must be specified{_FORM}")
    if found:
        yield invalid(path, user, "user information is not permitted in the URL")
    if parts.fragment:
        yield invalid(path, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        yield invalid(path, parts.query, "query parameters are not permitted in the URL")


def service_errors(service: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the service of a webhook."""
    for name in ("name", "namespace"):
        if not service.get(name):
            yield required(below(path, name))
    port = service.get("port", 443)
    if not isinstance(port, int) or not 1 <= port <= 65535:
        yield invalid(below(path, "port"), port, "port is not valid: must be between 1 and 65535, inclusive")
    where, given = below(path, "path"), service.get("path")
    if not given or given == "/":
        return
    if given == "//":
        yield invalid(where, given, "segment[0] may not be empty")
        return
    if not given.startswith("/"):
        yield invalid(where, given, "must start with a '/'")
    for index, step in enumerate(given[1:].removesuffix("/").split("/")):
        for text in dns_subdomain(step) if step else ["may not be empty"]:
            yield invalid(where, given, f"segment[{index}]{': ' if step else ' '}{text}")


def _reviews(versions: list[str], path: str) -> Iterator[FieldError]:
    if not versions:
        yield required(path)
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            yield invalid(at(path, index), version, "duplicate version")
            continue
        for text in dns_1035_label(version):
            yield invalid(at(path, index), version, text)
    if not any(version in _REVIEWS for version in versions):
        yield invalid(path, versions, f"must include at least one of {', '.join(_REVIEWS)}")
