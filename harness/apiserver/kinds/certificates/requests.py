"""CertificateSigningRequests: who asks is what the server saw; approval and certificate have endpoints of their own."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import difference
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.certificates.pem import unreadable_certificates, unreadable_request
from harness.apiserver.messages import Object, User
from harness.apiserver.names import dns_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_DECISIONS = ("Approved", "Denied")
_FINAL: Final = (*_DECISIONS, "Failed")
_SHORTEST_S: Final = 600
_USAGES: Final = sorted(
    (
        "signing",
        "digital signature",
        "content commitment",
        "key encipherment",
        "key agreement",
        "data encipherment",
        "cert sign",
        "crl sign",
        "encipher only",
        "decipher only",
        "any",
        "server auth",
        "client auth",
        "code signing",
        "email protection",
        "s/mime",
        "ipsec end system",
        "ipsec tunnel",
        "ipsec user",
        "timestamping",
        "ocsp signing",
        "microsoft sgc",
        "netscape sgc",
    )
)


class SigningRequestStrategy(Strategy):
    """Asked once, then approved or denied, then signed."""

    def default(self, value: Object) -> Object:
        """Show a status always."""
        return {**value, "spec": value.get("spec") or {}, "status": value.get("status") or {}}

    def signed(self, value: Object, user: User) -> Object:
        """Write down who asks, whatever the request says."""
        spec = {
            name: item for name, item in value["spec"].items() if name not in {"username", "uid", "groups", "extra"}
        }
        told: Object = {"username": user.name, "uid": user.uid, "groups": list(user.groups)}
        told["extra"] = {name: list(values) for name, values in user.extra.items()}
        return {**value, "spec": spec | {name: item for name, item in told.items() if item}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start undecided."""
        del cluster, resource
        return {**value, "status": {}}

    def part(self, value: Object, *, current: Object, subresource: str) -> Object:
        """Take the conditions alone from an approval; a status write keeps the decisions that were made."""
        new, old = value.get("status") or {}, current.get("status") or {}
        if subresource == "approval":
            kept = {name: item for name, item in old.items() if name != "conditions"}
            return {**current, "status": kept | {name: new[name] for name in ("conditions",) if name in new}}
        return {**current, "status": new}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep what was asked for, and give new conditions their time."""
        del resource
        value = {**value, "spec": current["spec"]}
        status = value.get("status") or {}
        if not subresource or not status.get("conditions"):
            return value
        before = (current.get("status") or {}).get("conditions") or []
        timed = [_timed(one, before, cluster.now()) for one in status["conditions"]]
        return {**value, "status": {**status, "conditions": timed}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what is asked for, and that decisions are made once, where they are to be made."""
        del cluster, resource
        found = [*_spec_errors(value["spec"]), *_condition_errors((value.get("status") or {}).get("conditions") or [])]
        if current is not None:
            found += _update_errors(value.get("status") or {}, current.get("status") or {}, subresource)
        return found


def _timed(condition: Object, before: list[Object], now: str) -> Object:
    same = [
        one
        for one in before
        if (one.get("type"), one.get("status")) == (condition.get("type"), condition.get("status"))
        and one.get("lastTransitionTime")
    ]
    since = condition.get("lastTransitionTime") or (same[0]["lastTransitionTime"] if same else now)
    return {
        **condition,
        "lastUpdateTime": condition.get("lastUpdateTime") or now,
        "lastTransitionTime": since,
    }


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    if problem := unreadable_request(spec.get("request") or ""):
        yield invalid("spec.request", spec.get("request"), problem)
    usages = spec.get("usages") or []
    if not usages:
        yield required("spec.usages")
    for index, usage in enumerate(usages):
        if usage not in _USAGES:
            yield not_supported(f"spec.usages[{index}]", usage, _USAGES)
    for index, usage in enumerate(usages):
        if usage in usages[:index]:
            yield duplicate(f"spec.usages[{index}]", usage)
    yield from _signer_errors(spec.get("signerName") or "")
    if (seconds := spec.get("expirationSeconds")) is not None and seconds < _SHORTEST_S:
        detail = "may not specify a duration less than 600 seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", seconds, detail)


def _signer_errors(name: str) -> Iterator[FieldError]:
    here = "spec.signerName"
    if not name:
        yield required(here)
        return
    if name == "kubernetes.io/legacy-unknown":
        yield invalid(here, name, "the legacy signerName is not allowed via this API version")
        return
    domain, slash, path = name.partition("/")
    if not slash or "/" in path:
        detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        yield invalid(here, name, detail)
        return
    for text in dns_subdomain(domain):
        yield invalid(here, domain, f"validating label {domain!r}: {text}".replace("'", '"', 2))
    if "." not in domain:
        yield invalid(here, domain, "should be a domain with at least two segments separated by dots")
    yield from (invalid(here, path, text) for text in dns_subdomain(path))


def _condition_errors(conditions: list[Object]) -> Iterator[FieldError]:
    here, seen = "status.conditions", list[str]()
    for index, one in enumerate(conditions):
        kind, status = one.get("type") or "", one.get("status") or ""
        if not kind:
            yield required(f"{here}[{index}].type")
        allowed = ("True",) if kind in _FINAL else ("False", "True", "Unknown")
        if not status:
            yield required(f"{here}[{index}].status")
        elif status not in allowed:
            yield not_supported(f"{here}[{index}].status", status, allowed)
        other = {"Approved": "Denied", "Denied": "Approved"}.get(kind)
        if other in seen:
            yield invalid(here, kind, "Approved and Denied conditions are mutually exclusive")
        if kind in seen:
            yield duplicate(f"{here}[{index}].type", kind)
        seen.append(kind)


def _update_errors(status: Object, before: Object, subresource: str) -> Iterator[FieldError]:
    here = "status.conditions"
    for kind in _FINAL:
        old, new = _of_type(before, kind), _of_type(status, kind)
        if len(new) < len(old):
            yield forbidden(here, f'updates may not remove a condition of type "{kind}"')
        elif subresource != "approval" and kind in _DECISIONS and len(new) > len(old):
            yield forbidden(here, f'updates may not add a condition of type "{kind}"')
        elif subresource != "approval" and kind in _DECISIONS and not same_json(new, old):
            shown = difference(old, new, "[]certificates.CertificateSigningRequestCondition")
            yield forbidden(here, f'updates may not modify a condition of type "{kind}"\n{shown}')
    certificate, old_certificate = status.get("certificate"), before.get("certificate")
    if certificate != old_certificate:
        if certificate and (problem := unreadable_certificates(certificate)):
            yield invalid("status.certificate", "<certificate data>", problem)
        if subresource != "status":
            yield forbidden("status.certificate", "updates may not set certificate content")
        elif old_certificate:
            yield forbidden("status.certificate", "updates may not modify existing certificate content")


def _of_type(status: Object, kind: str) -> list[Object]:
    return [one for one in status.get("conditions") or () if one.get("type") == kind]
