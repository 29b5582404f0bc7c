"""Tokens of service accounts: what they claim, and whether the claims still hold.

A token ends with its time, with its service account and with the pod, secret or node that it is bound to (KEP-1205,
KEP-4193); what is deleted counts as there for a minute yet, as in kube-apiserver. Tokens in secrets (the legacy ones) hold as
long as the secret carries them. Unlike the real server, which believes a token for ten seconds once it has seen it, this one
looks each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from harness.apiserver.access.rules import quoted
from harness.apiserver.access.signer import Signer, decoded
from harness.apiserver.errors import NotFound
from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Registry
from harness.apiserver.store import Key

AUTHENTICATED: Final = "system:authenticated"
"""The group of everybody who is known."""

LEGACY_ISSUER: Final = "kubernetes/serviceaccount"
_LEEWAY: Final = timedelta(minutes=1)
"""How far clocks may be apart (go-jose's default)."""

_MOST_TOKENS: Final = 1024
"""Tokens whose signature is remembered: about 2 MB."""

_INVALIDATED: Final = "service account token has been invalidated"
_EXTRA: Final = "authentication.kubernetes.io/"


class TokenRefusedError(Exception):
    """A token of ours does not hold (any more): the message says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token stands for, and the audiences for which it was accepted."""

    user: User
    audiences: tuple[str, ...]


class ServiceAccounts:
    """Verifies the tokens of service accounts against the stored objects."""

    def __init__(self, registry: Registry, signer: Signer, *, issuer: str) -> None:
        self._registry, self._signer, self._issuer = registry, signer, issuer
        self._verified: dict[str, Mapping[str, Any]] = {}
        self._users: dict[str, User] = {}

    def identify(self, token: str, *, now: datetime, audiences: Sequence[str] = ()) -> Identity | None:
        """Return whom ``token`` stands for, or None when it is none of ours.

        :param audiences: those of which the token must have one; the server's own by default.
        :raises TokenRefusedError: it is ours and does not hold.
        """
        claims = self._claims(token)
        if claims is None:
            return None
        mine = (self._issuer,)
        meant = tuple(claims.get("aud") or mine)
        wanted = tuple(audiences) or mine
        accepted = tuple(one for one in meant if one in wanted)
        if not accepted:
            detail = f"token audiences {quoted(meant)} is invalid for the target audiences {quoted(wanted)}"
            raise TokenRefusedError(detail)
        if claims["iss"] == LEGACY_ISSUER:
            return Identity(self._legacy(claims, token), accepted)
        _check_time(claims, now)
        self._check(claims["kubernetes.io"], now)
        user = self._users.get(token)
        if user is None:
            user = self._users[token] = _user(claims["kubernetes.io"], claims.get("jti", ""))
        return Identity(user, accepted)

    def _claims(self, token: str) -> Mapping[str, Any] | None:
        """Return what a token claims, its signature checked once."""
        known = self._verified.get(token)
        if known is not None:
            return known
        try:
            _, payload, _ = token.split(".")
            claims = orjson.loads(decoded(payload))
        except ValueError:
            return None
        if not isinstance(claims, dict) or claims.get("iss") not in (self._issuer, LEGACY_ISSUER):
            return None
        if not self._signer.verifies(token):
            raise TokenRefusedError("go-jose/go-jose: error in cryptographic primitive")
        if len(self._verified) >= _MOST_TOKENS:
            self._verified.clear()
            self._users.clear()
        self._verified[token] = claims
        return claims

    def _check(self, ours: Mapping[str, Any], now: datetime) -> None:
        """Check that the account is there, and what the token is bound to."""
        namespace, account = ours["namespace"], ours["serviceaccount"]
        found = self._stored("serviceaccounts", namespace, account["name"])
        if found is None:
            raise TokenRefusedError(self._not_found(account["name"]))
        if found["uid"] != account["uid"]:
            raise TokenRefusedError(f"service account UID ({found['uid']}) does not match claim ({account['uid']})")
        if _gone(found, now):
            raise TokenRefusedError(f"service account {namespace}/{account['name']} has been deleted")
        for kind in ("secret", "pod", "node"):
            if kind in ours and (kind != "node" or "pod" not in ours):
                self._check_bound(kind, namespace, ours[kind], now)

    def _check_bound(self, kind: str, namespace: str, bound: Mapping[str, str], now: datetime) -> None:
        found = self._stored(f"{kind}s", "" if kind == "node" else namespace, bound["name"])
        if found is None:
            raise TokenRefusedError(_INVALIDATED)
        if found["uid"] != bound.get("uid"):
            raise TokenRefusedError(
                f"{kind} UID ({found['uid']}) does not match service account {kind} ref claim ({bound.get('uid')})"
            )
        if _gone(found, now):
            raise TokenRefusedError(_INVALIDATED)

    def _legacy(self, claims: Mapping[str, Any], token: str) -> User:
        prefix = "kubernetes.io/serviceaccount/"
        namespace, secret_name = claims.get(f"{prefix}namespace", ""), claims.get(f"{prefix}secret.name", "")
        name, uid = claims.get(f"{prefix}service-account.name", ""), claims.get(f"{prefix}service-account.uid", "")
        if claims.get("sub") != f"system:serviceaccount:{namespace}:{name}":
            raise TokenRefusedError("sub claim is invalid")
        secret = self._stored("secrets", namespace, secret_name)
        if secret is None or "deletionTimestamp" in secret:
            raise TokenRefusedError("Token has been invalidated")
        if secret["data"].get("token") != token:
            raise TokenRefusedError("Token does not match server's copy")
        account = self._stored("serviceaccounts", namespace, name)
        if account is None:
            raise TokenRefusedError(self._not_found(name))
        if "deletionTimestamp" in account:
            raise TokenRefusedError(f"ServiceAccount {namespace}/{name} has been deleted")
        if account["uid"] != uid:
            raise TokenRefusedError(f"ServiceAccount UID ({account['uid']}) does not match claim ({uid})")
        return account_user(namespace, name, uid=uid)

    def _not_found(self, name: str) -> str:
        resource = self._registry.find("", "v1", "serviceaccounts")
        return "" if resource is None else NotFound(resource, name).message

    def _stored(self, plural: str, namespace: str, name: str) -> Object | None:
        """Return the metadata of a stored object (with a secret's ``data``, decoded), or None."""
        resource = self._registry.find("", "v1", plural)
        entry = resource.collection.get(Key(namespace, name)) if resource is not None else None
        if entry is None or resource is None:
            return None
        if plural != "secrets" and b'"deletionTimestamp"' not in entry.tail:
            return {"uid": entry.uid}
        value = resource.load(entry)
        data = {key: _text(item) for key, item in (value.get("data") or {}).items()}
        return {**value["metadata"], "data": data}


def _user(ours: Mapping[str, Any], token_id: str) -> User:
    """Return the user that a bound token stands for."""
    extra: dict[str, tuple[str, ...]] = {}
    for kind in ("pod", "node"):
        bound = ours.get(kind) or {}
        extra |= {f"{_EXTRA}{kind}-{part}": (bound[part],) for part in ("name", "uid") if bound.get(part)}
    if token_id:
        extra[f"{_EXTRA}credential-id"] = (f"JTI={token_id}",)
    account = ours["serviceaccount"]
    user = account_user(ours["namespace"], account["name"], uid=account["uid"], extra=extra)
    return replace(user, groups=(*user.groups, AUTHENTICATED))


def account_user(
    namespace: str, name: str, *, uid: str = "", extra: Mapping[str, tuple[str, ...]] | None = None
) -> User:
    """Return the user that a service account is."""
    return User(
        f"system:serviceaccount:{namespace}:{name}",
        uid=uid,
        groups=("system:serviceaccounts", f"system:serviceaccounts:{namespace}"),
        extra=extra or {},
    )


def _check_time(claims: Mapping[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    leeway = _LEEWAY.total_seconds()
    if moment - leeway > claims["exp"]:
        raise TokenRefusedError("service account token has expired")
    if moment + leeway < claims["nbf"]:
        raise TokenRefusedError("service account token is not valid yet")


def _gone(metadata: Object, now: datetime) -> bool:
    deleted = metadata.get("deletionTimestamp")
    return deleted is not None and datetime.fromisoformat(deleted).astimezone(UTC) < now - _LEEWAY


def _text(data: str) -> str:
    try:
        return decoded(data.replace("+", "-").replace("/", "_").rstrip("=")).decode()
    except ValueError:
        return ""
