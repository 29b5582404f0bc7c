"""The options of writing verbs, from the query (and, for deletions, the body)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from harness.apiserver.bodies import require_json
from harness.apiserver.errors import BadRequest, Invalid
from harness.apiserver.fields import FieldError, not_supported, quote, too_long
from harness.apiserver.managed import manager_of
from harness.apiserver.messages import ADMINISTRATOR, Json, Object, Request, User

_DIRECTIVES = ("", "Ignore", "Strict", "Warn")
_POLICIES = ("Background", "Foreground", "Orphan")


@dataclass(slots=True)
class WriteOptions:
    """Who writes and how; ``warnings`` collects what is said to the client beside the reply."""

    manager: str
    dry_run: bool
    validation: str
    user: User = ADMINISTRATOR
    warnings: list[str] = field(default_factory=list)

    @property
    def strict(self) -> bool:
        """Whether unknown fields are refused."""
        return self.validation == "Strict"

    def warn(self, text: str) -> None:
        """Say something beside the reply, once; nothing when the client asked for silence about unknown fields."""
        if text not in self.warnings:
            self.warnings.append(text)


def write_options(request: Request, kind: str) -> WriteOptions:
    """Read the options of a create, update or patch.

    :raises Invalid: a value that does not exist; ``kind`` names the options, such as ``CreateOptions``.
    """
    query = request.query
    directive, dry_run = query.get("fieldValidation", ""), query.get("dryRun", "")
    wrong: list[FieldError] = []
    if dry_run not in {"", "All"}:
        wrong.append(not_supported("dryRun", [dry_run], ("All",)))
    if directive not in _DIRECTIVES:
        wrong.append(not_supported("fieldValidation", directive, _DIRECTIVES))
    if len(query.get("fieldManager", "")) > 128:
        wrong.append(too_long("fieldManager", 128))
    if wrong:
        raise Invalid(group="meta.k8s.io", kind=kind, name="", errors=wrong)
    return WriteOptions(
        manager_of(query, request.headers), dry_run == "All", directive or "Warn", request.user or ADMINISTRATOR
    )


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete. ``policy`` is "" where the client leaves it to the kind (Background), ``grace_seconds`` is None then."""

    policy: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False


def delete_options(request: Request) -> DeleteOptions:
    """Read the options of a deletion from its body, or without one from the query.

    :raises BadRequest: a body that is no DeleteOptions.
    :raises Invalid: a policy that does not exist.
    """
    source = _options(request)
    policy = source.get("propagationPolicy") or ""
    if source.get("orphanDependents") is not None and not policy:
        policy = "Orphan" if source["orphanDependents"] in {True, "true"} else "Background"
    wrong = []
    if policy and policy not in _POLICIES:
        wrong.append(not_supported("propagationPolicy", policy, (*_POLICIES, "nil")))
    dry_run = source.get("dryRun") or []
    if dry_run not in ("All", ["All"], []):
        wrong.append(not_supported("dryRun", dry_run, ("All",)))
    if wrong:
        raise Invalid(group="meta.k8s.io", kind="DeleteOptions", name="", errors=wrong)
    conditions = source.get("preconditions") or {}
    if not isinstance(conditions, dict):
        raise BadRequest(
            "json: cannot unmarshal into Go struct field DeleteOptions.preconditions of type v1.Preconditions"
        )
    return DeleteOptions(
        policy=policy,
        grace_seconds=_grace(source.get("gracePeriodSeconds")),
        uid=str(conditions.get("uid") or ""),
        resource_version=str(conditions.get("resourceVersion") or ""),
        dry_run=bool(dry_run),
    )


def _grace(given: Json) -> int | None:
    if given is None or given == "":
        return None
    try:
        return int(given)
    except (TypeError, ValueError):
        detail = f"json: cannot unmarshal {quote(str(given))} into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
        raise BadRequest(detail) from None


def _options(request: Request) -> Mapping[str, Json]:
    if not request.body:
        return request.query
    require_json(request.headers)
    return _read(request.body)


def _read(body: bytes) -> Object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise BadRequest(f"couldn't get version/kind; json parse error: {problem}") from None
    if not isinstance(value, dict):
        raise BadRequest("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value")
    if value.get("kind") not in {None, "", "DeleteOptions"}:
        raise BadRequest("decoded object cannot be converted to DeleteOptions")
    return value
